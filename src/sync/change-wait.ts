import type { Sql } from '../db.ts';

/** Waits, by looking at the rows, until a change has ended (`applied`) or every copy holds its version (`synced`). */
export interface ChangeWait {
  /** Resolves when it is so, the time is over or `signal` fires. */
  settled(changeId: string, until: 'applied' | 'synced', timeoutMs: number, signal: AbortSignal): Promise<void>;
}

const STEP_MS = 50;

export function createChangeWait(db: Sql): ChangeWait {
  return {
    async settled(changeId, until, timeoutMs, signal) {
      const deadline = performance.now() + timeoutMs;
      while (performance.now() < deadline && !signal.aborted) {
        if (await isSettled(db, changeId, until)) return;
        await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      }
    },
  };
}

/** A change without effect has nothing to sync; an applied one is synced when no target of its secret is behind it. */
async function isSettled(db: Sql, changeId: string, until: 'applied' | 'synced'): Promise<boolean> {
  const [row] = await db.query<{ ended: boolean; applied: boolean; behind: boolean }>(
    `select c.ended_at is not null as ended, c.state = 'applied' as applied, exists (
       select 1 from targets t where t.secret_id = c.secret_id and case
         when t.desired_version is null then t.state not in ('removed', 'parked')
         else coalesce(t.observed_version, 0) < coalesce(c.result_version, t.desired_version) end) as behind
     from change_requests c where c.id = $1::uuid`,
    [changeId],
  );
  if (row === undefined) return true;
  return until === 'applied' || !row.applied ? row.ended : !row.behind;
}
