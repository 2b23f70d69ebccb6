import { VaultError } from '../../adapters/vault-error.ts';
import { pushDelay } from '../secrets/retry-delay.ts';
import { BreakerOpen } from '../vaults/breaker.ts';
import { isPermanent } from '../vaults/vault-failure.ts';
import type { ItemEnd } from './import.ts';

/** The item waits for a later attempt. `attempt`: this one counts. */
export interface Later {
  readonly state: 'later';
  readonly code: string;
  readonly afterMs: number;
  readonly attempt: boolean;
}

/** After so many attempts an entry that cannot be read is given up, so that an import has an end. */
const MOST_ATTEMPTS = 10;
/** An entry that is denied while others are not is rarely granted a minute later. */
const MOST_DENIED = 3;
const DENIED_RETRY_MS = 1_000;
/** Behind an open breaker items come back spread over this time after the next probe. */
const BREAKER_RETRY_MS = 2_000;

/** What a failed vault call means for an item. What is no fault of the entry does not count as its attempt. */
export function failureOfItem(error: unknown, attempts: number): ItemEnd | Later {
  if (!(error instanceof VaultError)) return again('internal', attempts, MOST_ATTEMPTS, pushDelay(attempts));
  const { code, retryAfterMs } = error;
  if (error instanceof BreakerOpen) {
    const afterMs = Math.round(BREAKER_RETRY_MS * Math.random() + (retryAfterMs ?? 0));
    return { state: 'later', code, afterMs, attempt: false };
  }
  if (code === 'not_found') return { state: 'failed', code: 'entry_missing' };
  if (isPermanent(code)) return { state: 'failed', code };
  if (code === 'rate_limited') return { state: 'later', code, afterMs: pushDelay(0, retryAfterMs), attempt: false };
  // Known at the profile from now on: the whole import waits.
  if (code === 'unauthenticated') return { state: 'later', code, afterMs: DENIED_RETRY_MS, attempt: false };
  if (code === 'closed' || code === 'aborted') return { state: 'later', code, afterMs: 100, attempt: false };
  if (code === 'permission_denied') return again(code, attempts, MOST_DENIED, DENIED_RETRY_MS + pushDelay(attempts));
  return again(code, attempts, MOST_ATTEMPTS, pushDelay(attempts, retryAfterMs));
}

function again(code: string, attempts: number, most: number, afterMs: number): ItemEnd | Later {
  return attempts + 1 >= most ? { state: 'failed', code } : { state: 'later', code, afterMs, attempt: true };
}
