import type { RemoveOptions } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { classify, isRefusal } from './errors.ts';
import { type FoundEntry, findEntry, isLive } from './find-entry.ts';
import type { SecretService } from './service.ts';
import { isBusy } from './write-entry.ts';

/**
 * Deleting a secret is immediate and for good. What can be brought back is a disabled version: a recoverable removal disables
 * the newest one, and leaves older ones as they are. (https://cloud.google.com/secret-manager/docs/managing-secret-versions)
 */
export async function removeEntry(service: SecretService, id: string, options: RemoveOptions): Promise<void> {
  const { mode, ifVersion, signal } = options;
  if (mode === 'permanent' && ifVersion === undefined) return deleteSecret(service, id, undefined, signal);
  const found = await look(service, id, signal);
  if (!found?.newest || found.newest.state === 'DESTROYED') {
    return found && mode === 'permanent' ? deleteSecret(service, id, found.secret.etag, signal) : undefined;
  }
  if (mode === 'recoverable' && !isLive(found)) return;
  if (ifVersion !== undefined && (String(found.newest.number) !== ifVersion || isBusy(found.pending))) {
    throw new VaultError('version_conflict', 'remove');
  }
  if (mode === 'permanent') return deleteSecret(service, id, found.secret.etag, signal);
  await disable(service, id, found.newest, options);
}

/** A writer of ours changes the ETag before it adds a version; somebody who adds one without asking does not. */
async function deleteSecret(
  service: SecretService,
  id: string,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  try {
    await service.deleteSecret(id, etag, { signal });
  } catch (error) {
    if (isRefusal(error, 'NOT_FOUND')) return;
    if (isRefusal(error, 'FAILED_PRECONDITION')) throw new VaultError('version_conflict', 'remove');
    throw classify(error, 'remove', true);
  }
}

/**
 * Names the version it means, so a newer one that arrives in between stays. With a condition that is a conflict, and the
 * version is enabled again.
 */
async function disable(
  service: SecretService,
  id: string,
  newest: NonNullable<FoundEntry['newest']>,
  { ifVersion, signal }: RemoveOptions,
): Promise<void> {
  try {
    const disabled = await service.changeVersion('disable', id, newest.number, newest.etag, { signal });
    if (ifVersion === undefined) return;
    if (!isLive(await findEntry(service, id, { signal }))) return;
    await service.changeVersion('enable', id, newest.number, disabled.etag, { signal });
  } catch (error) {
    if (isRefusal(error, 'NOT_FOUND')) return;
    if (isRefusal(error, 'FAILED_PRECONDITION')) throw new VaultError('version_conflict', 'remove');
    throw classify(error, 'remove', true);
  }
  throw new VaultError('version_conflict', 'remove');
}

async function look(service: SecretService, id: string, signal: AbortSignal): Promise<FoundEntry | undefined> {
  try {
    return await findEntry(service, id, { signal });
  } catch (error) {
    throw classify(error, 'remove', false);
  }
}
