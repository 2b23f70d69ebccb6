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
  return db.query<TargetCount>(countsWhere(`state not in ('synced', 'removed')`));
}

/** Targets that are in step or gone: many, and no news. Reads the whole table. */
export function countRestingTargets(db: Sql): Promise<TargetCount[]> {
  return db.query<TargetCount>(countsWhere(`state in ('synced', 'removed')`));
}

function countsWhere(condition: string): string {
  return `select t.profile_id as profile, w.kind, t.state, coalesce(t.code, 'ok') as code, t.count,
       coalesce(extract(epoch from clock_timestamp() - t.since), 0)::float8 as "lagSeconds"
     from (select profile_id, state, code, count(*)::int as count, min(due_since) as since
       from targets where ${condition} group by profile_id, state, code) t
     join vault_profiles p on p.id = t.profile_id
     join vaults w on w.id = p.vault_id`;
}
