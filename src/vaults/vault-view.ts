import type { VaultKind } from '../../adapters/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { SealError } from '../crypto/seal.ts';
import { type Credentials, openCredentials } from './vault-credentials.ts';
import type { VaultView } from './vault-schemas.ts';
import type { Vault } from './vault-store.ts';

/** The vault as it may be shown: of credentials only that they are set. */
export async function viewVault(keyring: Keyring, vault: Vault): Promise<VaultView> {
  const { id, name, revision } = vault;
  const kind = vault.kind as VaultKind;
  return {
    id,
    name,
    kind,
    settings: vault.settings as VaultView['settings'],
    credentials: await credentialsShown(keyring, vault, kind),
    revision,
    createdAt: vault.createdAt.toISOString(),
    updatedAt: vault.updatedAt.toISOString(),
  };
}

/** Undefined when they do not open: the row was tampered with, or its key is gone. */
export function readCredentials(keyring: Keyring, vault: Vault): Credentials | undefined {
  const owner = { organizationId: vault.organizationId, vaultId: vault.id, revision: vault.revision };
  try {
    return openCredentials(keyring, owner, vault.sealedCredentials);
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

async function credentialsShown(keyring: Keyring, vault: Vault, kind: VaultKind): Promise<VaultView['credentials']> {
  const credentials = readCredentials(keyring, vault);
  if (credentials) return Object.fromEntries(Object.keys(credentials).map((name) => [name, 'set'] as const));
  const { sensitive } = await loadAdapterModule(kind);
  return Object.fromEntries(sensitive.map((name) => [name, 'unreadable'] as const));
}
