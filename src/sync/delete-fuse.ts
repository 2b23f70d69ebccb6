/** Removals are counted over this time. */
export const FUSE_WINDOW_MINUTES = 60;

/** What one profile lets go by itself. */
export interface FuseLimits {
  /** Copies within the window; null: no limit. */
  readonly maxDeletes: number | null;
  /** Share of the copies that were there when the window began, rounded down; null: no limit. */
  readonly maxDeletePercent: number | null;
}

/** Where a profile stands when one more copy is to be removed. */
export interface FuseFacts extends FuseLimits {
  /** Removals let through within the window. */
  readonly deleted: number;
  /** Copies that were there when the window began. */
  readonly of: number;
  readonly tripped: boolean;
  /** Copies whose removal is held, this one among them if it was held before. */
  readonly held: number;
  /** Removals that somebody let go and that have not begun. */
  readonly released: number;
}

/** `pass_released`: one of those that somebody let go. `trip`: the first beyond the limit. `hold`: held since then. */
export type FuseVerdict = 'pass' | 'pass_released' | 'trip' | 'hold';

/** Removals that may begin within the window before somebody is asked. */
export function deleteLimit({ maxDeletes, maxDeletePercent, of }: Pick<FuseFacts, keyof FuseLimits | 'of'>): number {
  const share = maxDeletePercent === null ? Infinity : Math.floor((of * maxDeletePercent) / 100);
  return Math.min(maxDeletes ?? Infinity, share);
}

/** How many removals may begin now; none while the fuse holds some. */
export function deletesLeft(facts: FuseFacts): number {
  if (facts.tripped && facts.held > 0) return facts.released;
  return Math.max(0, deleteLimit(facts) - facts.deleted);
}

/**
 * May one more copy be removed? Once tripped, the fuse holds every removal until somebody lets it go: the window moving on must
 * not turn a mistake into the same mistake in slices. When nothing is held any more (let go, or no longer wanted), the limit
 * counts again.
 */
export function fuseVerdict(facts: FuseFacts): FuseVerdict {
  if (facts.tripped && facts.held > 0) return facts.released > 0 ? 'pass_released' : 'hold';
  return deletesLeft(facts) > 0 ? 'pass' : 'trip';
}
