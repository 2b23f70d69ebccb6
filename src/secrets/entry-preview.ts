import { VaultError } from '../../adapters/vault-error.ts';
import { AppError } from '../errors.ts';
import type { VaultPool } from '../vaults/vault.ts';
import { toAppError } from '../vaults/vault-failure.ts';
import type { ProfileFacts } from './secret-store.ts';
import { entryOrAbsent, vaultRefOf } from './vault-ref.ts';

/**
 * A look at the entry that is going to be written, before anything is recorded. Throws what the write would end with: the vault
 * is away or refuses us, or the entry is not the one expected. What can go wrong after this look still can.
 *
 * @param expected the vault's own version of the entry; undefined: there is to be none
 */
export async function previewEntry(
  vaults: VaultPool,
  profile: ProfileFacts,
  path: string,
  expected: string | undefined,
): Promise<void> {
  try {
    const vault = await vaults.open(vaultRefOf(profile));
    const seen = await entryOrAbsent(vault.head(path));
    if (seen?.version === expected) return;
  } catch (error) {
    throw error instanceof VaultError ? toAppError(error) : error;
  }
  throw new AppError('vault_conflict', 'The entry in the vault is not the one expected; it was left untouched.');
}
