import type { Sql } from '../db.ts';

/** How many copies must be verified, or at which profiles; undefined: all of them, everywhere. */
export type Quorum = number | readonly string[] | undefined;

/** A copy that is not verified at the change's version. */
export interface Laggard {
  /** Null: the profile holds no copy of the secret. */
  readonly targetId: string | null;
  readonly profileId: string;
  readonly profileName: string | null;
  readonly state: string | null;
  readonly code: string | null;
  readonly observedVersion: number | null;
}

/** How far an applied change has come at the copies. */
export interface Convergence {
  /** Null: the change made none, and the copies are measured by what is desired now. */
  readonly version: number | null;
  readonly reached: boolean;
  readonly needed: number;
  readonly verified: number;
  readonly laggards: Laggard[];
}

/**
 * Waits, by looking at the rows, until a change has ended (`applied`) or its copies are verified (`synced`). It keeps nothing:
 * whoever asks again, of any process and after any restart, goes on waiting where the rows are.
 */
export interface ChangeWait {
  /** Resolves when it is so, the time is over or `signal` fires. */
  settled(
    changeId: string,
    until: { readonly state: 'applied' | 'synced'; readonly quorum: Quorum; readonly timeoutMs: number },
    signal: AbortSignal,
  ): Promise<void>;
  /** Undefined while the change has not been applied. */
  convergence(changeId: string, quorum: Quorum): Promise<Convergence | undefined>;
}

const STEP_MS = 50;
const SLOWEST_STEP_MS = 500;

export function createChangeWait(db: Sql): ChangeWait {
  const isSettled = async (changeId: string, state: 'applied' | 'synced', quorum: Quorum): Promise<boolean> => {
    const change = await stateOf(db, changeId);
    if (change === undefined || state === 'applied' || (change.ended && !change.applied)) return change?.ended ?? true;
    return change.applied && (await convergenceOf(db, changeId, quorum)).reached;
  };

  return {
    async settled(changeId, { state, quorum, timeoutMs }, signal) {
      const deadline = performance.now() + timeoutMs;
      // Whoever waits long does so for something slow: looking seldom is soon enough.
      for (
        let step = STEP_MS;
        performance.now() < deadline && !signal.aborted;
        step = Math.min(step * 1.1, SLOWEST_STEP_MS)
      ) {
        if (await isSettled(changeId, state, quorum)) return;
        await new Promise((resolve) => setTimeout(resolve, Math.min(step, Math.max(0, deadline - performance.now()))));
      }
    },
    async convergence(changeId, quorum) {
      const change = await stateOf(db, changeId);
      return change?.applied === true ? convergenceOf(db, changeId, quorum) : undefined;
    },
  };
}

async function stateOf(db: Sql, changeId: string): Promise<{ ended: boolean; applied: boolean } | undefined> {
  const [row] = await db.query<{ ended: boolean; applied: boolean }>(
    `select ended_at is not null as ended, state = 'applied' as applied from change_requests where id = $1::uuid`,
    [changeId],
  );
  return row;
}

interface Copy extends Laggard {
  readonly verified: boolean;
}

/**
 * A copy counts when its version, or a newer one, was proved to be there and nothing else was seen since; one that is to go, when
 * it is gone or cannot go.
 */
async function convergenceOf(db: Sql, changeId: string, quorum: Quorum): Promise<Convergence> {
  const rows = await db.query<Copy & { version: number | null }>(
    `select c.result_version as version, t.id as "targetId", t.profile_id as "profileId", p.name as "profileName", t.state,
       t.code, t.observed_version as "observedVersion", case
         when t.desired_version is null then t.state in ('removed', 'parked')
         else coalesce(t.observed_version, 0) >= coalesce(c.result_version, t.desired_version)
           and t.state not in ('drifted', 'conflict') end as verified
     from change_requests c left join targets t on t.secret_id = c.secret_id left join vault_profiles p on p.id = t.profile_id
     where c.id = $1::uuid order by t.created_at, t.id`,
    [changeId],
  );
  const copies = rows.filter((row) => row.targetId !== null);
  return measure(rows[0]?.version ?? null, copies, quorum);
}

/** Pure: what the quorum asks, against what is there. */
export function measure(version: number | null, copies: readonly Copy[], quorum: Quorum): Convergence {
  const named = typeof quorum === 'object' ? [...new Set(quorum)] : undefined;
  const counted = named === undefined ? copies : copies.filter((copy) => named.includes(copy.profileId));
  const missing = (named ?? []).filter((profileId) => !copies.some((copy) => copy.profileId === profileId));
  const nowhere = { targetId: null, profileName: null, state: null, code: 'no_target', observedVersion: null };
  const needed = typeof quorum === 'number' ? quorum : (named ?? copies).length;
  const verified = counted.filter((copy) => copy.verified).length;
  return {
    version,
    reached: verified >= needed,
    needed,
    verified,
    laggards: [
      ...counted.filter((copy) => !copy.verified).map(laggardOf),
      ...missing.map((profileId) => ({ ...nowhere, profileId })),
    ],
  };
}

function laggardOf({ targetId, profileId, profileName, state, code, observedVersion }: Copy): Laggard {
  return { targetId, profileId, profileName, state, code, observedVersion };
}
