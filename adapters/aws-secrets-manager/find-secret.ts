import { DescribeSecretCommand, type DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { EntryHead, EntryPath } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import type { AwsClient } from './client.ts';
import { labelsOf, type Tags } from './labels.ts';

export const CURRENT = 'AWSCURRENT';

/** A secret without its content: only what we use, everything checked. */
export interface SecretFacts {
  /** The version that holds `AWSCURRENT`; there is none in a secret that was made without content. */
  readonly current: string | undefined;
  /** Versions with their staging labels. Those without a label are not told. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** Scheduled for deletion, and recoverable until then. */
  readonly removed: boolean;
  readonly tags: Tags;
}

/** `undefined` when AWS says that it does not exist. */
export async function findSecret(
  aws: AwsClient,
  name: string,
  operation: string,
  signal: AbortSignal,
): Promise<SecretFacts | undefined> {
  const found = await aws.ask(
    operation,
    signal,
    (client, options) => client.send(new DescribeSecretCommand({ SecretId: name }), options),
    ['ResourceNotFoundException'],
  );
  if (found.refused) return undefined;
  // A 200 that is not about this secret proves nothing.
  if (found.answer.Name !== name) throw new VaultError('unknown', operation);
  return factsOf(found.answer);
}

/** The answer to a look right after a change that stands: whatever goes wrong now, something was applied. */
export async function findAfter<T>(work: Promise<T>, operation: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const known = error instanceof VaultError ? error : undefined;
    throw new VaultError(known?.code ?? 'unknown', operation, {
      maybeApplied: true,
      retryAfterMs: known?.retryAfterMs,
    });
  }
}

function factsOf({ VersionIdsToStages = {}, DeletedDate, Tags = [] }: DescribeSecretCommandOutput): SecretFacts {
  const versions = new Map(Object.entries(VersionIdsToStages).map(([id, stages]) => [id, stages ?? []] as const));
  return {
    current: [...versions].find(([, stages]) => stages.includes(CURRENT))?.[0],
    versions,
    removed: DeletedDate !== undefined,
    tags: new Map(Tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? ''] as const]))),
  };
}

/** The head of a live secret; else `not_found`, with what is recoverable. */
export function liveHead(path: EntryPath, facts: SecretFacts | undefined, operation: string): EntryHead {
  const version = facts?.current;
  if (facts === undefined || version === undefined) throw new VaultError('not_found', operation);
  const labels = labelsOf(facts.tags);
  if (facts.removed) throw new VaultError('not_found', operation, { removed: { version, labels } });
  return { path, version, labels };
}
