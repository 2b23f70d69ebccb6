import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../adapters/vault-error.ts';

/** How fast one profile may call its vault, in this process. */
export interface CallRate {
  /**
   * Waits until the next call may begin. Throws `rate_limited` with the rest of the wait, without any call, while the vault has
   * asked for a pause that is longer than a caller would want to wait here.
   */
  next(operation: string, perSecond: number | null): Promise<void>;
  /** The vault asked everybody for a pause. */
  pause(ms: number): void;
}

const LONGEST_PAUSE_MS = 60_000;
const WAIT_AT_MOST_MS = 2_000;

/** A token bucket that holds one second's worth of calls, and the pauses a vault asks for, capped. */
export function createCallRate(now: () => number = () => performance.now()): CallRate {
  let pausedUntil = 0;
  /** When the bucket is full again: each call moves it on by its share of a second. */
  let fullAt = 0;
  return {
    async next(operation, perSecond) {
      const pause = pausedUntil - now();
      if (pause > WAIT_AT_MOST_MS) throw new VaultError('rate_limited', operation, { retryAfterMs: Math.ceil(pause) });
      let begin = now() + Math.max(0, pause);
      if (perSecond !== null) {
        fullAt = Math.max(fullAt, now()) + 1000 / perSecond;
        begin = Math.max(begin, fullAt - 1000);
      }
      const wait = begin - now();
      if (wait > 0) await sleep(wait);
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, now() + Math.min(ms, LONGEST_PAUSE_MS));
    },
  };
}
