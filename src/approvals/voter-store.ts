import { RIGHTS_OF_ROLE, type Right, type Role } from '../access/roles.ts';
import type { Sql } from '../db.ts';
import type { Voter } from './approval-policy.ts';

interface VoterRow {
  personId: string;
  disabled: boolean;
  groupIds: string[];
  roles: Role[];
}

const rightsOf: Record<Role, readonly Right[]> = RIGHTS_OF_ROLE;

/**
 * What people hold right now, in the order of `personIds`. Somebody who is gone, disabled or of another organization comes
 * back without the right to review.
 */
export async function loadVoters(
  db: Sql,
  organizationId: string,
  projectId: string | null,
  personIds: readonly string[],
): Promise<Voter[]> {
  if (personIds.length === 0) return [];
  const rows = await db.query<VoterRow>(
    `select p.id as "personId", p.disabled, coalesce(g.ids, '{}') as "groupIds",
       array(select distinct r.role from role_grants r
         where r.organization_id = $1::uuid and r.customer_id is null and (r.project_id is null or r.project_id = $2::uuid)
           and ((r.subject_type = 'person' and r.subject_id = p.id)
             or (r.subject_type = 'group' and r.subject_id = any(g.ids)))) as roles
     from people p
     left join lateral (select array_agg(m.group_id) as ids
       from group_members m where m.person_id = p.id) g on true
     where p.organization_id = $1::uuid and p.id = any($3::uuid[])`,
    [organizationId, projectId, personIds],
  );
  const byId = new Map(rows.map((row) => [row.personId, row]));
  return personIds.map((personId) => {
    const row = byId.get(personId);
    if (row === undefined || row.disabled) return { personId, groupIds: [], roles: [], mayReview: false };
    const mayReview = row.roles.some((role) => rightsOf[role].includes('change.review'));
    return { personId, groupIds: row.groupIds, roles: row.roles, mayReview };
  });
}
