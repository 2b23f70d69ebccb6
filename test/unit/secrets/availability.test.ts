import { expect, test } from 'vitest';
import { ACTS, type Act, assertAvailable, stoppedBy } from '../../../src/secrets/availability.ts';

/** profile, secret, version: what is off. */
const ROWS: readonly [off: string, read: string, write: string, sync: string, remove: string][] = [
  ['', '-', '-', '-', '-'],
  ['version', 'version', '-', 'version', '-'],
  ['secret', 'secret', 'secret', '-', '-'],
  ['secret version', 'secret', 'secret', 'version', '-'],
  ['profile', 'profile', 'profile', 'profile', 'profile'],
  ['profile version', 'version', 'profile', 'version', 'profile'],
  ['profile secret', 'secret', 'profile', 'profile', 'profile'],
  ['profile secret version', 'secret', 'profile', 'version', 'profile'],
];
const at = (off: string) => ({
  profile: !off.includes('profile'),
  secret: !off.includes('secret'),
  version: !off.includes('version'),
});

test.each(ROWS)('off: "%s"', (off, ...expected) => {
  expect(ACTS.map((act) => stoppedBy(act, at(off)) ?? '-')).toEqual(expected);
});

test.each<[Act, string]>([
  ['delete', 'profile'],
  ['read', 'secret'],
  ['read', 'version'],
])('%s refuses with the code of what is off: %s', (act, off) => {
  expect(() => assertAvailable(act, at(off))).toThrow(expect.objectContaining({ code: `${off}_disabled` }));
  expect(assertAvailable(act, at(''))).toBeUndefined();
});
