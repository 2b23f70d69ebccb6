import type { Sql } from '../db.ts';
import type { SecretContext } from './secret-store.ts';

/** What the smallest of a secret's vaults can hold, in bytes: its source and every target it has. */
export async function smallestVault(
  db: Sql,
  { secret, profile }: SecretContext,
  maxBytesOf: (kind: string) => Promise<number>,
): Promise<number> {
  const targets = await db.query<{ kind: string }>(
    `select distinct w.kind from targets t join vault_profiles p on p.id = t.profile_id join vaults w on w.id = p.vault_id
     where t.secret_id = $1::uuid and t.state <> 'removed'`,
    [secret.id],
  );
  const kinds = new Set([profile.vaultKind, ...targets.map((target) => target.kind)]);
  return Math.min(...(await Promise.all([...kinds].map(maxBytesOf))));
}
