import type { Sql } from '../db.ts';
import { SHOWN_CODE, SHOWN_STATE } from './pause-store.ts';
import type { TargetState } from './target-state.ts';

/** One copy, as the map shows it. */
export interface MapCell {
  readonly targetId: string;
  readonly secretId: string;
  readonly profileId: string;
  readonly state: TargetState;
  readonly desiredVersion: number | null;
  readonly observedVersion: number | null;
  readonly code: string | null;
  /** How long it has been out of step by the database's clock; null: it is in step. */
  readonly lagSeconds: number | null;
}

/** Every copy of these secrets that is there or should be, in one statement. */
export function listCells(db: Sql, organizationId: string, secretIds: readonly string[]): Promise<MapCell[]> {
  return db.query<MapCell>(
    `select t.id as "targetId", t.secret_id as "secretId", t.profile_id as "profileId", ${SHOWN_STATE} as state,
       t.desired_version as "desiredVersion", t.observed_version as "observedVersion", ${SHOWN_CODE} as code,
       case when t.due_since is not null
         then greatest(extract(epoch from clock_timestamp() - t.due_since), 0)::float8 end as "lagSeconds"
     from targets t join vault_profiles p on p.id = t.profile_id
     where t.secret_id = any($2::uuid[]) and t.organization_id = $1::uuid and t.state <> 'removed'
     order by t.created_at, t.id`,
    [organizationId, secretIds],
  );
}

/** Copies of one state at one profile that are not where they should be. */
export interface WaitingCount {
  readonly profileId: string;
  readonly state: TargetState;
  readonly count: number;
  /** Age of what is out of step longest among them; 0 when nothing is due. */
  readonly lagSeconds: number;
}

/** Finds them by the partial index of what is out of step: few as a rule. */
export function countWaiting(db: Sql, organizationId: string): Promise<WaitingCount[]> {
  return db.query<WaitingCount>(
    `select profile_id as "profileId", state, count(*)::int as count,
       coalesce(greatest(extract(epoch from clock_timestamp() - min(due_since)), 0), 0)::float8 as "lagSeconds"
     from targets where organization_id = $1::uuid and state not in ('synced', 'removed')
     group by profile_id, state order by profile_id, state`,
    [organizationId],
  );
}
