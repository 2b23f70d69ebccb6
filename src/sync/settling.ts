import type { TargetState } from './target-state.ts';

/**
 * How far the destination may still change without anybody asking for it, in milliseconds from when the target was claimed.
 *
 * No compare-and-set sees these: a create that lands after its entry was removed finds the place empty as it demands, and a
 * removal that lands late finds the version it names when nothing was written since.
 */
export interface Unsettled {
  /** A request of ours, whose end nobody saw, may still be applied. */
  readonly landingMs: number;
  /** A read may still show what was there before our last acknowledged write: not every vault reads its own writes. */
  readonly staleMs: number;
}

/** How one look at a target ended, as far as it matters here. */
export interface Look {
  readonly state: TargetState;
  /** Something was changed in this run, and read back afterwards. */
  readonly wrote: boolean;
}

/**
 * In how many milliseconds somebody has to look again before the ending may be believed; 0 when it is final. Only endings
 * that say "as desired" need it: all others are tried again, or decided by somebody who looks.
 */
export function lookAgainIn({ state, wrote }: Look, { landingMs, staleMs }: Unsettled): number {
  if (state !== 'synced' && state !== 'removed') return 0;
  return Math.max(landingMs, wrote ? 0 : staleMs);
}
