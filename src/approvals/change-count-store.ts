import type { Sql } from '../db.ts';

/** Open changes by state and code. Reads the partial index of open ones. */
export async function countOpenChanges(db: Sql): Promise<{ state: string; code: string; count: number }[]> {
  return db.query(
    `select state, coalesce(code, 'ok') as code, count(*)::int as count from change_requests
     where state in ('pending_approval', 'approved', 'executing', 'indeterminate') group by state, code`,
  );
}

/** Seconds since the oldest due change, that nobody works on, became due; 0 when there is none. */
export async function oldestDueChange(db: Sql): Promise<number> {
  const [row] = await db.query<{ lag: number | null }>(
    `select extract(epoch from clock_timestamp() - min(next_attempt_at))::float8 as lag from change_requests
     where state in ('approved', 'executing', 'indeterminate') and next_attempt_at <= clock_timestamp()
       and (lease_until is null or lease_until < clock_timestamp())`,
  );
  return row?.lag ?? 0;
}
