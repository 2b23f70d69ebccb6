import { VaultError } from '../../adapters/vault-error.ts';
import type { VaultRef } from '../vaults/vault.ts';
import type { ProfileFacts } from './secret-store.ts';

/** How the vault pool is asked for the vault behind a profile. */
export function vaultRefOf(profile: ProfileFacts): VaultRef {
  const { vaultId, vaultRevision, id, attributes, concurrency, ratePerSecond } = profile;
  return { vaultId, vaultRevision, profileId: id, attributes, concurrency, ratePerSecond };
}

/** The entry, or undefined when the vault said in its typed way that there is none. Every other failure stays one. */
export async function entryOrAbsent<Entry>(looking: Promise<Entry>): Promise<Entry | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof VaultError && error.code === 'not_found') return undefined;
    throw error;
  }
}
