import type { Sql } from '../db.ts';
import { SILENT_CODES, wakeWaiting } from './credential-state.ts';
import type { BreakerChange } from './profile-lanes.ts';

/**
 * Writes down what this process thinks of the vaults behind its profiles, for everybody to see: one change after the other, so
 * that the last one stands. What cannot be written is left out.
 */
export function createBreakerRecorder(db: Sql): (change: BreakerChange) => void {
  let last: Promise<void> = Promise.resolve();
  return (change) => {
    last = last.then(() => recordBreaker(db, change)).catch(() => undefined);
  };
}

/** Once the vault answers again, whatever waited only for that is due. */
export async function recordBreaker(db: Sql, { profileId, state, code }: BreakerChange): Promise<void> {
  const changed = await db.query<{ id: string }>(
    `update vault_profiles set breaker_state = $2, breaker_code = $3, breaker_since = clock_timestamp()
     where id::text = $1 and breaker_state is distinct from $2 returning id`,
    [profileId, state, code ?? null],
  );
  if (state !== 'closed') return;
  for (const { id } of changed) await wakeWaiting(db, id, SILENT_CODES);
}
