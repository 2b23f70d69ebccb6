/** How fast somebody wants to be told. */
export const PACES = ['immediate', 'hourly', 'daily'] as const;
export type Pace = (typeof PACES)[number];

/** After this many attempts, about a day, a delivery is parked: somebody has to ask for it again. */
export const MOST_ATTEMPTS = 12;
/** A delivery that failed this often no longer holds up those behind it. */
export const ORDERLY_ATTEMPTS = 3;

const BASE_MS = 5_000;
const CAP_MS = 6 * 3_600_000;
/** A receiver may ask for a longer pause, but not for an endless one. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** When to try again after `attempts` failures, in milliseconds: exponential with full jitter, at least what was asked for. */
export function retryDelay(attempts: number, retryAfterMs = 0, random: () => number = Math.random): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 3 ** Math.min(attempts - 1, 20));
  return Math.round(Math.max(BASE_MS / 5 + random() * ceiling, Math.min(retryAfterMs, LONGEST_WAIT_MS)));
}

const HOUR_MS = 3_600_000;
/** Hour of the day in UTC at which daily digests leave. */
const DAILY_HOUR = 7;

/** When a notice of this moment is to be delivered: at once, or when the running hour or day is over. */
export function dueAt(pace: Pace, now: Date): Date {
  if (pace === 'immediate') return now;
  if (pace === 'hourly') return new Date(Math.floor(now.getTime() / HOUR_MS + 1) * HOUR_MS);
  const today = new Date(now);
  today.setUTCHours(DAILY_HOUR, 0, 0, 0);
  return today > now ? today : new Date(today.getTime() + 24 * HOUR_MS);
}
