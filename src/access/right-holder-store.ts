import type { Sql } from '../db.ts';
import { RIGHTS_OF_ROLE, type Right, ROLES, type Role } from './roles.ts';

const rightsOf: Record<Role, readonly Right[]> = RIGHTS_OF_ROLE;

/**
 * Ids of the enabled people who hold a right at this moment, directly or through a group, in the project or, with null, in
 * the whole organization.
 */
export async function rightHolders(
  db: Sql,
  organizationId: string,
  right: Right,
  projectId: string | null,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select distinct p.id from role_grants r
     left join group_members m on r.subject_type = 'group' and m.group_id = r.subject_id
     join people p on p.id = coalesce(m.person_id, r.subject_id) and p.organization_id = r.organization_id
     where r.organization_id = $1::uuid and r.customer_id is null and (r.project_id is null or r.project_id = $2::uuid)
       and r.role = any($3::text[]) and not p.disabled`,
    [organizationId, projectId, ROLES.filter((role) => rightsOf[role].includes(right))],
  );
  return rows.map((row) => row.id);
}
