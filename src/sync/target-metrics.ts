import { Gauge, type Registry } from 'prom-client';
import type { Sql } from '../db.ts';
import { MOST_PROFILES, OTHER_PROFILES } from '../vaults/profile-label.ts';
import { countRestingTargets, countWaitingTargets, type TargetCount } from './target-count-store.ts';

/** Scrapes that come this close together share one look. */
const KEEP_MS = 2_000;
/** A look is kept this many times as long as it took, so that scrapers take at most a hundredth of the database's time. */
const KEEP_FACTOR = 100;

/**
 * Where targets stand, read at a scrape, so that every process tells the same truth. In a large installation those that rest are
 * counted less often than those that wait. A database that does not answer leaves these series out and fails nothing.
 */
export function measureTargets(registry: Registry, db: Sql, now: () => number = () => performance.now()): void {
  const waiting = kept(now, () => countWaitingTargets(db));
  const resting = kept(now, () => countRestingTargets(db));
  const look = async () => busiest((await Promise.all([waiting(), resting()])).flat(), MOST_PROFILES);
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    fill: (self: Gauge<Label>, counts: readonly TargetCount[]) => void,
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        this.reset();
        const counts = await look().catch(() => undefined);
        if (counts !== undefined) fill(this, counts);
      },
    });

  gauge('keyferry_targets', 'Targets by state', ['state'], (self, counts) => {
    for (const { state, count } of counts) self.inc({ state }, count);
  });
  gauge(
    'keyferry_profile_targets',
    'Targets by vault profile, kind of vault, state and error code',
    ['profile', 'kind', 'state', 'code'],
    (self, counts) => {
      for (const { profile, kind, state, code, count } of counts) self.inc({ profile, kind, state, code }, count);
    },
  );
  gauge(
    'keyferry_profile_lag_seconds',
    'How long the target of the vault profile that is out of step longest has been so',
    ['profile', 'kind'],
    (self, counts) => {
      for (const [profile, { kind, lagSeconds }] of lagByProfile(counts)) self.set({ profile, kind }, lagSeconds);
    },
  );
  gauge('keyferry_oldest_due_target_seconds', 'The largest lag of all vault profiles', [], (self, counts) => {
    self.set(Math.max(0, ...counts.map(({ lagSeconds }) => lagSeconds)));
  });
}

function lagByProfile(counts: readonly TargetCount[]): Map<string, { kind: string; lagSeconds: number }> {
  const lags = new Map<string, { kind: string; lagSeconds: number }>();
  for (const { profile, kind, lagSeconds } of counts) {
    const known = lags.get(profile)?.lagSeconds ?? 0;
    lags.set(profile, { kind, lagSeconds: Math.max(known, lagSeconds) });
  }
  return lags;
}

/** The profiles that lag most under their own name, the rest as one. */
export function busiest(counts: readonly TargetCount[], most: number): readonly TargetCount[] {
  const lags = [...lagByProfile(counts)].sort(([, a], [, b]) => b.lagSeconds - a.lagSeconds);
  if (lags.length <= most) return counts;
  const shown = new Set(lags.slice(0, most).map(([profile]) => profile));
  return counts.map((count) =>
    shown.has(count.profile) ? count : { ...count, profile: OTHER_PROFILES, kind: OTHER_PROFILES },
  );
}

/** One answer for everybody who asks soon; a failure is not kept. */
function kept<T>(now: () => number, work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (answer !== undefined && now() < until) return answer;
    const begun = now();
    const mine = work();
    answer = mine;
    until = Number.POSITIVE_INFINITY;
    mine.then(
      () => {
        if (answer === mine) until = now() + Math.max(KEEP_MS, KEEP_FACTOR * (now() - begun));
      },
      () => {
        if (answer === mine) answer = undefined;
      },
    );
    return mine;
  };
}
