import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../adapters/vault-error.ts';

/** How fast one profile may call its vault, in this process. */
export interface CallRate {
  /**
   * Waits until the next call may begin. Throws `rate_limited` with the rest of the wait, without any call, while the vault has
   * asked for a pause that is longer than a caller would want to wait here.
   */
  next(operation: string, perSecond: number | null): Promise<void>;
  /**
   * The vault said that we are too fast, and for how long it wants us to pause. One that goes on saying so without a wish of its
   * own is left alone longer each time.
   */
  pause(ms: number): void;
  /** The vault did what it was asked. */
  recovered(): void;
}

const LONGEST_PAUSE_MS = 60_000;
const WAIT_AT_MOST_MS = 2_000;
const OWN_PAUSE_MS = 500;
const LONGEST_OWN_PAUSE_MS = 10_000;

/** A token bucket that holds one second's worth of calls, and the pauses a vault asks for, capped. */
export function createCallRate(now: () => number = () => performance.now(), random = Math.random): CallRate {
  let pausedUntil = 0;
  /** Times in a row that the vault found us too fast although we had paused. */
  let bursts = 0;
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
      const at = now();
      // Calls that were under way together are one burst.
      const own = at < pausedUntil ? 0 : random() * Math.min(LONGEST_OWN_PAUSE_MS, OWN_PAUSE_MS * 2 ** bursts++);
      pausedUntil = Math.max(pausedUntil, at + Math.max(own, Math.min(ms, LONGEST_PAUSE_MS)));
    },
    recovered() {
      bursts = 0;
    },
  };
}
