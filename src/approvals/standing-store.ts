import type { Sql } from '../db.ts';
import type { Standing } from './standing.ts';

/** What people of the organization are in approvals now, disabled ones included. */
export function loadStandings(db: Sql, organizationId: string, personIds: readonly string[]): Promise<Standing[]> {
  return db.query<Standing>(
    `select p.id as "personId", p.disabled, mine.ids as "groupIds",
       coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'projectId', r.project_id)) from role_grants r
         where r.organization_id = $1::uuid and r.customer_id is null and ((r.subject_type = 'person' and r.subject_id = p.id)
           or (r.subject_type = 'group' and r.subject_id = any(mine.ids)))), '[]') as grants
     from people p
     cross join lateral (select array(select m.group_id from group_members m where m.person_id = p.id) as ids) mine
     where p.organization_id = $1::uuid and p.id = any($2::uuid[]) order by p.id`,
    [organizationId, personIds],
  );
}

/** The same for everybody in a group of the organization. */
export async function loadStandingsOfGroup(db: Sql, organizationId: string, groupId: string): Promise<Standing[]> {
  const rows = await db.query<{ personId: string }>(
    'select person_id as "personId" from group_members where group_id = $1::uuid',
    [groupId],
  );
  return loadStandings(
    db,
    organizationId,
    rows.map((row) => row.personId),
  );
}

/** The roles a group carries, with where. */
export function loadGrantsOfGroup(db: Sql, organizationId: string, groupId: string): Promise<Standing['grants']> {
  return db.query<Standing['grants'][number]>(
    `select role, project_id as "projectId" from role_grants
     where organization_id = $1::uuid and customer_id is null and subject_type = 'group' and subject_id = $2::uuid order by id`,
    [organizationId, groupId],
  );
}
