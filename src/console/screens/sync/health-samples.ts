import type { VaultProfile, WaitingCopies } from '../../../client/api-types.ts';

/** How a profile stood at one moment. */
export interface HealthSample {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Copies that wait. */
  readonly backlog: number;
  readonly lagSeconds: number;
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
  at: number,
): ReadonlyMap<string, readonly HealthSample[]> {
  return new Map(
    profiles.map(({ id, breaker }) => {
      const here = waiting.find(({ profileId }) => profileId === id);
      const backlog = Object.values(here?.states ?? {}).reduce((sum, count) => sum + count, 0);
      const sample = { at, backlog, lagSeconds: here?.lagSeconds ?? 0, breaker: breaker.state };
      const before = (known.get(id) ?? []).filter((each) => each.at > at - WINDOW_MS && each.at < at);
      return [id, [...before, sample].slice(-MOST)];
    }),
  );
}

/** Copies a second by which the backlog shrinks over the last so many samples; negative: it grows; 0: unknown or steady. */
export function netRate(samples: readonly HealthSample[], over = 5): number {
  const part = samples.slice(-over);
  const [first, last] = [part[0], part.at(-1)];
  if (first === undefined || last === undefined || last.at === first.at) return 0;
  return (first.backlog - last.backlog) / ((last.at - first.at) / 1000);
}
