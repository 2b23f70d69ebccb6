import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deletesLeft, type FuseFacts, fuseVerdict } from '../../../src/sync/delete-fuse.ts';

const facts = (over: Partial<FuseFacts> = {}): FuseFacts => ({
  maxDeletes: 3,
  maxDeletePercent: null,
  deleted: 0,
  of: 10,
  tripped: false,
  held: 0,
  released: 0,
  ...over,
});

test.each<[string, Partial<FuseFacts>, string]>([
  ['below the limit', { deleted: 2 }, 'pass'],
  ['at the limit', { deleted: 3 }, 'trip'],
  ['no limit', { maxDeletes: null, deleted: 1_000 }, 'pass'],
  ['a limit of nothing', { maxDeletes: 0 }, 'trip'],
  ['the share is the smaller limit', { maxDeletes: 5, maxDeletePercent: 20, deleted: 2 }, 'trip'],
  ['a share is rounded down', { maxDeletePercent: 10, of: 9 }, 'trip'],
  ['tripped, and the window has moved on', { tripped: true, held: 4, deleted: 0 }, 'hold'],
  ['tripped, some let go', { tripped: true, held: 4, deleted: 3, released: 1 }, 'pass_released'],
  ['tripped, nothing held any more', { tripped: true, deleted: 0 }, 'pass'],
])('%s', (_what, over, verdict) => {
  expect(fuseVerdict(facts(over))).toBe(verdict);
});

test('a verdict lets pass exactly while some are left', () => {
  const any = fc.record({
    maxDeletes: fc.option(fc.integer({ min: 0, max: 10 })),
    maxDeletePercent: fc.option(fc.integer({ min: 0, max: 100 })),
    deleted: fc.integer({ min: 0, max: 12 }),
    of: fc.integer({ min: 0, max: 30 }),
    tripped: fc.boolean(),
    held: fc.integer({ min: 0, max: 5 }),
    released: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(fc.property(any, (one) => fuseVerdict(one).startsWith('pass') === deletesLeft(one) > 0));
});
