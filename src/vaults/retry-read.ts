import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../adapters/vault-error.ts';

const ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;

/**
 * Does a call again that changes nothing, when the vault did not answer or was too busy: with full jitter, or after the wait it
 * asked for, and only while the rest of the deadline has room for it. Writes never come here. `turn` is waited for before each
 * repetition.
 */
export async function retryRead<T>(
  work: () => Promise<T>,
  remainingMs: () => number,
  turn: () => Promise<void>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const wait = attempt < ATTEMPTS ? waitAfter(error, attempt) : undefined;
      if (wait === undefined || wait >= remainingMs()) throw error;
      await sleep(wait);
      await turn();
    }
  }
}

function waitAfter(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof VaultError)) return undefined;
  const backoff = Math.random() * FIRST_WAIT_MS * 2 ** (attempt - 1);
  if (error.code === 'unavailable') return backoff;
  return error.code === 'rate_limited' ? (error.retryAfterMs ?? 0) + backoff : undefined;
}
