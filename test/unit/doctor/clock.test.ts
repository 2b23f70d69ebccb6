import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeClock, skewOf } from '../../../src/doctor/clock.ts';

const reading = (says: number, resolutionMs = 1) => ({
  whose: 'x',
  says,
  askedAt: 10_000,
  answeredAt: 10_200,
  resolutionMs,
});

test.each([
  [9_999, 0],
  [10_100, 0],
  [10_200, 0],
  [10_201, 1],
  [9_000, -999],
  [70_200, 60_000],
])('a clock that says %i between 10000 and 10200 is off by %i', (says, skew) => {
  expect(skewOf(reading(says))).toBe(skew);
});

test('a clock that tells whole seconds is not blamed for the part it leaves out', () => {
  expect(skewOf({ ...reading(10_000, 1_000), askedAt: 10_900, answeredAt: 10_950 })).toBe(0);
});

test('a right clock is never blamed, however slow the answer', () => {
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.nat(1e5),
      fc.nat(1e5),
      fc.constantFrom(1, 1_000),
      (asked, before, after, resolutionMs) => {
        const now = asked + before;
        const says = Math.floor(now / resolutionMs) * resolutionMs;
        const clock = { whose: 'x', says, askedAt: asked, answeredAt: now + after, resolutionMs };
        expect(Math.abs(skewOf(clock))).toBe(0);
      },
    ),
  );
});

test('two seconds are worth a look, a minute breaks things', () => {
  expect([11_000, 12_200, 70_200, -50_001].map((says) => judgeClock(reading(says)).level)).toEqual([
    'ok',
    'warn',
    'fail',
    'fail',
  ]);
  expect(judgeClock(reading(-50_001)).says).toContain('behind');
});
