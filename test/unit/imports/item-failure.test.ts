import { expect, test } from 'vitest';
import { VaultError, type VaultErrorCode } from '../../../adapters/vault-error.ts';
import { failureOfItem } from '../../../src/imports/item-failure.ts';
import { BreakerOpen } from '../../../src/vaults/breaker.ts';

const after = (code: VaultErrorCode, attempts = 0, retryAfterMs?: number) =>
  failureOfItem(new VaultError(code, 'read', { retryAfterMs }), attempts);

test('what is no fault of the entry never counts as its attempt', () => {
  expect(after('rate_limited', 50, 7_000)).toMatchObject({ state: 'later', attempt: false, code: 'rate_limited' });
  const asked = after('rate_limited', 0, 7_000);
  expect('afterMs' in asked && asked.afterMs).toBeGreaterThanOrEqual(7_000);
  expect(failureOfItem(new BreakerOpen('read', 3_000), 50)).toMatchObject({ state: 'later', attempt: false });
  for (const code of ['closed', 'aborted', 'unauthenticated'] as const)
    expect(after(code, 50)).toMatchObject({ attempt: false });
});

test.each(['unavailable', 'timeout', 'unknown'] as const)('%s is tried again, and given up in the end', (code) => {
  expect(after(code, 0)).toMatchObject({ state: 'later', attempt: true, code });
  expect(after(code, 9)).toEqual({ state: 'failed', code });
});

test('denied is given up sooner, a missing entry and what can never be at once', () => {
  expect(after('permission_denied', 1)).toMatchObject({ state: 'later', attempt: true });
  expect(after('permission_denied', 2)).toEqual({ state: 'failed', code: 'permission_denied' });
  expect(after('not_found')).toEqual({ state: 'failed', code: 'entry_missing' });
  expect(after('invalid_argument')).toEqual({ state: 'failed', code: 'invalid_argument' });
});

test('a fault of our own does not hold the import for ever either', () => {
  expect(failureOfItem(new Error('x'), 0)).toMatchObject({ state: 'later', code: 'internal', attempt: true });
  expect(failureOfItem(new Error('x'), 9)).toEqual({ state: 'failed', code: 'internal' });
});
