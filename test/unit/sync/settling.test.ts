import { expect, test } from 'vitest';
import { lookAgainIn } from '../../../src/sync/settling.ts';
import type { TargetState } from '../../../src/sync/target-state.ts';

const settled = { landingMs: 0, staleMs: 0 };

test('an ending is final when nothing can land and no read can be old', () => {
  expect(lookAgainIn({ state: 'synced', wrote: false }, settled)).toBe(0);
  expect(lookAgainIn({ state: 'removed', wrote: true }, settled)).toBe(0);
});

test.each(['synced', 'removed'] as const)('%s is looked at again while a request may still land', (state) => {
  expect(lookAgainIn({ state, wrote: true }, { landingMs: 500, staleMs: 900 })).toBe(500);
});

test.each(['synced', 'removed'] as const)('%s without a write of its own waits until no read can be old', (state) => {
  expect(lookAgainIn({ state, wrote: false }, { landingMs: 500, staleMs: 900 })).toBe(900);
  expect(lookAgainIn({ state, wrote: false }, { landingMs: 900, staleMs: 500 })).toBe(900);
});

test.each(['pending', 'failed', 'drifted', 'conflict', 'parked', 'removing'] satisfies TargetState[])(
  '%s needs no second look: it is tried again or somebody decides',
  (state) => expect(lookAgainIn({ state, wrote: false }, { landingMs: 500, staleMs: 900 })).toBe(0),
);
