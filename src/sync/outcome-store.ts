import type { AuditAction } from '../audit/audit-event.ts';
import type { Sql } from '../db.ts';

/** What came of copies at one profile. */
export interface OutcomeCount {
  readonly profileId: string;
  readonly settled: number;
  readonly failed: number;
  readonly toDecide: number;
}

const SETTLED: readonly AuditAction[] = ['target.synced', 'target.repaired', 'target.removed', 'target.left'];
const FAILED: readonly AuditAction[] = ['target.failed'];
const TO_DECIDE: readonly AuditAction[] = ['target.drifted', 'target.conflict'];

/**
 * What was recorded of copies within the last `seconds`, by profile: results of all processes stand in the one record. Numbers
 * of the chain have no gaps and their times only rise, so the place where it begins is found by halving, in a few looks at the
 * primary key, and nothing older is read.
 */
export function countOutcomes(db: Sql, organizationId: string, seconds: number): Promise<OutcomeCount[]> {
  return db.query<OutcomeCount>(
    `with recursive since as (select clock_timestamp() - $2::int * interval '1 second' as at),
     halving as (
       select 0::bigint as low, seq + 1 as high from audit_heads where organization_id = $1::uuid
       union all
       select case when e.at < since.at then middle else low end, case when e.at < since.at then high else middle end
       from (select low, high, (low + high) / 2 as middle from halving where high - low > 1) h, since,
         lateral (select at from audit_events where organization_id = $1::uuid and seq = h.middle) e),
     latest as (
       select action, details->>'profileId' as profile_id from audit_events
       where organization_id = $1::uuid and seq > (select max(low) from halving) and object_type = 'target'
         and action = any($3::text[] || $4::text[] || $5::text[]))
     select profile_id as "profileId", (count(*) filter (where action = any($3)))::int as settled,
       (count(*) filter (where action = any($4)))::int as failed,
       (count(*) filter (where action = any($5)))::int as "toDecide"
     from latest where profile_id is not null group by profile_id order by profile_id`,
    [organizationId, seconds, SETTLED, FAILED, TO_DECIDE],
  );
}
