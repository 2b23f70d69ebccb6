import type { Reach } from '../access/permissions.ts';
import { withinReach } from '../access/reach-sql.ts';
import type { Cursor } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import type { Change } from './change.ts';
import type { ChangeOperation, SubjectType } from './change-operation.ts';
import type { ChangeState } from './change-request.ts';
import { CHANGE_COLUMNS } from './change-store.ts';

/** Which changes to list; what is left out does not narrow. */
export interface ChangeFilter {
  /** Without it, drafts of others are left out. */
  readonly state?: ChangeState | undefined;
  readonly operation?: ChangeOperation | undefined;
  readonly subjectType?: SubjectType | undefined;
  readonly secretId?: string | undefined;
  /** Those that were asked for in one call. */
  readonly groupId?: string | undefined;
  /** Id or slug. */
  readonly project?: string | undefined;
  /** Id of a person. */
  readonly requester?: string | undefined;
  /** ISO 8601. */
  readonly openedAfter?: string | undefined;
  readonly openedBefore?: string | undefined;
  readonly overridden?: boolean | undefined;
  /** Put through without votes, and nobody who could have approved has looked at it since. */
  readonly overrideOpen?: boolean | undefined;
  /** Only those that wait and on which this person has neither written nor decided, and is named by a step. */
  readonly waitingFor?: Inbox | undefined;
}

/** A person as far as finding what waits for it goes. */
export interface Inbox {
  readonly personId: string;
  readonly groupIds: readonly string[];
  readonly roles: readonly { readonly role: string; readonly projectId: string | null }[];
  /** Projects in which the person may review. */
  readonly within: 'all' | readonly string[];
}

export const CHANGE_SORTS = ['newest', 'oldest', 'expiring'] as const;
export type ChangeSort = (typeof CHANGE_SORTS)[number];

type Listed = Change & { readonly sortKey: string };

const EXPIRY = `coalesce(c.expires_at, 'infinity'::timestamptz)`;
const ORDER = {
  newest: 'c.id desc',
  oldest: 'c.id asc',
  expiring: `${EXPIRY} asc, c.id asc`,
} as const satisfies Record<ChangeSort, string>;

/**
 * One page by keyset. The statement's text depends only on which filters and which order were asked for.
 *
 * @param viewer whose own drafts are shown
 * @param within the secrets whose changes the viewer may see
 */
export async function listChanges(
  db: Sql,
  viewer: { readonly organizationId: string; readonly personId: string },
  within: 'all' | Reach,
  filter: ChangeFilter,
  sort: ChangeSort,
  after: Cursor | undefined,
  limit: number,
): Promise<Listed[]> {
  const params: unknown[] = [viewer.organizationId];
  const use = (value: unknown) => `$${params.push(value)}`;
  const where = ['c.organization_id = $1::uuid', ...filters(filter, use)];
  if (filter.state === undefined && filter.waitingFor === undefined) {
    where.push(`(c.state <> 'draft' or c.requester_person_id = ${use(viewer.personId)}::uuid)`);
  }
  where.push(...withinReach('c', within, use));
  if (after !== undefined) where.push(behind(sort, after, use));
  return db.query<Listed>(
    `select ${CHANGE_COLUMNS}, to_char(${EXPIRY} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "sortKey"
     from change_requests c where ${where.join(' and ')} order by ${ORDER[sort]} limit ${use(limit)}`,
    params,
  );
}

function behind(sort: ChangeSort, after: Cursor, use: (value: unknown) => string): string {
  if (sort === 'newest') return `c.id < ${use(after.id)}::uuid`;
  if (sort === 'oldest') return `c.id > ${use(after.id)}::uuid`;
  return `(${EXPIRY}, c.id) > (${use(after.key)}::timestamptz, ${use(after.id)}::uuid)`;
}

function filters(filter: ChangeFilter, use: (value: unknown) => string): string[] {
  const where: string[] = [];
  if (filter.state !== undefined) where.push(`c.state = ${use(filter.state)}`);
  if (filter.operation !== undefined) where.push(`c.operation = ${use(filter.operation)}`);
  if (filter.subjectType !== undefined) where.push(`c.subject_type = ${use(filter.subjectType)}`);
  if (filter.secretId !== undefined) where.push(`c.secret_id = ${use(filter.secretId)}::uuid`);
  if (filter.groupId !== undefined) where.push(`c.group_id = ${use(filter.groupId)}::uuid`);
  if (filter.requester !== undefined) where.push(`c.requester_person_id = ${use(filter.requester)}::uuid`);
  if (filter.project !== undefined) {
    const project = use(filter.project);
    where.push(`c.project_id = (select j.id from projects j where j.organization_id = $1::uuid
      and (j.id::text = ${project} or j.slug = ${project}))`);
  }
  if (filter.openedAfter !== undefined) where.push(`c.created_at >= ${use(filter.openedAfter)}::timestamptz`);
  if (filter.openedBefore !== undefined) where.push(`c.created_at < ${use(filter.openedBefore)}::timestamptz`);
  if (filter.overridden !== undefined) where.push(`c.override is ${filter.overridden ? 'not null' : 'null'}`);
  if (filter.overrideOpen === true) where.push('c.override is not null and c.override_review is null');
  if (filter.waitingFor !== undefined) where.push(...namedIn(filter.waitingFor, use));
  return where;
}

/** Changes that wait and have a step that names the person. Whether that step takes votes yet is looked at elsewhere. */
function namedIn({ personId, groupIds, roles, within }: Inbox, use: (value: unknown) => string): string[] {
  const person = use(personId);
  const where = [
    `c.state = 'pending_approval' and c.expires_at > clock_timestamp()`,
    `not exists (select 1 from change_editors e where e.change_id = c.id and e.person_id = ${person}::uuid)`,
    `not exists (select 1 from reviews v where v.change_id = c.id and v.revision = c.revision
      and v.person_id = ${person}::uuid)`,
    `exists (select 1 from jsonb_array_elements(c.policies) p, jsonb_array_elements(p->'rules') r,
        jsonb_array_elements(r->'steps') s
      where s->'approvers'->'users' ? ${person}::text or s->'approvers'->'groups' ?| ${use(groupIds)}::text[]
        or exists (select 1 from jsonb_to_recordset(${use(JSON.stringify(roles))}::jsonb) h("role" text, "projectId" uuid)
          where (h."projectId" is null or h."projectId" = c.project_id) and s->'approvers'->'roles' ? h."role"))`,
  ];
  if (within !== 'all') where.push(`c.project_id = any(${use(within)}::uuid[])`);
  return where;
}

/** How many there are, up to a bound: what lies behind it is not read. */
export async function countChanges(
  db: Sql,
  organizationId: string,
  which: { readonly requester?: string; readonly states: readonly ChangeState[] },
  within: 'all' | readonly string[],
  bound: number,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from change_requests c where c.organization_id = $1::uuid
       and c.state = any($2::text[]) and ($3::uuid is null or c.requester_person_id = $3)
       and ($4::uuid[] is null or c.project_id = any($4)) limit $5) found`,
    [organizationId, which.states, which.requester ?? null, within === 'all' ? null : within, bound],
  );
  return row?.count ?? 0;
}

/** Overrides that nobody who could have approved has looked at, up to a bound. */
export async function countOpenOverrides(
  db: Sql,
  organizationId: string,
  within: 'all' | readonly string[],
  bound: number,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from change_requests c where c.organization_id = $1::uuid
       and c.override is not null and c.override_review is null and ($2::uuid[] is null or c.project_id = any($2))
       limit $3) found`,
    [organizationId, within === 'all' ? null : within, bound],
  );
  return row?.count ?? 0;
}

/** Who has approved the current revision of these changes, in the order of the votes. */
export async function approversOf(db: Sql, changeIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db.query<{ changeId: string; personIds: string[] }>(
    `select v.change_id as "changeId", array_agg(v.person_id order by v.created_at, v.id) as "personIds"
     from reviews v join change_requests c on c.id = v.change_id and c.revision = v.revision
     where v.change_id = any($1::uuid[]) and v.decision = 'approve' group by v.change_id`,
    [changeIds],
  );
  return new Map(rows.map(({ changeId, personIds }) => [changeId, personIds]));
}

/** Groups of a person, and the roles held by it and by them. */
export async function inboxOf(
  db: Sql,
  organizationId: string,
  personId: string,
): Promise<Pick<Inbox, 'groupIds' | 'roles'>> {
  const [row] = await db.query<{ groupIds: string[]; roles: Inbox['roles'] }>(
    `with g as (select group_id from group_members where person_id = $2::uuid)
     select array(select group_id from g) as "groupIds", coalesce((
       select jsonb_agg(distinct jsonb_build_object('role', r.role, 'projectId', r.project_id)) from role_grants r
       where r.organization_id = $1::uuid and r.customer_id is null and ((r.subject_type = 'person' and r.subject_id = $2::uuid)
         or (r.subject_type = 'group' and r.subject_id in (select group_id from g)))), '[]'::jsonb) as roles`,
    [organizationId, personId],
  );
  return row ?? { groupIds: [], roles: [] };
}
