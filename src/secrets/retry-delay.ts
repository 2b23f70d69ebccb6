const BASE_MS = 500;
const CAP_MS = 5 * 60_000;
/** A vault may ask for a longer pause, but not for an endless one. */
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * When to try again after `attempts` failures, in milliseconds: exponential with full jitter, so that many rows that failed
 * together do not come back together; at least what the vault asked for.
 */
export function pushDelay(attempts: number, retryAfterMs = 0, random: () => number = Math.random): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempts, 20));
  const jittered = BASE_MS / 2 + random() * ceiling;
  return Math.round(Math.max(jittered, Math.min(retryAfterMs, LONGEST_WAIT_MS)));
}
