import type { Prisma, VaultProfile } from '../../prisma/generated/client.ts';
import { type ListSlice, type PrismaDb, stated } from '../access/prisma-db.ts';
import type { Sql } from '../db.ts';

export type { VaultProfile };

/** In order of creation. */
export function listVaultProfiles(
  db: PrismaDb,
  organizationId: string,
  filter: { readonly vaultId?: string | undefined; readonly enabled?: boolean | undefined },
  slice: ListSlice,
): Promise<VaultProfile[]> {
  return db.vaultProfile.findMany({ where: { organizationId, ...stated(filter), ...slice.where }, ...slice.order });
}

export function findVaultProfile(db: PrismaDb, organizationId: string, id: string): Promise<VaultProfile | null> {
  return db.vaultProfile.findFirst({ where: { organizationId, id } });
}

/** Locks the row until the transaction ends: nothing can begin to use the profile meanwhile. False when there is none. */
export async function lockVaultProfile(tx: Sql, organizationId: string, id: string): Promise<boolean> {
  const rows = await tx.query(
    'select id from vault_profiles where organization_id = $1::uuid and id = $2::uuid for update',
    [organizationId, id],
  );
  return rows.length === 1;
}

export type NewVaultProfile = Pick<
  VaultProfile,
  | 'id'
  | 'organizationId'
  | 'vaultId'
  | 'name'
  | 'naming'
  | 'place'
  | 'concurrency'
  | 'ratePerSecond'
  | 'freshnessSeconds'
  | 'maxDeletes'
  | 'maxDeletePercent'
  | 'approvalProfileId'
  | 'driftPolicy'
  | 'driftIntervalMinutes'
  | 'driftPerMinute'
> & { readonly attributes: Prisma.InputJsonObject; readonly driftSetBy?: Prisma.InputJsonObject };

export function insertVaultProfile(db: PrismaDb, profile: NewVaultProfile): Promise<VaultProfile> {
  return db.vaultProfile.create({ data: profile });
}

export interface VaultProfileChanges {
  readonly name?: string | undefined;
  readonly naming?: string | undefined;
  readonly attributes?: Prisma.InputJsonObject | undefined;
  readonly place?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly ratePerSecond?: number | null | undefined;
  readonly freshnessSeconds?: number | null | undefined;
  readonly maxDeletes?: number | null | undefined;
  readonly maxDeletePercent?: number | null | undefined;
  readonly approvalProfileId?: string | null | undefined;
  readonly driftPolicy?: string | undefined;
  readonly driftIntervalMinutes?: number | null | undefined;
  readonly driftPerMinute?: number | undefined;
  readonly driftSetBy?: Prisma.InputJsonObject | undefined;
}

/** Every change makes a new revision. */
export function updateVaultProfile(db: PrismaDb, id: string, changes: VaultProfileChanges): Promise<VaultProfile> {
  const now = new Date();
  const data = { ...stated(changes), revision: { increment: 1 }, updatedAt: now, nextCheckAt: now };
  return db.vaultProfile.update({ where: { id }, data });
}

/** No new revision: grants outlive the pause, their work waits. */
export function switchVaultProfile(db: PrismaDb, id: string, enabled: boolean): Promise<VaultProfile> {
  return db.vaultProfile.update({ where: { id }, data: { enabled, updatedAt: new Date() } });
}

/** What waited while the profile was disabled is due now: at its own targets, and at those of secrets it is the source of. */
export async function wakeTargets(tx: Sql, profileId: string): Promise<void> {
  await tx.query(
    `with held as (
       select id from targets where state in ('pending', 'failed', 'syncing', 'removing') and (profile_id = $1::uuid
         or (code = 'source_profile_disabled' and secret_id in (select id from secrets where source_profile_id = $1::uuid)))
       order by id for no key update)
     update targets t set next_attempt_at = clock_timestamp(), due_since = coalesce(t.due_since, clock_timestamp())
     from held where t.id = held.id`,
    [profileId],
  );
}

/** Copies whose removal the fuse of each of these profiles holds. */
export async function countHeld(db: Sql, profiles: readonly VaultProfile[]): Promise<ReadonlyMap<string, number>> {
  const tripped = profiles.filter((profile) => profile.fuseTrippedAt !== null).map((profile) => profile.id);
  if (tripped.length === 0) return new Map();
  const rows = await db.query<{ id: string; held: number }>(
    `select profile_id as id, count(*)::int as held from targets
     where profile_id = any($1::uuid[]) and state = 'removing' and code = 'delete_fuse' group by profile_id`,
    [tripped],
  );
  return new Map(rows.map(({ id, held }) => [id, held]));
}

/**
 * Another interval holds for all copies of the profile from now on, spread over it, so that they do not all come at once; null
 * ends the looking. Lock the profile first.
 */
export async function respreadScans(tx: Sql, profileId: string, intervalMinutes: number | null): Promise<void> {
  await tx.query(
    `with held as (select id from targets where profile_id = $1::uuid and state in ('synced', 'drifted')
       order by id for no key update)
     update targets t set next_scan_at = clock_timestamp() + random() * $2::int * interval '1 minute'
     from held where t.id = held.id`,
    [profileId, intervalMinutes],
  );
}

/** Why a profile cannot be deleted, in numbers. */
export interface ProfileUses {
  readonly secrets: number;
  readonly targets: number;
  /** Versions and change requests that were written through it, also of destroyed secrets. */
  readonly history: number;
}

export async function countUses(tx: Sql, profileId: string): Promise<ProfileUses> {
  const [uses] = await tx.query<ProfileUses>(
    `select (select count(*) from secrets where source_profile_id = $1::uuid and state <> 'destroyed')::int as secrets,
       (select count(*) from targets where profile_id = $1::uuid and state <> 'removed')::int as targets,
       ((select count(*) from secrets where source_profile_id = $1::uuid and state = 'destroyed')
         + (select count(*) from targets where profile_id = $1::uuid and state = 'removed')
         + (select count(*) from secret_versions where profile_id = $1::uuid)
         + (select count(*) from remote_entries where profile_id = $1::uuid)
         + (select count(*) from change_requests where profile_id = $1::uuid))::int as history`,
    [profileId],
  );
  return uses ?? { secrets: 0, targets: 0, history: 0 };
}

export async function deleteVaultProfile(tx: Sql, id: string): Promise<void> {
  await tx.query('delete from vault_profiles where id = $1::uuid', [id]);
}
