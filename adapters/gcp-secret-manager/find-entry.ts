import type { EntryHead, EntryPath } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { type Claim, claimOf, labelsOf } from './annotations.ts';
import type { SecretFacts, VersionFacts } from './facts.ts';
import type { SdkCall } from './sdk-client.ts';
import type { SecretService } from './service.ts';

/** A secret and its newest version. */
export interface FoundEntry {
  readonly secret: SecretFacts;
  /** Absent for a secret without versions: that is no entry yet. */
  readonly newest: VersionFacts | undefined;
  /** A write that has said so and not added its version, or that ended in between. */
  readonly pending: Claim | undefined;
}

/**
 * `latest` may be old, and so may the secret; only a version asked for by its number is not
 * (https://cloud.google.com/secret-manager/docs/reference/consistency). Our own claim tells which number to ask for: every
 * writer of ours says on which version it builds before it adds the next.
 */
export async function findEntry(service: SecretService, id: string, call: SdkCall): Promise<FoundEntry | undefined> {
  const [secret, latest] = await Promise.all([service.getSecret(id, call), service.getVersion(id, 'latest', call)]);
  if (!secret) return undefined;
  const claim = claimOf(secret.annotations);
  if (!claim || (latest !== undefined && latest.number > claim.base)) {
    return { secret, newest: latest, pending: undefined };
  }
  const claimed = await service.getVersion(id, claim.base + 1, call);
  if (claimed) return { secret, newest: claimed, pending: undefined };
  const known = latest?.number === claim.base || claim.base === 0;
  return { secret, newest: known ? latest : await service.getVersion(id, claim.base, call), pending: claim };
}

export interface LiveEntry extends FoundEntry {
  readonly newest: VersionFacts;
}

/**
 * An entry is there when its newest version can be accessed. When that is disabled, by us or by hand, the entry is removed and
 * can come back: `latest`, which all other readers use, fails then too, whatever older versions there are.
 */
export function live(found: FoundEntry | undefined, operation: string): LiveEntry {
  if (isLive(found)) return found;
  const { newest } = found ?? {};
  const removed =
    found && newest?.state === 'DISABLED'
      ? { version: String(newest.number), labels: labelsOf(found.secret.annotations) }
      : undefined;
  throw new VaultError('not_found', operation, { removed });
}

export function isLive(found: FoundEntry | undefined): found is LiveEntry {
  return found?.newest?.state === 'ENABLED';
}

export function headOf(path: EntryPath, { secret, newest }: LiveEntry): EntryHead {
  return { path, version: String(newest.number), labels: labelsOf(secret.annotations) };
}
