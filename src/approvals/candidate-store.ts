import { RIGHTS_OF_ROLE, type Right, ROLES, type Role } from '../access/roles.ts';
import type { Sql } from '../db.ts';
import { type RuleDemand, stepsOf } from './approval-policy.ts';
import type { Candidate, Requester } from './satisfiable-policy.ts';

/** Rules of policies whose people are wanted. */
type Demanding = readonly { readonly rules: readonly RuleDemand[] }[];

/** Which of the people, groups, projects and customers named are the organization's, as `users:<id>` and so on. */
export async function knownIds(
  db: Sql,
  organizationId: string,
  named: {
    readonly users: readonly string[];
    readonly groups: readonly string[];
    readonly projects: readonly string[];
    readonly customers: readonly string[];
  },
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>(
    `select 'users:' || id as id from people where organization_id = $1::uuid and id = any($2::uuid[])
     union all select 'groups:' || id from groups where organization_id = $1::uuid and id = any($3::uuid[])
     union all select 'projects:' || id from projects where organization_id = $1::uuid and id = any($4::uuid[])
     union all select 'customers:' || id from customers where organization_id = $1::uuid and id = any($5::uuid[])`,
    [organizationId, named.users, named.groups, named.projects, named.customers],
  );
  return new Set(rows.map((row) => row.id));
}

/** People who are not disabled and whom a step of these policies names: by person, group or role. */
export function findCandidates(db: Sql, organizationId: string, policies: Demanding): Promise<Candidate[]> {
  const approvers = policies.flatMap(stepsOf).map((step) => step.approvers);
  return db.query<Candidate>(
    `with named as (
       select unnest($2::uuid[]) as id
       union select person_id from group_members where group_id = any($3::uuid[])
       union select g.subject_id from role_grants g
         where g.organization_id = $1::uuid and g.customer_id is null and g.subject_type = 'person' and g.role = any($4::text[])
       union select m.person_id from role_grants g join group_members m on m.group_id = g.subject_id
         where g.organization_id = $1::uuid and g.customer_id is null and g.subject_type = 'group' and g.role = any($4::text[]))
     select p.id as "personId", p.name, coalesce(g.ids, '{}') as "groupIds", coalesce(r.held, '[]') as grants
     from named n
     join people p on p.id = n.id
     left join lateral (select array_agg(m.group_id) as ids from group_members m where m.person_id = p.id) g on true
     left join lateral (select json_agg(json_build_object('role', r.role, 'projectId', r.project_id)) as held
       from role_grants r where r.organization_id = $1::uuid and r.customer_id is null
         and ((r.subject_type = 'person' and r.subject_id = p.id)
           or (r.subject_type = 'group' and r.subject_id = any(g.ids)))) r on true
     where p.organization_id = $1::uuid and not p.disabled order by p.name, p.id`,
    [
      organizationId,
      approvers.flatMap(({ users }) => users),
      approvers.flatMap(({ groups }) => groups),
      approvers.flatMap(({ roles }) => roles),
    ],
  );
}

/** Rights of those who can ask for changes; whoever only looks, decides or overrides asks for none. */
const ASKING: readonly Right[] = [
  'secret.create',
  'secret.edit',
  'secret.delete',
  'secret.restore',
  'secret.sync',
  'vault.administer',
  'policy.administer',
  'project.administer',
  'access.administer',
];
const rightsOf: Record<Role, readonly Right[]> = RIGHTS_OF_ROLE;
const ASKING_ROLES = ROLES.filter((role) => rightsOf[role].some((right) => ASKING.includes(right)));

/** People who are not disabled and can ask for changes, themselves or through a machine of theirs. */
export function findRequesters(db: Sql, organizationId: string): Promise<Requester[]> {
  return db.query<Requester>(
    `with asking as (
       select g.subject_id as id, g.project_id from role_grants g
         where g.organization_id = $1::uuid and g.subject_type = 'person' and g.role = any($2::text[])
       union select m.person_id, g.project_id from role_grants g join group_members m on m.group_id = g.subject_id
         where g.organization_id = $1::uuid and g.subject_type = 'group' and g.role = any($2::text[])
       union select w.owner_id, g.project_id from role_grants g join machines w on w.id = g.subject_id and not w.disabled
         where g.organization_id = $1::uuid and g.subject_type = 'machine' and g.role = any($2::text[]))
     select p.id as "personId", array_agg(a.project_id) as "projectIds" from asking a
     join people p on p.id = a.id
     where p.organization_id = $1::uuid and not p.disabled group by p.id order by p.id`,
    [organizationId, ASKING_ROLES],
  );
}

/** Names of people, whether or not they may still do anything. */
export async function namesOf(
  db: Sql,
  organizationId: string,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (personIds.length === 0) return new Map();
  const rows = await db.query<{ id: string; name: string }>(
    'select id, name from people where organization_id = $1::uuid and id = any($2::uuid[])',
    [organizationId, personIds],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
