import { createHash } from 'node:crypto';
import type { AdapterModule, EntryPath } from '../../adapters/adapter.ts';
import { adapterKinds, loadAdapterModule } from '../../adapters/registry.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import { invalidField } from '../errors.ts';

/** Longer names are claimed by their digest, so that the index of claims holds them. */
const LONGEST_PLAIN = 1_000;

/**
 * What is claimed of a path: the entry as its place knows it. Throws a `VaultError` `invalid_argument` when the vault cannot
 * hold it.
 */
export function claimedEntry(module: AdapterModule, attributes: unknown, path: EntryPath): string {
  const entry = module.locate(attributes, path);
  if (entry.length <= LONGEST_PLAIN) return entry;
  return `sha256:${createHash('sha256').update(entry).digest('hex')}`;
}

/** The same for a profile as stored. Throws `invalid_input` at `pointer` when its vault cannot hold such an entry. */
export async function remoteEntryOf(
  profile: { readonly vaultKind: string; readonly attributes: unknown },
  path: EntryPath,
  pointer: string,
): Promise<string> {
  const { vaultKind: kind } = profile;
  if (!adapterKinds().includes(kind)) throw invalidField(pointer, 'a profile whose kind of vault this broker knows');
  const module = await loadAdapterModule(kind);
  const attributes = module.attributes.safeParse(profile.attributes);
  try {
    if (attributes.success) return claimedEntry(module, attributes.data, path);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
  }
  throw invalidField(pointer, 'a name that the vaults of all profiles can hold');
}
