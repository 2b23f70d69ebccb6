import type { Sql } from '../../src/db.ts';
import { newId } from '../../src/ports.ts';

/** A built-in vault, with its organization, straight in the tables. Returns the vault's id. */
export async function addBuiltinVault(db: Sql, organizationId: string): Promise<string> {
  const vaultId = newId();
  await db.query('insert into organizations (id, slug, name) values ($1::uuid, $2, $3) on conflict do nothing', [
    organizationId,
    `o-${organizationId.slice(-12)}`,
    'Test',
  ]);
  await db.query(
    `insert into vaults (id, organization_id, name, kind, settings)
     values ($1::uuid, $2::uuid, $3, 'builtin', '{}')`,
    [vaultId, organizationId, `vault ${vaultId}`],
  );
  return vaultId;
}
