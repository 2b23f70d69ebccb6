import { VaultError, type VaultErrorCode } from '../../adapters/vault-error.ts';

export type BreakerState = 'closed' | 'half_open' | 'open';

/** Refused without a call, because the last ones all failed: no attempt of anybody's. `retryAfterMs`: until the next probe. */
export class BreakerOpen extends VaultError {
  constructor(operation: string, retryAfterMs: number) {
    super('unavailable', operation, { retryAfterMs });
  }
}

/**
 * Spares a vault that does not answer, and whoever would wait for it. After some failures in a row it opens: calls are refused
 * at once. After a pause one call is let through as a probe; its success closes the breaker, its failure doubles the pause.
 */
export interface Breaker {
  readonly state: BreakerState;
  /** Throws {@link BreakerOpen}. Whoever passes must say how it came out. */
  admit(operation: string): void;
  record(outcome: VaultErrorCode | 'ok'): void;
  /** Somebody mended something: everybody may try again. */
  reset(): void;
}

export interface BreakerOptions {
  /** Milliseconds on any clock that only goes forward. */
  readonly now?: () => number;
  readonly random?: () => number;
  /** Milliseconds between probes when all of them fail; the first comes after a second. */
  readonly longestPauseMs?: number;
  readonly onChange?: (state: BreakerState, code: VaultErrorCode | undefined) => void;
}

const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 20_000;
const FAILURES: readonly string[] = ['unavailable', 'timeout', 'unauthenticated'];
/** Say nothing about the vault: we ended the call, or nobody knows what happened. */
const NEUTRAL: readonly string[] = ['aborted', 'closed', 'unknown'];

export function createBreaker(options: BreakerOptions = {}): Breaker {
  const { now = () => performance.now(), random = Math.random, onChange = () => {} } = options;
  const { longestPauseMs = LONGEST_PAUSE_MS } = options;
  let state: BreakerState = 'closed';
  let failures = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let openUntil = 0;
  let probing = false;

  const become = (next: BreakerState, code?: VaultErrorCode): void => {
    if (next === state) return;
    state = next;
    onChange(next, code);
  };

  const open = (code: VaultErrorCode): void => {
    // Spread, so that many processes do not probe at the same moment.
    openUntil = now() + pauseMs * (0.75 + random() / 2);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    become('open', code);
  };

  const close = (): void => {
    failures = 0;
    pauseMs = FIRST_PAUSE_MS;
    become('closed');
  };

  return {
    get state() {
      return state;
    },
    admit(operation) {
      if (state === 'closed') return;
      if (probing || now() < openUntil) throw new BreakerOpen(operation, Math.max(200, openUntil - now()));
      probing = true;
      become('half_open');
    },
    record(outcome) {
      const wasProbe = state === 'half_open';
      if (wasProbe) probing = false;
      if (NEUTRAL.includes(outcome)) {
        if (wasProbe) become('open');
        return;
      }
      if (outcome === 'ok' || !FAILURES.includes(outcome)) return close();
      failures++;
      if (wasProbe || (state === 'closed' && failures >= FAILURES_TO_OPEN)) open(outcome);
    },
    reset() {
      probing = false;
      close();
    },
  };
}
