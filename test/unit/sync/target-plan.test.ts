import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Observed } from '../../../src/sync/sync-plan.ts';
import {
  comparePlans,
  type LedgerTarget,
  type PlanInput,
  planDigest,
  planTargets,
} from '../../../src/sync/target-plan.ts';

const target = (over: Partial<LedgerTarget> = {}): LedgerTarget => ({
  id: 't1',
  profileId: 'p1',
  remotePath: 'acme/shop/login',
  state: 'synced',
  code: null,
  onRemove: 'delete',
  desiredVersion: 3,
  observedVersion: 3,
  remoteVersion: '7',
  owned: true,
  claimed: false,
  onConflict: 'fail',
  headVersion: 3,
  wary: false,
  version: { state: 'enabled' },
  ...over,
});
const input = (over: Partial<LedgerTarget> = {}, more: Partial<PlanInput> = {}): PlanInput => ({
  target: target(over),
  sight: { basis: 'ledger' },
  source: { code: null },
  policy: { closed: null, deletesLeft: 10 },
  ...more,
});
const fresh = { state: 'pending', owned: false, observedVersion: null, remoteVersion: null } as const;
const going = { state: 'removing', desiredVersion: null, version: null } as const;
const foreign: Observed = { kind: 'present', version: '1', marker: 'none', matches: [] };
const seen = (observed: Observed) => ({ sight: { basis: 'observed', observed } }) as const;

const TABLE: readonly [string, PlanInput, string, string | null][] = [
  ['never written', input(fresh), 'create', null],
  ['in step', input(), 'skip', null],
  ['behind', input({ observedVersion: 2 }), 'update', null],
  ['to be removed', input(going), 'delete', null],
  ['to be removed, gone', input(going, seen({ kind: 'absent' })), 'skip', 'absent'],
  ['to be removed, not ours', input(going, seen(foreign)), 'skip', 'not_ours'],
  ['a foreign entry', input(fresh, seen(foreign)), 'conflict', 'foreign_entry'],
  ['a foreign entry that was seen before', input({ ...fresh, state: 'conflict' }), 'conflict', 'foreign_entry'],
  ['a foreign entry, left', input({ ...fresh, onConflict: 'leave' }, seen(foreign)), 'skip', 'foreign_left'],
  [
    'an equal one, left',
    input({ ...fresh, onConflict: 'leave' }, seen({ ...foreign, matches: [3] })),
    'skip',
    'foreign_left',
  ],
  [
    'an equal one, adopted',
    input({ ...fresh, onConflict: 'adopt' }, seen({ ...foreign, matches: [3] })),
    'adopt',
    null,
  ],
  ['a foreign entry, overwritten', input({ ...fresh, onConflict: 'overwrite' }, seen(foreign)), 'update', null],
  ['ours without its marker', input({}, seen({ ...foreign, matches: [3] })), 'adopt', 'marker_missing'],
  ['changed by hand', input({}, seen({ ...foreign, marker: 'ours' })), 'conflict', 'content_changed'],
  ['nobody could look', input({}, { sight: { basis: 'unknown', code: 'timeout' } }), 'skip', 'timeout'],
  [
    'a removal where nobody could look',
    input(going, { sight: { basis: 'unknown', code: 'unavailable' } }),
    'skip',
    'unavailable',
  ],
  [
    'a closed profile',
    input(fresh, { policy: { closed: 'profile_disabled', deletesLeft: 1 } }),
    'skip',
    'profile_disabled',
  ],
  ['a disabled version', input({ ...fresh, version: { state: 'disabled' } }), 'skip', 'version_disabled'],
  ['no version yet', input({ ...fresh, desiredVersion: null, version: null }), 'skip', 'no_version'],
  [
    'a source that is away',
    input(fresh, { source: { code: 'source_profile_disabled' } }),
    'skip',
    'source_profile_disabled',
  ],
  ['in step, a source that is away', input({}, { source: { code: 'source_profile_disabled' } }), 'skip', null],
  ['held by the fuse', input(going, { policy: { closed: null, deletesLeft: 0 } }), 'skip', 'delete_fuse'],
];

test.each(TABLE)('%s', (_what, one, action, code) => {
  expect(planTargets([one])).toMatchObject([{ action, code }]);
});

test('the fuse lets go what is left, in order, per profile', () => {
  const policy = { closed: null, deletesLeft: 2 };
  const all = ['a', 'b', 'c'].map((id) => input({ ...going, id }, { policy }));
  const other = input({ ...going, id: 'd', profileId: 'p2' }, { policy });
  expect(planTargets([...all, other]).map(({ action }) => action)).toEqual(['delete', 'delete', 'skip', 'delete']);
});

const anyObserved: fc.Arbitrary<Observed> = fc.oneof(
  fc.constant<Observed>({ kind: 'absent' }),
  fc.record({
    kind: fc.constant('present' as const),
    version: fc.constantFrom('6', '7', '8'),
    marker: fc.constantFrom('ours' as const, 'other' as const, 'none' as const, 'unsupported' as const),
    matches: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 1 }),
  }),
);
const anyTarget: fc.Arbitrary<LedgerTarget> = fc
  .record({
    desired: fc.option(fc.integer({ min: 1, max: 5 })),
    observedVersion: fc.option(fc.integer({ min: 1, max: 5 })),
    remoteVersion: fc.option(fc.constantFrom('6', '7', '8')),
    owned: fc.boolean(),
    claimed: fc.boolean(),
    onConflict: fc.constantFrom('fail' as const, 'adopt' as const, 'overwrite' as const, 'leave' as const),
  })
  .map(({ desired, ...ledger }) =>
    target({
      ...ledger,
      desiredVersion: desired,
      headVersion: 5,
      state: desired === null ? 'removing' : 'pending',
      version: desired === null ? null : { state: 'enabled' },
    }),
  );

/** What a run leaves behind when it does what the plan says, at the destination and in the ledger. */
function run(one: LedgerTarget, observed: Observed): { target: LedgerTarget; observed: Observed } {
  const [line] = planTargets([input({}, { target: one, ...seen(observed) })]);
  const marker = observed.kind === 'present' && observed.marker === 'unsupported' ? 'unsupported' : 'ours';
  const version = one.desiredVersion;
  const recorded = { ...one, owned: true, claimed: false, onConflict: 'fail', state: 'synced' } as const;
  switch (line?.action) {
    case 'create':
    case 'update':
      return {
        target: { ...recorded, observedVersion: version, remoteVersion: '9' },
        observed: { kind: 'present', version: '9', marker, matches: [version ?? 0] },
      };
    case 'adopt':
      return {
        target: { ...recorded, observedVersion: version, remoteVersion: '7' },
        observed: observed.kind === 'present' ? { ...observed, marker } : observed,
      };
    case 'delete':
      return { target: { ...one, state: 'removed', owned: false, claimed: false }, observed: { kind: 'absent' } };
    default:
      return { target: one, observed };
  }
}

test('whatever is seen and wanted: after a run the plan has nothing left to do, and what stands in the way stays', () => {
  fc.assert(
    fc.property(anyTarget, anyObserved, (one, observed) => {
      const [before] = planTargets([input({}, { target: one, ...seen(observed) })]);
      const after = run(one, observed);
      const [again] = planTargets([input({}, { target: after.target, ...seen(after.observed) })]);
      expect(again?.action).toBe(before?.action === 'conflict' ? 'conflict' : 'skip');
    }),
    { numRuns: 3_000 },
  );
});

test('whatever is seen and wanted: nothing that is not ours is touched unless somebody said so', () => {
  fc.assert(
    fc.property(anyTarget, anyObserved, (one, observed) => {
      const [line] = planTargets([input({}, { target: one, ...seen(observed) })]);
      if (observed.kind === 'absent') return;
      const evidence =
        observed.marker === 'ours' ||
        (observed.marker === 'unsupported' && one.owned) ||
        (observed.marker !== 'other' && (one.owned || one.claimed) && observed.matches.length > 0);
      const told = one.onConflict === 'adopt' || one.onConflict === 'overwrite';
      if (!evidence && !told) expect(['skip', 'conflict']).toContain(line?.action);
      if (!evidence) expect(line?.action).not.toBe('delete');
    }),
    { numRuns: 3_000 },
  );
});

test('a digest is over what is done, in whatever order it is listed; the difference says where two plans part', () => {
  const was = planTargets([input({ id: 'a' }), input({ id: 'b', observedVersion: 2 })]);
  const is = planTargets([input({ id: 'b', state: 'conflict' }), input({ id: 'c' })]);
  expect(planDigest([...was].reverse())).toBe(planDigest(was));
  expect(planDigest(is)).not.toBe(planDigest(was));
  expect(comparePlans(was, was)).toEqual([]);
  expect(comparePlans(was, is)).toMatchObject([
    { targetId: 'a', was: { action: 'skip' }, is: null },
    { targetId: 'b', was: { action: 'update' }, is: { action: 'conflict', code: 'foreign_entry' } },
    { targetId: 'c', was: null, is: { action: 'skip' } },
  ]);
});
