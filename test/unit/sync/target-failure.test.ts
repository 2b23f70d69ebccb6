import { expect, test } from 'vitest';
import { VAULT_ERROR_CODES, VaultError } from '../../../adapters/vault-error.ts';
import { SourceUnavailable } from '../../../src/sync/source-values.ts';
import { failureOf } from '../../../src/sync/target-failure.ts';
import type { ClaimedTarget } from '../../../src/sync/target-store.ts';
import { BreakerOpen } from '../../../src/vaults/breaker.ts';

const target = { desiredVersion: 2, attempts: 3 } as ClaimedTarget;
const failure = (code: (typeof VAULT_ERROR_CODES)[number], retryAfterMs?: number) =>
  failureOf(new VaultError(code, 'write', { retryAfterMs }), target);

test.each(VAULT_ERROR_CODES)(
  'a target that met "%s" shows it and is tried again in whole milliseconds, or parked',
  (code) => {
    const seen = failure(code);
    expect(seen).toMatchObject({ code, proved: null });
    if (seen.retryInMs === null) expect(seen.state).toBe('parked');
    else expect(Number.isInteger(seen.retryInMs)).toBe(true);
  },
);

test('only what can never succeed is parked', () => {
  const parked = VAULT_ERROR_CODES.filter((code) => failure(code).state === 'parked');
  expect(parked).toEqual(['invalid_argument', 'too_large', 'unsupported']);
});

test('what the vault denies or delays is not counted as a failure of the target', () => {
  const uncounted = VAULT_ERROR_CODES.filter((code) => !failure(code).attempt);
  expect(uncounted.sort()).toEqual(['aborted', 'closed', 'permission_denied', 'rate_limited', 'unauthenticated']);
});

test('what the source denies or delays, and a source that nobody called, is not counted either', () => {
  const uncounted = VAULT_ERROR_CODES.filter((code) => {
    return !failureOf(new SourceUnavailable(`source_${code}`, new VaultError(code, 'read')), target).attempt;
  });
  expect(uncounted.sort()).toEqual(['aborted', 'closed', 'permission_denied', 'rate_limited', 'unauthenticated']);
  const spared = failureOf(new SourceUnavailable('source_unavailable', new BreakerOpen('read', 200)), target);
  expect(spared).toMatchObject({ code: 'source_unavailable', attempt: false });
});

test('a wish of the source is honoured', () => {
  const busy = new VaultError('rate_limited', 'read', { retryAfterMs: 60_000 });
  expect(failureOf(new SourceUnavailable('source_rate_limited', busy), target).retryInMs).toBeGreaterThanOrEqual(
    60_000,
  );
});

test('a wish of the vault is honoured', () => {
  expect(failure('rate_limited', 60_000).retryInMs).toBe(60_000);
});

test('a source that cannot be read, and an error of our own, are retried and say so without any text', () => {
  const source = failureOf(new SourceUnavailable('source_unavailable'), target);
  expect(source).toMatchObject({ state: 'failed', code: 'source_unavailable', attempt: true });
  expect(Number.isInteger(source.retryInMs)).toBe(true);
  expect(failureOf(new Error('canary'), target)).toMatchObject({ state: 'failed', code: 'internal' });
});

test('a copy that is to go keeps going', () => {
  const going = { ...target, desiredVersion: null };
  expect(failureOf(new VaultError('timeout', 'remove'), going).state).toBe('removing');
});
