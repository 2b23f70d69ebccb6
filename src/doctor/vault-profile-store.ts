import type { Sql } from '../db.ts';
import type { VaultRef } from '../vaults/vault.ts';

/** A vault profile, to be asked whether its vault is there. */
export interface ProfileToAsk extends VaultRef {
  /** `<organization>/<profile>`. */
  readonly label: string;
  readonly enabled: boolean;
  readonly kind: string;
  /** Where the vault is, when its settings say so. */
  readonly address: string | null;
}

/** Every profile of the installation. */
export async function listProfilesToAsk(db: Sql): Promise<ProfileToAsk[]> {
  return db.query<ProfileToAsk>(
    `select o.slug || '/' || p.name as label, p.enabled, w.kind, p.id as "profileId", p.vault_id as "vaultId",
       w.revision as "vaultRevision", p.attributes, p.concurrency, p.rate_per_second as "ratePerSecond",
       coalesce(w.settings->>'address', w.settings->>'endpoint') as address
     from vault_profiles p join vaults w on w.id = p.vault_id join organizations o on o.id = p.organization_id
     order by label`,
  );
}
