import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pushDelay } from '../../../src/secrets/retry-delay.ts';

const MINUTE = 60_000;

test('the longest possible pause doubles with every failure up to five minutes', () => {
  const longest = [0, 1, 2, 3].map((attempts) => pushDelay(attempts, 0, () => 1));
  expect(longest).toEqual([750, 1_250, 2_250, 4_250]);
  expect(pushDelay(1_000, 0, () => 1)).toBe(250 + 5 * MINUTE);
});

test('pauses are spread over the whole range and never nothing', () => {
  expect(pushDelay(10, 0, () => 0)).toBe(250);
  expect(pushDelay(10, 0, () => 0.5)).toBe(250 + 2.5 * MINUTE);
});

test('what the vault asks for is honoured, up to a quarter of an hour', () => {
  expect(pushDelay(0, 9_000, () => 0)).toBe(9_000);
  expect(pushDelay(0, 3_600_000, () => 0)).toBe(15 * MINUTE);
});

test('any attempt count and wish give a bounded whole number', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, wish, random) => {
      const delay = pushDelay(attempts, wish, () => random);
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(250);
      expect(delay).toBeLessThanOrEqual(15 * MINUTE);
    }),
  );
});
