import { VaultError, type VaultErrorCode } from '../../adapters/vault-error.ts';
import { pushDelay } from '../secrets/retry-delay.ts';
import { BreakerOpen } from '../vaults/breaker.ts';
import { isPermanent } from '../vaults/vault-failure.ts';
import { SourceUnavailable } from './source-values.ts';
import type { ClaimedTarget, TargetResult } from './target-store.ts';

type Failure = Pick<TargetResult, 'state' | 'code' | 'proved' | 'retryInMs' | 'attempt'>;

const DENIED: readonly VaultErrorCode[] = ['unauthenticated', 'permission_denied'];
const DENIED_RETRY_MS = 30_000;
/** A vault that counts what was written within a day has room again when the oldest of it is a day old. */
const LIMIT_RETRY_MS = 600_000;
const SOURCE_RETRY_MS = 15_000;
/** Behind an open breaker targets come back spread over this time after the next probe. */
const BREAKER_RETRY_MS = 5_000;

const UNCOUNTED: readonly VaultErrorCode[] = [...DENIED, 'rate_limited', 'closed', 'aborted'];

function isNobodysAttempt(error: VaultError): boolean {
  return error instanceof BreakerOpen || UNCOUNTED.includes(error.code);
}

/**
 * What a failed run means for the target. What can never succeed is parked until something changes; what is
 * too much for today comes back by itself, seldom; what the vault denies or
 * delays is tried again without counting as the target's failure; everything else backs off.
 */
export function failureOf(error: unknown, target: ClaimedTarget): Failure {
  const state = target.desiredVersion === null ? 'removing' : 'failed';
  const failed = (code: string, retryInMs: number, attempt: boolean): Failure => ({
    state,
    code,
    proved: null,
    retryInMs: Math.round(retryInMs),
    attempt,
  });
  if (error instanceof SourceUnavailable) {
    // What the source denies or delays is no failure of the target.
    const attempt = error.failure === undefined || !isNobodysAttempt(error.failure);
    const delayMs = pushDelay(target.attempts, error.failure?.retryAfterMs) + SOURCE_RETRY_MS * Math.random();
    return failed(error.code, delayMs, attempt);
  }
  // Nobody was called: what the vault's silence means is already counted once, for all targets behind it.
  if (error instanceof BreakerOpen)
    return failed(error.code, BREAKER_RETRY_MS * Math.random() + (error.retryAfterMs ?? 0), false);
  if (!(error instanceof VaultError)) return failed('internal', pushDelay(target.attempts), true);
  if (error.code === 'limit_exceeded') return failed(error.code, LIMIT_RETRY_MS * (0.5 + Math.random()), true);
  if (isPermanent(error.code))
    return { state: 'parked', code: error.code, proved: null, retryInMs: null, attempt: true };
  if (DENIED.includes(error.code)) return failed(error.code, DENIED_RETRY_MS * (0.5 + Math.random()), false);
  if (error.code === 'rate_limited') return failed(error.code, pushDelay(target.attempts, error.retryAfterMs), false);
  if (error.code === 'closed' || error.code === 'aborted') return failed(error.code, 100, false);
  return failed(error.code, pushDelay(target.attempts, error.retryAfterMs), true);
}
