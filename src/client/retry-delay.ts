const FIRST_MS = 200;
const LONGEST_MS = 30_000;

/** Failures of the API after which the very same request may succeed. */
const RETRIED_STATUS = new Set([429, 502, 503, 504]);

/** Is it worth asking again? `code` is that of the problem document, if there was one. */
export function isRetried(status: number, code: string | undefined): boolean {
  return RETRIED_STATUS.has(status) ? code !== 'vault_denied' : code === 'request_in_progress';
}

/**
 * How long to wait before try `attempt` (from 1) is repeated: what the API asked for, at most half a minute; else longer each
 * time, with jitter so that many clients do not come back at once.
 *
 * @param random from 0 to 1
 */
export function retryDelay(attempt: number, askedMs: number | undefined, random: number): number {
  if (askedMs !== undefined) return Math.min(askedMs, LONGEST_MS);
  return Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS) * (0.5 + random / 2);
}

/** Milliseconds of a `Retry-After` header: seconds, or a date. Undefined for anything else. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
