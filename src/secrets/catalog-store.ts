import type { Reach } from '../access/permissions.ts';
import { withinReach } from '../access/reach-sql.ts';
import type { Cursor } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import { SHARED } from '../vaults/remote-naming.ts';
import type { Secret, SecretState } from './secret.ts';
import { SECRET_COLUMNS } from './secret-store.ts';

/** Which secrets to list; what is left out does not narrow. */
export interface SecretFilter {
  /** Id or slug. */
  readonly project?: string | undefined;
  /** Id or slug of a customer; `shared` for secrets of none. */
  readonly customer?: string | undefined;
  /** Without it, those that people keep. */
  readonly owner?: (typeof OWNERS)[number] | undefined;
  /** Part of the name, in any case. */
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly tag?: string | undefined;
  /** This folder and those below it. */
  readonly path?: string | undefined;
  /** Without it, destroyed, deleted and rejected ones are left out. */
  readonly state?: SecretState | undefined;
  /** Source or sync profile. */
  readonly profileId?: string | undefined;
  /** Secrets with a target in this state. */
  readonly targetState?: string | undefined;
}

export const OWNERS = ['people', 'system', 'all'] as const;

export const SECRET_SORTS = ['name', '-name', 'createdAt', '-createdAt', 'updatedAt', '-updatedAt'] as const;
export type SecretSort = (typeof SECRET_SORTS)[number];

const SORT_COLUMN = { name: 's.name', createdAt: 's.created_at', updatedAt: 's.updated_at' } as const;

type Listed = Secret & { readonly sortKey: string };

/**
 * One page by keyset: the same cost at any depth. The statement's text depends only on which filters and which order were
 * asked for, so that each such text is prepared once; values are parameters.
 *
 * @param within what the actor may see
 */
export async function listSecrets(
  db: Sql,
  organizationId: string,
  within: 'all' | Reach,
  filter: SecretFilter,
  sort: SecretSort,
  after: Cursor | undefined,
  limit: number,
): Promise<Listed[]> {
  const params: unknown[] = [organizationId];
  const use = (value: unknown) => `$${params.push(value)}`;
  const where = ['s.organization_id = $1::uuid', ...filters(filter, use)];
  where.push(...withinReach('s', within, use));
  const descending = sort.startsWith('-');
  const column = SORT_COLUMN[sort.replace('-', '') as keyof typeof SORT_COLUMN];
  const cast = column === 's.name' ? 'text' : 'timestamptz';
  if (after !== undefined) {
    where.push(`(${column}, s.id) ${descending ? '<' : '>'} (${use(after.key)}::${cast}, ${use(after.id)}::uuid)`);
  }
  const direction = descending ? 'desc' : 'asc';
  return db.query<Listed>(
    `select ${SECRET_COLUMNS}, ${cast === 'text' ? column : `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`} as "sortKey"
     from secrets s where ${where.join(' and ')} order by ${column} ${direction}, s.id ${direction} limit ${use(limit)}`,
    params,
  );
}

function filters(filter: SecretFilter, use: (value: unknown) => string): string[] {
  const where: string[] = [];
  if (filter.project !== undefined) {
    const project = use(filter.project);
    where.push(`s.project_id = (select j.id from projects j where j.organization_id = $1::uuid
      and (j.id::text = ${project} or j.slug = ${project}))`);
  }
  if (filter.owner !== 'all') where.push(`s.system_owner is ${filter.owner === 'system' ? 'not null' : 'null'}`);
  if (filter.customer === SHARED) where.push('s.customer_id is null');
  else if (filter.customer !== undefined) {
    const customer = use(filter.customer);
    where.push(`s.customer_id in (select k.id from customers k where k.organization_id = $1::uuid
      and (k.id::text = ${customer} or k.slug = ${customer}))`);
  }
  if (filter.name !== undefined) where.push(`strpos(lower(s.name), lower(${use(filter.name)})) > 0`);
  if (filter.type !== undefined) where.push(`s.type = ${use(filter.type)}`);
  if (filter.tag !== undefined) where.push(`s.tags @> array[${use(filter.tag)}]::text[]`);
  if (filter.path !== undefined && filter.path !== '') {
    const path = use(filter.path);
    // '0' follows '/': by bytes everything below the folder lies between them, which an index can find.
    where.push(
      `(s.path collate "C" = ${path} or (s.path collate "C" > ${path} || '/' and s.path collate "C" < ${path} || '0'))`,
    );
  }
  where.push(stateFilter(filter.state));
  if (filter.profileId !== undefined) {
    const profile = use(filter.profileId);
    // Not "exists": PostgreSQL would rather read all targets of the profile first.
    where.push(`(s.source_profile_id = ${profile}::uuid or (select true from targets t
      where t.secret_id = s.id and t.profile_id = ${profile}::uuid and t.state <> 'removed'))`);
  }
  if (filter.targetState !== undefined) {
    where.push(`exists (select 1 from targets t where t.secret_id = s.id
      and t.organization_id = $1::uuid and t.state = ${use(filter.targetState)})`);
  }
  return where;
}

/** Spelled out, so that an index on the few that are in a state other than active can serve. */
const IN_STATE = {
  draft: `s.state = 'draft'`,
  active: `s.state = 'active' and s.pending_change_id is null`,
  pending_approval: `(s.state = 'pending_approval' or (s.state = 'active' and s.pending_change_id is not null))`,
  rejected: `s.state = 'rejected'`,
  failed: `s.state = 'failed'`,
  deleted: `s.state = 'deleted'`,
  destroyed: `s.state = 'destroyed'`,
} as const satisfies Record<SecretState, string>;

function stateFilter(state: SecretState | undefined): string {
  return state === undefined ? `s.state in ('active', 'pending_approval', 'failed')` : IN_STATE[state];
}
