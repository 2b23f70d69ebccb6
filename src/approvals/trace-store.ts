import type { Sql } from '../db.ts';

/** Notes under which trace a change was asked for; two ids and a flag, see `src/tracing/tracing.ts`. */
export async function storeTraceParent(tx: Sql, changeId: string, traceParent: string): Promise<void> {
  await tx.query('update change_requests set trace_parent = $2 where id = $1::uuid', [changeId, traceParent]);
}

/** The trace under which a change was asked for; none when nobody traced then. */
export async function findTraceParent(db: Sql, changeId: string): Promise<string[]> {
  const rows = await db.query<{ traceParent: string }>(
    `select trace_parent as "traceParent" from change_requests where id = $1::uuid and trace_parent is not null`,
    [changeId],
  );
  return rows.map((row) => row.traceParent);
}
