import type { AdapterModule } from '../../adapters/adapter.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { VaultEgress } from './egress.ts';
import type { Vault } from './vault-store.ts';
import { readCredentials } from './vault-view.ts';

interface PlaceParts {
  readonly keyring: Keyring;
  readonly egress: VaultEgress;
  readonly allowAmbient: boolean;
}

/** The real place of entries that are reached through this vault with these attributes, which its kind accepted. */
export function placeIn(parts: PlaceParts, module: AdapterModule, vault: Vault, attributes: unknown): string {
  const { egress, allowAmbient } = parts;
  const settings = { ...(vault.settings as object), ...readCredentials(parts.keyring, vault) };
  return module.place(settings, module.attributes.parse(attributes), { vaultId: vault.id, egress, allowAmbient });
}
