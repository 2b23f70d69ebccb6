import type { Sql } from '../db.ts';
import type { ApprovalPolicy } from './approval-policy.ts';
import type { Change } from './change.ts';
import { CHANGE_COLUMNS } from './change-store.ts';
import type { Lack, Unsatisfiable } from './satisfiable-policy.ts';

/** Organizations with something that nobody has looked at for so long. */
export async function organizationsToWatch(db: Sql, everyMs: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select distinct due.id from (
       (select organization_id as id from change_requests where state = 'pending_approval'
          and looked_at <= clock_timestamp() - $1::int * interval '1 millisecond')
       union all
       (select organization_id as id from approval_profiles
        where looked_at <= clock_timestamp() - $1::int * interval '1 millisecond')) due
     order by due.id limit $2::int`,
    [everyMs, limit],
  );
  return rows.map((row) => row.id);
}

/** A waiting change with everybody who wrote a revision of it. */
export interface WatchedChange extends Change {
  readonly editors: readonly string[];
}

/** Those nobody has looked at for longest. */
export function changesToWatch(
  db: Sql,
  organizationId: string,
  everyMs: number,
  limit: number,
): Promise<WatchedChange[]> {
  return db.query<WatchedChange>(
    `select ${CHANGE_COLUMNS},
       array(select distinct e.person_id from change_editors e where e.change_id = c.id) as editors
     from change_requests c where c.organization_id = $1::uuid and c.state = 'pending_approval'
       and c.looked_at <= clock_timestamp() - $2::int * interval '1 millisecond'
     order by c.looked_at limit $3::int`,
    [organizationId, everyMs, limit],
  );
}

export interface WatchedProfile {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly policy: ApprovalPolicy;
  readonly unsatisfiable: Unsatisfiable | null;
}

export function profilesToWatch(
  db: Sql,
  organizationId: string,
  everyMs: number,
  limit: number,
): Promise<WatchedProfile[]> {
  return db.query<WatchedProfile>(
    `select a.id, a.name, a.version, v.policy, a.unsatisfiable from approval_profiles a
     join approval_profile_versions v on v.profile_id = a.id and v.version = a.version
     where a.organization_id = $1::uuid and a.looked_at <= clock_timestamp() - $2::int * interval '1 millisecond'
     order by a.looked_at limit $3::int`,
    [organizationId, everyMs, limit],
  );
}

/** What was found about one of them, and whether it was flagged when it was read. */
export interface Finding {
  readonly id: string;
  /** Of the change, or version of the profile: a newer one was not looked at. */
  readonly revision: number;
  readonly lack: Lack | null;
  readonly flagged: boolean;
}

const FOUND = `jsonb_to_recordset($1::jsonb) as f(id uuid, revision int, lack jsonb, flagged boolean)`;
const FLAG = (
  row: string,
) => `looked_at = clock_timestamp(), unsatisfiable = case when f.lack is not null and f.lack <> 'null'
    then f.lack || jsonb_build_object('since', coalesce(${row}.unsatisfiable->>'since',
      to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) end`;

/** Rows that somebody is at are left for the next look, which also keeps two watches from waiting for each other. */
const FREE = (table: string) => `free as (select id from ${table}
  where id in (select (e->>'id')::uuid from jsonb_array_elements($1::jsonb) e) for update skip locked)`;

const MARK_CHANGES = `with ${FREE('change_requests')}
  update change_requests c set ${FLAG('c')} from ${FOUND} join free on free.id = f.id
  where c.id = f.id and c.state = 'pending_approval' and c.revision = f.revision
    and (c.unsatisfiable is not null) = f.flagged returning c.id`;

const MARK_PROFILES = `with ${FREE('approval_profiles')}
  update approval_profiles a set ${FLAG('a')} from ${FOUND} join free on free.id = f.id
  where a.id = f.id and a.version = f.revision and (a.unsatisfiable is not null) = f.flagged returning a.id`;

/** Ids of those that were still as they were read; the others are looked at again soon. */
export async function markChanges(tx: Sql, findings: readonly Finding[]): Promise<ReadonlySet<string>> {
  return idsOf(await tx.query<{ id: string }>(MARK_CHANGES, [JSON.stringify(findings)]));
}

export async function markProfiles(tx: Sql, findings: readonly Finding[]): Promise<ReadonlySet<string>> {
  return idsOf(await tx.query<{ id: string }>(MARK_PROFILES, [JSON.stringify(findings)]));
}

function idsOf(rows: readonly { id: string }[]): ReadonlySet<string> {
  return new Set(rows.map((row) => row.id));
}
