import { awsOk, isObject, textOf, textsOf } from './aws-answers.ts';
import {
  CURRENT,
  holderOf,
  invalid,
  markedForDeletion,
  notFound,
  type Outcome,
  type Secret,
  seconds,
} from './aws-secret.ts';
import { identityOf } from './aws-secret-changes.ts';

type Body = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export function getSecretValue(secret: Secret, body: Body): Outcome {
  if (secret.deletionAt !== undefined) return markedForDeletion();
  const stage = textOf(body.VersionStage) ?? CURRENT;
  const id = textOf(body.VersionId) ?? holderOf(secret, stage);
  const version = id === undefined ? undefined : secret.versions.get(id);
  if (!version) return notFound(`the specified secret value for ${id ?? `staging label: ${stage}`}`);
  const { content, createdAt, stages } = version;
  const labels = stages.length > 0 && { VersionStages: stages };
  const answer = { ...identityOf(secret), VersionId: id, ...content, ...labels, CreatedDate: seconds(createdAt) };
  return { answer: awsOk(answer) };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html: also of one marked for deletion. */
export function describeSecret(secret: Secret): Outcome {
  const { VersionStages, ...facts } = factsOf(secret);
  return { answer: awsOk({ ...facts, ...(VersionStages && { VersionIdsToStages: VersionStages }) }) };
}

/** "Secrets Manager only returns fields that have a value in the response"; versions without a label are left out. */
function factsOf(secret: Secret) {
  const { description, kmsKeyId, tags, versions, createdAt, changedAt, deletionAt } = secret;
  const labelled = [...versions].filter(([, { stages }]) => stages.length > 0).map(([id, { stages }]) => [id, stages]);
  return {
    ...identityOf(secret),
    ...(description !== undefined && { Description: description }),
    ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
    ...(tags.size > 0 && { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }),
    ...(labelled.length > 0 && { VersionStages: Object.fromEntries(labelled) as object }),
    ...(deletionAt !== undefined && { DeletedDate: seconds(deletionAt) }),
    CreatedDate: seconds(createdAt),
    LastChangedDate: seconds(changedAt),
  };
}

/**
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html: without those marked for deletion unless
 * asked for; the filter `name` matches the beginning; a page may be shorter than asked for.
 */
export function listSecrets(secrets: Iterable<Secret>, body: Body, pageSize: number): Outcome {
  const size = body.MaxResults ?? 100;
  if (typeof size !== 'number' || size < 1 || size > 100) return invalid('MaxResults must be between 1 and 100.');
  const filters = (Array.isArray(body.Filters) ? body.Filters : []).filter(isObject);
  const after = textOf(body.NextToken);
  const start = after === undefined ? '' : Buffer.from(after, 'base64url').toString('utf8');
  const found = [...secrets]
    .filter(({ deletionAt }) => deletionAt === undefined || body.IncludePlannedDeletion === true)
    .filter(({ name }) => filters.every((filter) => passes(name, filter)))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .filter(({ name }) => name > start);
  const page = found.slice(0, Math.min(size, pageSize));
  const last = page.at(-1)?.name;
  const more = last !== undefined && page.length < found.length;
  const next = more && { NextToken: Buffer.from(last).toString('base64url') };
  return { answer: awsOk({ SecretList: page.map(entryOf), ...next }) };
}

function entryOf(secret: Secret): object {
  const { VersionStages, ...facts } = factsOf(secret);
  return { ...facts, ...(VersionStages && { SecretVersionsToStages: VersionStages }) };
}

function passes(name: string, filter: Body): boolean {
  return filter.Key !== 'name' || textsOf(filter.Values).some((value) => name.startsWith(value));
}
