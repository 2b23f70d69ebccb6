import {
  PutSecretValueCommand,
  RestoreSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { VaultError } from '../vault-error.ts';
import type { AwsClient } from './client.ts';
import type { Content } from './content.ts';
import { CURRENT, findSecret } from './find-secret.ts';

/**
 * The label of a version that is not yet current. One for all operations, because a secret may have 20 and versions with labels
 * are kept for ever: it moves on with every write. A version that lost it is still there to become current.
 */
const PENDING = 'KEYFERRY';

/** What one write sends. */
export interface Draft {
  readonly name: string;
  /** The operation's token, which is the id of its version. */
  readonly token: string;
  readonly content: Content;
  readonly signal: AbortSignal;
}

type Put = { readonly stages: readonly string[]; readonly refused?: undefined } | { readonly refused: PutRefusal };
type PutRefusal = 'ResourceNotFoundException' | 'InvalidRequestException';

/**
 * `PutSecretValue`: current at once, or pending. "If you call this operation with a ClientRequestToken that matches an existing
 * version's VersionId, and you specify the same secret data, the operation succeeds but does nothing"; with other data it is
 * `invalid_argument`. `stages` are those that the version has now.
 */
export async function putVersion(aws: AwsClient, draft: Draft, as: 'current' | 'pending'): Promise<Put> {
  const { name, token, content, signal } = draft;
  const pending = as === 'pending' && { VersionStages: [PENDING] };
  const input = { SecretId: name, ClientRequestToken: token, ...content, ...pending };
  const put = await aws.change(
    'write',
    signal,
    (client, options) => client.send(new PutSecretValueCommand(input), options),
    ['ResourceExistsException', 'ResourceNotFoundException', 'InvalidRequestException'],
  );
  if (put.refused === 'ResourceExistsException') throw new VaultError('invalid_argument', 'write');
  if (put.refused) return { refused: put.refused };
  if (put.answer.VersionId !== token) throw new VaultError('unknown', 'write', { maybeApplied: true });
  return { stages: put.answer.VersionStages ?? [] };
}

/**
 * Compare-and-set: a pending version, then `AWSCURRENT` from `from` to it. "If the label is attached and you either do not
 * specify this parameter, or the version ID does not match, then the operation fails" (UpdateSecretVersionStage,
 * RemoveFromVersionId). Throws `version_conflict` when another version is current.
 */
export async function replaceVersion(aws: AwsClient, draft: Draft, from: string | undefined): Promise<void> {
  const put = await putVersion(aws, draft, 'pending');
  if (put.refused) throw await refusedFor(aws, draft, put.refused);
  const { name, token, signal } = draft;
  // Done by the same operation before, or the first version of all, which AWS makes current by itself.
  if (put.stages.includes(CURRENT)) return;
  const move = {
    SecretId: name,
    VersionStage: CURRENT,
    MoveToVersionId: token,
    ...(from !== undefined && { RemoveFromVersionId: from }),
  };
  const moved = await aws.change(
    'write',
    signal,
    (client, options) => client.send(new UpdateSecretVersionStageCommand(move), options),
    ['InvalidParameterException', 'InvalidRequestException', 'ResourceNotFoundException'],
  );
  if (!moved.refused) return;
  const facts = await findSecret(aws, name, 'write', signal);
  // The same operation, somewhere else at the same time.
  if (facts?.current === token) return;
  await forget(aws, draft);
  // A version that was there before and has no label: it lost, or it was current long ago.
  throw new VaultError('version_conflict', 'write', { maybeApplied: !put.stages.includes(PENDING) });
}

/** A secret that is gone or removed is another state than the caller saw; anything else can never succeed. */
async function refusedFor(aws: AwsClient, { name, signal }: Draft, refused: PutRefusal): Promise<VaultError> {
  const gone =
    refused === 'ResourceNotFoundException' || (await findSecret(aws, name, 'write', signal))?.removed === true;
  return new VaultError(gone ? 'version_conflict' : 'invalid_argument', 'write');
}

/** Takes the label off a version that lost, so that AWS may drop it. It does not matter whether this works. */
async function forget(aws: AwsClient, { name, token, signal }: Draft): Promise<void> {
  const input = { SecretId: name, VersionStage: PENDING, RemoveFromVersionId: token };
  await aws
    .change('write', signal, (client, options) => client.send(new UpdateSecretVersionStageCommand(input), options))
    .catch(() => undefined);
}

/** Cancels a scheduled deletion; false when the secret is gone for good. A live one stays as it is. */
export async function restore(aws: AwsClient, name: string, operation: string, signal: AbortSignal): Promise<boolean> {
  const { refused } = await aws.change(
    operation,
    signal,
    (client, options) => client.send(new RestoreSecretCommand({ SecretId: name }), options),
    ['ResourceNotFoundException'],
  );
  return refused === undefined;
}
