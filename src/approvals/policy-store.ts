import type { Sql } from '../db.ts';
import type { PolicySnapshot } from './approval-policy.ts';

/** The approval policies of vault profiles as they are now, each once; profiles without one add nothing. */
export async function policiesOfProfiles(
  db: Sql,
  organizationId: string,
  profileIds: readonly string[],
): Promise<PolicySnapshot[]> {
  return (
    await db.query<{ policy: PolicySnapshot }>(
      `select v.policy || jsonb_build_object('profileId', a.id, 'profileVersion', a.version, 'name', a.name) as policy
       from approval_profiles a
       join approval_profile_versions v on v.profile_id = a.id and v.version = a.version
       where a.organization_id = $1::uuid
         and a.id in (select approval_profile_id from vault_profiles where id = any($2::uuid[]))
       order by a.id`,
      [organizationId, profileIds],
    )
  ).map((row) => row.policy);
}
