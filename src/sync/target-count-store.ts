import type { Sql } from '../db.ts';

/** Targets of one vault profile in one state with one code. */
export interface TargetCount {
  /** Id of the profile. */
  readonly profile: string;
  readonly kind: string;
  readonly state: string;
  /** `ok` when there is none. */
  readonly code: string;
  readonly count: number;
  /** Age of what is out of step longest among them; 0 when all are in step. */
  readonly lagSeconds: number;
}

/** Targets that are not where they should be: few as a rule. Finds them by the partial index of what is out of step. */
export function countWaitingTargets(db: Sql): Promise<TargetCount[]> {
  return db.query<TargetCount>(counts('min(due_since)', `state not in ('synced', 'removed')`));
}

/** Profiles whose resting targets are counted by one statement, so that none takes long. */
const PROFILES_AT_ONCE = 10;

/** Targets that are in step or gone: many, and no news. */
export async function countRestingTargets(db: Sql): Promise<TargetCount[]> {
  const profiles = await db.query<{ id: string }>('select id from vault_profiles order by id');
  const found: TargetCount[] = [];
  for (let first = 0; first < profiles.length; first += PROFILES_AT_ONCE) {
    const ids = profiles.slice(first, first + PROFILES_AT_ONCE).map(({ id }) => id);
    found.push(...(await countRestingAt(db, ids)));
  }
  return found;
}

/** The same of some profiles. Reads an index alone, in its order. */
export function countRestingAt(db: Sql, profileIds: readonly string[]): Promise<TargetCount[]> {
  const condition = `profile_id = any($1::uuid[]) and state in ('synced', 'removed')`;
  return db.query<TargetCount>(counts('null::timestamptz', condition), [profileIds]);
}

function counts(since: string, condition: string): string {
  return `select t.profile_id as profile, w.kind, t.state, coalesce(t.code, 'ok') as code, t.count,
       coalesce(extract(epoch from clock_timestamp() - t.since), 0)::float8 as "lagSeconds"
     from (select profile_id, state, code, count(*)::int as count, ${since} as since
       from targets where ${condition} group by profile_id, state, code) t
     join vault_profiles p on p.id = t.profile_id
     join vaults w on w.id = p.vault_id`;
}
