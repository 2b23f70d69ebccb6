import type { SyncRate, VaultProfile, WaitingCopies } from '../../../client/api-types.ts';

/** How a profile stood at one moment. */
export interface HealthSample {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Copies that wait. */
  readonly backlog: number;
  readonly lagSeconds: number;
  /** Copies that came to rest within the minute before. */
  readonly settled: number;
  /** Copies that began to fail within the minute before. */
  readonly failed: number;
  readonly breaker: VaultProfile['breaker']['state'];
}

/** So much is kept, in the memory of the page alone. */
const WINDOW_MS = 15 * 60_000;
const MOST = 240;

/** The window with one more moment, for every profile. */
export function withSample(
  known: ReadonlyMap<string, readonly HealthSample[]>,
  profiles: readonly VaultProfile[],
  waiting: readonly WaitingCopies[],
  rates: readonly SyncRate[],
  at: number,
): ReadonlyMap<string, readonly HealthSample[]> {
  return new Map(
    profiles.map(({ id, breaker }) => {
      const here = waiting.find(({ profileId }) => profileId === id);
      const backlog = Object.values(here?.states ?? {}).reduce((sum, count) => sum + count, 0);
      const { settled = 0, failed = 0 } = rates.find(({ profileId }) => profileId === id) ?? {};
      const sample = { at, backlog, lagSeconds: here?.lagSeconds ?? 0, settled, failed, breaker: breaker.state };
      const before = (known.get(id) ?? []).filter((each) => each.at > at - WINDOW_MS && each.at < at);
      return [id, [...before, sample].slice(-MOST)];
    }),
  );
}
