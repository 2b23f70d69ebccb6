import type { Sql } from '../db.ts';

/** Whether somebody works on a change at this moment, and when it is tried next by itself. */
export async function scheduleOf(
  db: Sql,
  id: string,
): Promise<{ readonly inWork: boolean; readonly nextAttemptAt: Date | null }> {
  const [row] = await db.query<{ inWork: boolean; nextAttemptAt: Date | null }>(
    `select coalesce(lease_until > clock_timestamp(), false) as "inWork", next_attempt_at as "nextAttemptAt"
     from change_requests where id = $1::uuid`,
    [id],
  );
  return row ?? { inWork: false, nextAttemptAt: null };
}
