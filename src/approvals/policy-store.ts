import type { Sql } from '../db.ts';
import type { AttachedPolicy } from './approval-policy.ts';

const POLICIES = `select v.policy || jsonb_build_object('profileId', a.id, 'profileVersion', a.version, 'name', a.name) as policy
  from approval_profiles a
  join approval_profile_versions v on v.profile_id = a.id and v.version = a.version
  where a.organization_id = $1::uuid`;
const OF_ORGANIZATION = 'select approval_profile_id from organizations where id = $1::uuid';

async function read(db: Sql, which: string, params: readonly unknown[]): Promise<AttachedPolicy[]> {
  const rows = await db.query<{ policy: AttachedPolicy }>(`${POLICIES} and ${which} order by a.id`, params);
  return rows.map((row) => row.policy);
}

/** The approval policies of vault profiles and of the organization as they are now, each once. */
export function policiesOfProfiles(
  db: Sql,
  organizationId: string,
  profileIds: readonly string[],
): Promise<AttachedPolicy[]> {
  return read(
    db,
    `a.id in (select approval_profile_id from vault_profiles where id = any($2::uuid[]) union all ${OF_ORGANIZATION})`,
    [organizationId, profileIds],
  );
}

/**
 * The policies that stand before the secrets of these profiles, and of every profile of the vault: of the profiles themselves,
 * and of all others through which one of those secrets is read or copied. Whoever moves where a copy lies moves the value.
 */
export function policiesBehind(
  db: Sql,
  organizationId: string,
  profiles: { readonly profileId: string } | { readonly vaultId: string },
): Promise<AttachedPolicy[]> {
  const [column, id] = 'vaultId' in profiles ? ['vault_id', profiles.vaultId] : ['id', profiles.profileId];
  return read(
    db,
    `a.id in (
       with given as (select id from vault_profiles where organization_id = $1::uuid and ${column} = $2::uuid),
       held as (
         select s.id from secrets s where s.source_profile_id in (select id from given) and s.state <> 'destroyed'
         union select t.secret_id from targets t where t.profile_id in (select id from given) and t.state <> 'removed'),
       involved as (
         select id from given
         union select s.source_profile_id from secrets s where s.id in (select id from held)
         union select t.profile_id from targets t where t.secret_id in (select id from held) and t.state <> 'removed')
       select p.approval_profile_id from vault_profiles p where p.id in (select id from involved)
       union all ${OF_ORGANIZATION})`,
    [organizationId, id],
  );
}

/** What the organization asks for everywhere; nothing in a fresh installation. */
export function policiesOfOrganization(db: Sql, organizationId: string): Promise<AttachedPolicy[]> {
  return read(db, `a.id in (${OF_ORGANIZATION})`, [organizationId]);
}

/** Policies that somebody asks for, or will when an open change is applied: a vault profile or the organization. */
export function attachedPolicies(db: Sql, organizationId: string): Promise<AttachedPolicy[]> {
  return read(
    db,
    `a.id in (
       select approval_profile_id from vault_profiles where organization_id = $1::uuid
       union all ${OF_ORGANIZATION}
       union all select (c.plan->'after'->>'approvalProfileId')::uuid from change_requests c
         where c.organization_id = $1::uuid and c.operation in ('edit_vault_profile', 'edit_organization')
           and c.state in ('pending_approval', 'approved'))`,
    [organizationId],
  );
}
