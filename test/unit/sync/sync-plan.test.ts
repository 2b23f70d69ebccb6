import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Observed, planTarget, type SyncDecision, type Wanted } from '../../../src/sync/sync-plan.ts';

const wanted = (over: Partial<Wanted> = {}): Wanted => ({
  desiredVersion: 3,
  observedVersion: null,
  remoteVersion: null,
  owned: false,
  claimed: false,
  onConflict: 'fail',
  headVersion: 3,
  wary: false,
  ...over,
});
const present = (
  marker: 'ours' | 'other' | 'none' | 'unsupported',
  matches: number[] = [],
  version = '7',
  marked: number | null = null,
): Observed => ({
  kind: 'present',
  version,
  marker,
  marked,
  matches,
});
const absent: Observed = { kind: 'absent' };
const foreign: SyncDecision = { action: 'conflict', code: 'foreign_entry' };
const forgotten: SyncDecision = { action: 'drifted', code: 'remote_ahead', aheadVersion: 6 };
const known = { owned: true, observedVersion: 2, remoteVersion: '7' } as const;

const TABLE: readonly [string, Observed, Partial<Wanted>, SyncDecision][] = [
  ['nothing there, wanted', absent, {}, { action: 'create' }],
  ['nothing there although ours once', absent, known, { action: 'create' }],
  ['nothing there, not wanted', absent, { desiredVersion: null }, { action: 'forget' }],
  ['ours, not wanted', present('ours', [2]), { desiredVersion: null }, { action: 'remove', ifVersion: '7' }],
  [
    'ours by the ledger and its content, not wanted',
    present('none', [2]),
    { ...known, desiredVersion: null },
    { action: 'remove', ifVersion: '7' },
  ],
  [
    'ours once, without marker and with other content, not wanted',
    present('none'),
    { ...known, desiredVersion: null },
    { action: 'forget' },
  ],
  [
    'no markers in this vault, ours by the ledger, not wanted',
    present('unsupported'),
    { ...known, desiredVersion: null },
    { action: 'remove', ifVersion: '7' },
  ],
  [
    'no markers in this vault, not in the ledger, not wanted',
    present('unsupported', [2]),
    { desiredVersion: null },
    { action: 'forget' },
  ],
  [
    'no markers in this vault, equal',
    present('unsupported', [3]),
    known,
    { action: 'record', version: '7', label: false },
  ],
  ['ours once, without marker and with other content', present('none'), known, foreign],
  [
    'ours by an unfinished creation, not wanted',
    present('none', [3]),
    { claimed: true, desiredVersion: null },
    { action: 'remove', ifVersion: '7' },
  ],
  ['foreign, not wanted', present('none', [3]), { desiredVersion: null }, { action: 'forget' }],
  ['another secret, not wanted', present('other'), { ...known, desiredVersion: null }, { action: 'forget' }],
  ['equal and ours', present('ours', [3]), known, { action: 'record', version: '7', label: false }],
  ['equal and ours without marker', present('none', [3]), known, { action: 'record', version: '7', label: true }],
  [
    'our creation that nobody recorded',
    present('none', [3]),
    { claimed: true },
    { action: 'record', version: '7', label: true },
  ],
  [
    'our creation of an older version that nobody recorded',
    present('none', [2]),
    { claimed: true },
    { action: 'update', ifVersion: '7', label: true },
  ],
  ['a creation was begun but the content is not ours', present('none'), { claimed: true }, foreign],
  ['foreign', present('none'), {}, foreign],
  ['foreign and equal', present('none', [3]), {}, foreign],
  ['another secret', present('other'), {}, foreign],
  ['another secret although ours once', present('other'), known, foreign],
  [
    'foreign, to adopt, equal',
    present('none', [3]),
    { onConflict: 'adopt' },
    { action: 'record', version: '7', label: true },
  ],
  ['foreign, to adopt, not equal', present('none'), { onConflict: 'adopt' }, foreign],
  [
    'foreign, to overwrite',
    present('none'),
    { onConflict: 'overwrite' },
    { action: 'update', ifVersion: '7', label: true },
  ],
  [
    'foreign, to overwrite, equal',
    present('none', [3]),
    { onConflict: 'overwrite' },
    { action: 'record', version: '7', label: true },
  ],
  [
    'ours and untouched since we wrote it',
    present('ours', [2]),
    known,
    { action: 'update', ifVersion: '7', label: false },
  ],
  [
    'ours with an older version that nobody recorded',
    present('ours', [2]),
    {},
    { action: 'update', ifVersion: '7', label: false },
  ],
  ['ours, changed by hand', present('ours', [], '8'), known, { action: 'drifted', code: 'content_changed' }],
  [
    'ours, changed by hand, to overwrite',
    present('ours', [], '8'),
    { ...known, onConflict: 'overwrite' },
    { action: 'update', ifVersion: '8', label: false },
  ],
  ['ours, newer than wanted', present('ours', [4], '8'), known, { action: 'drifted', code: 'remote_ahead' }],
  ['ours, with a version that we forgot', present('ours', [], '8', 6), known, forgotten],
  ['the same, to overwrite', present('ours', [], '8', 6), { ...known, onConflict: 'overwrite' }, forgotten],
  ['the same, not wanted', present('ours', [], '8', 6), { ...known, desiredVersion: null }, forgotten],
  ['the same, with the content we want', present('ours', [3], '8', 6), known, forgotten],
  [
    'ours, older by its marker than what was forgotten and written since',
    present('ours', [2], '8', 2),
    { ...known, headVersion: 7, desiredVersion: 7 },
    { action: 'update', ifVersion: '8', label: true },
  ],
  [
    'equal, with the number of another version',
    present('ours', [3], '8', 2),
    known,
    { action: 'record', version: '8', label: true },
  ],
  [
    'nothing there, after a restore',
    absent,
    { ...known, wary: true },
    { action: 'drifted', code: 'missing_since_restore' },
  ],
  [
    'nothing there, after a restore, to overwrite',
    absent,
    { wary: true, onConflict: 'overwrite' },
    { action: 'create' },
  ],
  ['nothing there nor wanted, after a restore', absent, { wary: true, desiredVersion: null }, { action: 'forget' }],
  [
    'ours, unknown content, not wanted, after a restore',
    present('ours', [], '8'),
    { ...known, wary: true, desiredVersion: null },
    { action: 'drifted', code: 'content_changed' },
  ],
  [
    'ours as we left it, not wanted, after a restore',
    present('ours', [], '7'),
    { ...known, wary: true, desiredVersion: null },
    { action: 'remove', ifVersion: '7' },
  ],
];

test.each(TABLE)('%s', (_what, observed, over, decision) => {
  expect(planTarget(observed, wanted(over))).toEqual(decision);
});

const versions = fc.constantFrom('6', '7', '8');
const anyObserved: fc.Arbitrary<Observed> = fc.oneof(
  fc.constant(absent),
  fc.record({
    kind: fc.constant('present' as const),
    version: versions,
    marker: fc.constantFrom('ours' as const, 'other' as const, 'none' as const, 'unsupported' as const),
    marked: fc.option(fc.integer({ min: 1, max: 7 })),
    matches: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
  }),
);
const anyWanted: fc.Arbitrary<Wanted> = fc.record({
  desiredVersion: fc.option(fc.integer({ min: 1, max: 5 })),
  observedVersion: fc.option(fc.integer({ min: 1, max: 5 })),
  remoteVersion: fc.option(versions),
  owned: fc.boolean(),
  claimed: fc.boolean(),
  onConflict: fc.constantFrom('fail' as const, 'adopt' as const, 'overwrite' as const),
  headVersion: fc.constant(5),
  wary: fc.boolean(),
});

const touches = (decision: SyncDecision) =>
  ['create', 'update', 'remove'].includes(decision.action) || (decision.action === 'record' && decision.label);

test('whatever is seen and wanted: never foreign, never equal, never backwards, never without the version seen', () => {
  fc.assert(
    fc.property(anyObserved, anyWanted, (observed, want) => {
      const decision = planTarget(observed, want);
      if (observed.kind === 'absent') {
        const held = want.wary && want.onConflict !== 'overwrite' ? 'drifted' : 'create';
        expect(decision.action).toBe(want.desiredVersion === null ? 'forget' : held);
        return;
      }
      expect(decision.action).not.toBe('create');
      const { marker, matches, version, marked } = observed;
      if (marker === 'ours' && (marked ?? 0) > want.headVersion) {
        expect(decision).toMatchObject({ action: 'drifted', code: 'remote_ahead' });
        return;
      }
      if (marker === 'other' && want.onConflict === 'fail') expect(touches(decision)).toBe(false);
      const ledger = (want.owned || want.claimed) && matches.length > 0;
      const evidence = marker === 'ours' || ledger || (marker === 'unsupported' && want.owned);
      if (!evidence && want.onConflict === 'fail') expect(touches(decision)).toBe(false);
      if (!evidence || marker === 'other') expect(decision.action).not.toBe('remove');
      if (want.desiredVersion !== null && matches.includes(want.desiredVersion)) {
        expect(['record', 'conflict']).toContain(decision.action);
      }
      if (decision.action === 'update') {
        expect(decision.ifVersion).toBe(version);
        const untouched = want.owned && want.remoteVersion === version;
        const ahead = matches.length > 0 && matches.every((match) => match > (want.desiredVersion ?? 0));
        if (want.onConflict !== 'overwrite' && !untouched) expect(ahead).toBe(false);
      }
    }),
    { numRuns: 3_000 },
  );
});
