import { describe, expect, test } from 'vitest';
import { isRetried, retryAfterMs, retryDelay } from '../../../src/client/retry-delay.ts';

describe('what is asked again', () => {
  test.each([429, 502, 503, 504])('status %i', (status) => expect(isRetried(status, undefined)).toBe(true));
  test.each([400, 401, 403, 404, 409, 422, 500])('not status %i', (status) =>
    expect(isRetried(status, 'internal')).toBe(false),
  );
  test('a first request that still runs, but not a credential that a vault refuses', () => {
    expect(isRetried(409, 'request_in_progress')).toBe(true);
    expect(isRetried(502, 'vault_denied')).toBe(false);
  });
});

test('the wait grows, with jitter, and what the API asks for counts up to half a minute', () => {
  expect([1, 2, 3].map((attempt) => retryDelay(attempt, undefined, 0))).toEqual([100, 200, 400]);
  expect([1, 2, 3].map((attempt) => retryDelay(attempt, undefined, 1))).toEqual([200, 400, 800]);
  expect(retryDelay(40, undefined, 1)).toBe(30_000);
  expect(retryDelay(1, 7_000, 0.5)).toBe(7_000);
  expect(retryDelay(1, 3_600_000, 0.5)).toBe(30_000);
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  expect(retryAfterMs('5', now)).toBe(5_000);
  expect(retryAfterMs('Sun, 22 Nov 2026 10:00:03 GMT', now)).toBe(3_000);
  expect(retryAfterMs('Sun, 22 Nov 2026 09:00:00 GMT', now)).toBe(0);
  expect(retryAfterMs('soon', now)).toBeUndefined();
  expect(retryAfterMs(null, now)).toBeUndefined();
});
