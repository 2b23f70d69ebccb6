import { awsError, awsOk, textOf, textsOf } from './aws-answers.ts';
import {
  arnOf,
  attach,
  CURRENT,
  holderOf,
  invalid,
  markedForDeletion,
  notFound,
  type Outcome,
  type Secret,
  sameContent,
  seconds,
  tooManyStages,
  type Version,
} from './aws-secret.ts';
import { isOutcome, tagsIn } from './aws-secret-tags.ts';

type Body = Readonly<Record<string, unknown>>;

const DAY_MS = 24 * 3600 * 1000;
/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_VERSIONS = 100;
const MAX_BYTES = 65_536;

export interface Surroundings {
  readonly region: string;
  readonly account: string;
  readonly now: number;
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
export function createSecret(
  existing: Secret | undefined,
  releasing: boolean,
  body: Body,
  { region, account, now }: Surroundings,
): Outcome {
  const name = textOf(body.Name) ?? '';
  if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) return { answer: awsError('ValidationException', 'Invalid name.') };
  const given = contentIn(body, false);
  if ('answer' in given) return given;
  const { content } = given;
  const tags = tagsIn(body.Tags);
  if (isOutcome(tags)) return tags;
  if (releasing || existing?.deletionAt !== undefined) {
    const message = "You can't create this secret because a secret with this name is already scheduled for deletion.";
    return { answer: awsError('InvalidRequestException', message) };
  }
  const token = textOf(body.ClientRequestToken) ?? '';
  if (existing) {
    // "If a version with this value already exists and the version SecretString and SecretBinary values are the same as those
    // in the request, then the request is ignored."
    const known = existing.versions.get(token);
    if (known && sameContent(known, content)) return { answer: awsOk({ ...identityOf(existing), VersionId: token }) };
    const message = `The operation failed because the secret ${name} already exists.`;
    return { answer: awsError('ResourceExistsException', message) };
  }
  const empty = Object.keys(content).length === 0;
  const secret: Secret = {
    name,
    arn: arnOf(region, account, name, now),
    description: textOf(body.Description),
    kmsKeyId: textOf(body.KmsKeyId),
    tags,
    versions: new Map(empty ? [] : [[token, { content, createdAt: now, stages: [CURRENT] }]]),
    createdAt: now,
    changedAt: now,
    deletionAt: undefined,
  };
  const answer = awsOk({ ...identityOf(secret), ...(!empty && { VersionId: token }) });
  return { answer, change: { kind: 'create', name, secret, version: empty ? undefined : token } };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export function putSecretValue(secret: Secret, body: Body, { now }: Surroundings): Outcome {
  if (secret.deletionAt !== undefined) return markedForDeletion();
  const given = contentIn(body, true);
  if ('answer' in given) return given;
  const { content } = given;
  const token = textOf(body.ClientRequestToken) ?? '';
  const known = secret.versions.get(token);
  if (known) {
    if (sameContent(known, content)) return put(secret, token);
    const message = `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`;
    return { answer: awsError('ResourceExistsException', message) };
  }
  const kept = withRoom(secret, now);
  if (kept === undefined)
    return { answer: awsError('LimitExceededException', 'You have reached the number of versions of a secret.') };
  const asked = body.VersionStages === undefined ? [CURRENT] : textsOf(body.VersionStages);
  // "If this operation creates the first version for the secret, then Secrets Manager automatically attaches AWSCURRENT".
  const stages = secret.versions.size === 0 ? [...new Set([...asked, CURRENT])] : asked;
  const versions = kept.set(token, { content, createdAt: now, stages: [] });
  const changed = attach({ ...secret, versions, changedAt: now }, token, stages);
  if (tooManyStages(changed))
    return { answer: awsError('LimitExceededException', 'You exceeded the maximum number of staging labels.') };
  return { ...put(changed, token), change: { kind: 'put', name: secret.name, secret: changed, version: token } };
}

/**
 * "Secrets Manager removes unlabeled versions when there are more than 100, but it does not remove versions created less than 24
 * hours ago": the versions that stay when one is added, or undefined when none may go.
 */
function withRoom({ versions }: Secret, now: number): Map<string, Version> | undefined {
  const kept = new Map(versions);
  if (kept.size < MAX_VERSIONS) return kept;
  const old = [...kept].find(([, { stages, createdAt }]) => stages.length === 0 && now - createdAt >= DAY_MS);
  return old !== undefined && kept.delete(old[0]) ? kept : undefined;
}

function put(secret: Secret, token: string): Outcome {
  const stages = secret.versions.get(token)?.stages ?? [];
  return { answer: awsOk({ ...identityOf(secret), VersionId: token, VersionStages: stages }) };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
export function updateVersionStage(secret: Secret, body: Body): Outcome {
  if (secret.deletionAt !== undefined) return markedForDeletion();
  const stage = textOf(body.VersionStage) ?? '';
  const [from, to] = [textOf(body.RemoveFromVersionId), textOf(body.MoveToVersionId)];
  const holder = holderOf(secret, stage);
  if (stage === '' || (from === undefined && to === undefined)) return invalid('You must specify a staging label.');
  if (to !== undefined && !secret.versions.has(to)) return notFound(`the specified secret version ${to}`);
  if (stage === CURRENT && to === undefined) return invalid('You can only move staging label AWSCURRENT.');
  // "If the label is attached and you either do not specify this parameter, or the version ID does not match, then the
  // operation fails."
  if (from !== undefined && holder !== from)
    return invalid(`RemoveFromVersionId must be set to the version that currently has the staging label ${stage}.`);
  if (from === undefined && holder !== undefined && holder !== to)
    return invalid(`Staging label ${stage} is currently attached to version ${holder}, so you must reference it.`);
  const changed = to === undefined ? detach(secret, stage) : attach(secret, to, [stage]);
  const change = { kind: 'move', name: secret.name, secret: changed, version: to ?? from };
  return { answer: awsOk(identityOf(secret)), change };
}

function detach(secret: Secret, stage: string): Secret {
  const versions = [...secret.versions].map(
    ([id, version]) => [id, { ...version, stages: version.stages.filter((other) => other !== stage) }] as const,
  );
  return { ...secret, versions: new Map(versions) };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
export function deleteSecret(secret: Secret | undefined, body: Body, { now }: Surroundings): Outcome {
  const force = body.ForceDeleteWithoutRecovery === true;
  const days = body.RecoveryWindowInDays ?? 30;
  if (force && body.RecoveryWindowInDays !== undefined)
    return invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  if (typeof days !== 'number' || days < 7 || days > 30)
    return invalid('RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  // "If the secret is already deleted or nonexistent, the operation doesn't return ResourceNotFoundException" when forced.
  if (!secret) return force ? { answer: awsOk({ DeletionDate: seconds(now) }) } : notFound();
  if (force) {
    const answer = awsOk({ ...identityOf(secret), DeletionDate: seconds(now) });
    return { answer, change: { kind: 'delete', name: secret.name, secret: undefined } };
  }
  if (secret.deletionAt !== undefined) return markedForDeletion();
  const deletionAt = now + days * DAY_MS;
  const answer = awsOk({ ...identityOf(secret), DeletionDate: seconds(deletionAt) });
  return { answer, change: { kind: 'schedule-deletion', name: secret.name, secret: { ...secret, deletionAt } } };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html */
export function restoreSecret(secret: Secret): Outcome {
  const answer = awsOk(identityOf(secret));
  if (secret.deletionAt === undefined) return { answer };
  return { answer, change: { kind: 'restore', name: secret.name, secret: { ...secret, deletionAt: undefined } } };
}

/** UpdateSecret, only for what others set: description and key. */
export function updateSecret(secret: Secret, body: Body): Outcome {
  if (secret.deletionAt !== undefined) return markedForDeletion();
  const description = textOf(body.Description) ?? secret.description;
  const changed = { ...secret, description, kmsKeyId: textOf(body.KmsKeyId) ?? secret.kmsKeyId };
  return { answer: awsOk(identityOf(secret)), change: { kind: 'update', name: secret.name, secret: changed } };
}

export function identityOf({ arn, name }: Secret): { ARN: string; Name: string } {
  return { ARN: arn, Name: name };
}

/** "Either SecretString or SecretBinary must have a value, but not both"; lengths 1 to 65,536; a token of 32 to 64. */
function contentIn(body: Body, demanded: boolean): { content: Readonly<Record<string, string>> } | Outcome {
  const [text, binary, token] = [textOf(body.SecretString), textOf(body.SecretBinary), textOf(body.ClientRequestToken)];
  if (text !== undefined && binary !== undefined)
    return invalid("You can't specify both a binary secret value and a string secret value in the same secret.");
  if (text === undefined && binary === undefined)
    return demanded ? invalid('You must provide either SecretString or SecretBinary.') : { content: {} };
  if (token === undefined || token.length < 32 || token.length > 64)
    return invalid('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  const size = text === undefined ? Buffer.from(binary ?? '', 'base64').length : Buffer.byteLength(text);
  if (size < 1 || size > MAX_BYTES)
    return { answer: awsError('ValidationException', 'Member must have length between 1 and 65536') };
  return { content: text === undefined ? { SecretBinary: binary ?? '' } : { SecretString: text } };
}
