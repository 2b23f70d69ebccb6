import type { Sql } from '../../src/db.ts';

/** How many statements wait for a row of this database that somebody else holds. */
export async function lockWaiters(db: Sql): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return row?.count ?? 0;
}
