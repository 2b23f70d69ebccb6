import type { VaultKind } from '../../adapters/adapter.ts';
import type { Prisma, Vault } from '../../prisma/generated/client.ts';
import { type ListSlice, type PrismaDb, stated } from '../access/prisma-db.ts';
import type { Sql } from '../db.ts';
import type { Settings } from './vault-settings.ts';

export type { Vault };

/** What opening a vault takes. */
export interface VaultToOpen {
  readonly vaultId: string;
  readonly organizationId: string;
  readonly kind: VaultKind;
  readonly revision: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sealedCredentials: Uint8Array | null;
}

/** By id alone: ids of vaults come from rows of ours that were read for one organization. */
export async function findVaultToOpen(db: Sql, vaultId: string): Promise<VaultToOpen | undefined> {
  const [row] = await db.query<VaultToOpen>(
    `select id as "vaultId", organization_id as "organizationId", kind, revision, settings,
       sealed_credentials as "sealedCredentials"
     from vaults where id = $1::uuid`,
    [vaultId],
  );
  return row;
}

/** Those of them that are no profiles, or no longer. */
export async function findGoneProfiles(db: Sql, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<{ id: string }>(
    `select asked.id from unnest($1::text[]) as asked (id)
     where not exists (select 1 from vault_profiles p where p.id::text = asked.id)`,
    [ids],
  );
  return rows.map((row) => row.id);
}

/** In order of creation. */
export function listVaults(
  db: PrismaDb,
  organizationId: string,
  filter: { readonly kind?: VaultKind | undefined },
  slice: ListSlice,
): Promise<Vault[]> {
  return db.vault.findMany({ where: { organizationId, ...stated(filter), ...slice.where }, ...slice.order });
}

export function findVault(db: PrismaDb, organizationId: string, id: string): Promise<Vault | null> {
  return db.vault.findFirst({ where: { organizationId, id } });
}

/** Locks the row until the transaction ends: nothing can begin to use the vault meanwhile. False when there is none. */
export async function lockVault(tx: Sql, organizationId: string, id: string): Promise<boolean> {
  const rows = await tx.query('select id from vaults where organization_id = $1::uuid and id = $2::uuid for update', [
    organizationId,
    id,
  ]);
  return rows.length === 1;
}

/** Keeps the vault from being changed until the transaction ends. */
export async function keepVault(tx: Sql, organizationId: string, id: string): Promise<void> {
  await tx.query('select id from vaults where organization_id = $1::uuid and id = $2::uuid for key share', [
    organizationId,
    id,
  ]);
}

export interface VaultFields {
  readonly name: string;
  readonly settings: Prisma.InputJsonObject;
  readonly sealedCredentials: Uint8Array<ArrayBuffer> | null;
  readonly revision: number;
}

export function insertVault(
  db: PrismaDb,
  vault: VaultFields & { readonly id: string; readonly organizationId: string; readonly kind: VaultKind },
): Promise<Vault> {
  return db.vault.create({ data: vault });
}

export function updateVault(db: PrismaDb, id: string, fields: Partial<VaultFields>): Promise<Vault> {
  return db.vault.update({ where: { id }, data: { ...fields, updatedAt: new Date() } });
}

/** What saving a vault means for one of its profiles. */
export interface ProfileOfVault {
  readonly id: string;
  readonly naming: string;
  readonly attributes: Settings;
  readonly place: string;
}

/** Locks all profiles of the vault until the transaction ends. */
export async function lockProfilesOfVault(tx: Sql, vaultId: string): Promise<ProfileOfVault[]> {
  return tx.query<ProfileOfVault>(
    'select id, naming, attributes, place from vault_profiles where vault_id = $1::uuid order by id for update',
    [vaultId],
  );
}

/** Settings that say where and as whom we come in are part of what a grant was given for: a new revision. */
export async function renewProfile(tx: Sql, profileId: string, place: string): Promise<void> {
  await tx.query(
    `update vault_profiles set place = $2, revision = revision + 1, updated_at = clock_timestamp()
     where id = $1::uuid`,
    [profileId, place],
  );
}

/** Names of the profiles through which the vault is used. */
export async function profilesOfVault(tx: Sql, vaultId: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    'select name from vault_profiles where vault_id = $1::uuid order by name',
    [vaultId],
  );
  return rows.map((row) => row.name);
}

/** Live entries that a built-in vault still holds. */
export async function countBuiltinEntries(tx: Sql, vaultId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from builtin_entries where vault_id = $1::uuid and not removed',
    [vaultId],
  );
  return row?.count ?? 0;
}

/** Deletes the vault, and with a built-in one what was removed from it and could have been recovered. */
export async function deleteVault(tx: Sql, vaultId: string): Promise<void> {
  await tx.query('delete from builtin_versions where vault_id = $1::uuid', [vaultId]);
  await tx.query('delete from builtin_entries where vault_id = $1::uuid', [vaultId]);
  await tx.query('delete from vaults where id = $1::uuid', [vaultId]);
}
