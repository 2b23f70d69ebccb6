import type { Keyring } from '../crypto/keyring.ts';
import { type SealPlace, seal, unseal } from '../crypto/seal.ts';

/** Whose credentials: they open for this vault at this revision of its settings and nowhere else. */
export interface CredentialOwner {
  readonly organizationId: string;
  readonly vaultId: string;
  readonly revision: number;
}

export type Credentials = Readonly<Record<string, unknown>>;

/** Seals the sensitive settings; null when the kind has none. */
export function sealCredentials(keyring: Keyring, owner: CredentialOwner, credentials: Credentials): Buffer | null {
  if (Object.keys(credentials).length === 0) return null;
  return seal(keyring, placeOf(owner), Buffer.from(JSON.stringify(credentials), 'utf8'));
}

/** Opens what {@link sealCredentials} made for the same owner. Throws `SealError` for anything else. */
export function openCredentials(keyring: Keyring, owner: CredentialOwner, sealed: Uint8Array | null): Credentials {
  if (sealed === null) return {};
  return JSON.parse(unseal(keyring, placeOf(owner), sealed).toString('utf8')) as Credentials;
}

function placeOf({ organizationId, vaultId, revision }: CredentialOwner): SealPlace {
  return {
    purpose: 'vault-credentials',
    organizationId,
    table: 'vaults',
    rowId: vaultId,
    detail: `revision ${revision}`,
  };
}
