import type { SecretContext } from './secret-store.ts';

/** What the smallest of a secret's vaults can hold, in bytes: its source and every target it has. */
export async function smallestVault(
  { vaultKinds }: Pick<SecretContext, 'vaultKinds'>,
  maxBytesOf: (kind: string) => Promise<number>,
): Promise<number> {
  return Math.min(...(await Promise.all(vaultKinds.map(maxBytesOf))));
}
