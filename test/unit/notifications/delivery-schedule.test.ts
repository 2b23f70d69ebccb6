import { expect, test } from 'vitest';
import { dueAt, MOST_ATTEMPTS, retryDelay } from '../../../src/notifications/delivery-schedule.ts';

const HOUR = 3_600_000;

test('retries back off with full jitter, never at once and never later than a quarter of a day', () => {
  for (let attempts = 1; attempts <= MOST_ATTEMPTS; attempts++) {
    const soonest = retryDelay(attempts, 0, () => 0);
    const latest = retryDelay(attempts, 0, () => 1);
    expect(soonest).toBe(1_000);
    expect(latest).toBe(1_000 + Math.min(6 * HOUR, 5_000 * 3 ** (attempts - 1)));
  }
});

test('all attempts together last hours, and not for ever', () => {
  const total = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, index) => retryDelay(index + 1, 0, () => 0.5));
  const sum = total.reduce((all, each) => all + each, 0);
  expect(sum).toBeGreaterThan(6 * HOUR);
  expect(sum).toBeLessThan(48 * HOUR);
});

test('a receiver may ask for a longer pause, within bounds, and not for a shorter one', () => {
  expect(retryDelay(1, 60_000, () => 0)).toBe(60_000);
  expect(retryDelay(1, 10, () => 0)).toBe(1_000);
  expect(retryDelay(1, Number.MAX_SAFE_INTEGER, () => 0)).toBe(24 * HOUR);
});

test.each([
  ['immediate', '2026-11-02T09:31:00.000Z', '2026-11-02T09:31:00.000Z'],
  ['hourly', '2026-11-02T09:31:00.000Z', '2026-11-02T10:00:00.000Z'],
  ['hourly', '2026-11-02T10:00:00.000Z', '2026-11-02T11:00:00.000Z'],
  ['daily', '2026-11-02T06:59:59.999Z', '2026-11-02T07:00:00.000Z'],
  ['daily', '2026-11-02T07:00:00.000Z', '2026-11-03T07:00:00.000Z'],
  ['daily', '2026-12-31T23:00:00.000Z', '2027-01-01T07:00:00.000Z'],
] as const)('%s at %s is due at %s', (pace, now, due) => {
  expect(dueAt(pace, new Date(now)).toISOString()).toBe(due);
});
