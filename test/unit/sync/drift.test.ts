import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DriftFacts, nextScanIn, underPolicy } from '../../../src/sync/drift.ts';
import type { SyncDecision } from '../../../src/sync/sync-plan.ts';

type Undertaken = Exclude<SyncDecision, { action: 'remove' }>;

const facts = (over: Partial<DriftFacts> = {}): DriftFacts => ({
  scan: true,
  policy: 'alert',
  mayRepair: true,
  observed: '7',
  unmarked: false,
  labelsChanged: false,
  compareAndSet: true,
  ...over,
});
const create: Undertaken = { action: 'create' };
const update: Undertaken = { action: 'update', ifVersion: '7', label: false };
const inStep: Undertaken = { action: 'record', version: '7', label: false };
const relabelled: Undertaken = { ...inStep, label: true };
const unmarked = { unmarked: true, labelsChanged: true };
const changed: Undertaken = { action: 'drifted', code: 'content_changed' };
const ahead: Undertaken = { action: 'drifted', code: 'remote_ahead' };
const missing: Undertaken = { action: 'drifted', code: 'missing_since_restore' };
const foreign: Undertaken = { action: 'conflict', code: 'foreign_entry' };
const left: Undertaken = { action: 'leave', code: 'change_left' };

const GONE: Undertaken = { action: 'drifted', code: 'entry_missing' };

const TABLE: readonly [string, Undertaken, Partial<DriftFacts>, Undertaken, string | null][] = [
  ['in step', inStep, {}, inStep, null],
  ['gone, alert', create, {}, { action: 'drifted', code: 'entry_missing' }, null],
  ['gone, propose', create, { policy: 'propose' }, { action: 'drifted', code: 'entry_missing' }, null],
  ['gone, repair', create, { policy: 'repair' }, create, 'entry_missing'],
  ['gone, something to carry', create, { scan: false }, create, null],
  ['changed by hand, alert', changed, {}, changed, null],
  ['changed by hand, repair', changed, { policy: 'repair' }, update, 'content_changed'],
  ['changed by hand, repair, something to carry', changed, { policy: 'repair', scan: false }, update, null],
  ['changed by hand, something to carry', changed, { scan: false }, changed, null],
  ['an older version, alert', update, {}, changed, null],
  ['an older version that may have come late', update, { compareAndSet: false }, update, 'content_changed'],
  ['an older version, something to carry', update, { scan: false }, update, null],
  ['without our marker, alert', relabelled, unmarked, { action: 'drifted', code: 'marker_missing' }, null],
  ['without our marker, repair', relabelled, { ...unmarked, policy: 'repair' }, relabelled, 'marker_missing'],
  ['our marker came late', relabelled, { labelsChanged: true }, relabelled, null],
  ['other labels, alert', inStep, { labelsChanged: true }, { action: 'drifted', code: 'labels_changed' }, null],
  ['other labels, repair', inStep, { labelsChanged: true, policy: 'repair' }, relabelled, 'labels_changed'],
  ['newer than we know, repair', ahead, { policy: 'repair' }, ahead, null],
  ['missing since a restore, repair', missing, { policy: 'repair', observed: null }, missing, null],
  [
    'changed by hand, repair, but nothing may be written',
    changed,
    { policy: 'repair', mayRepair: false },
    changed,
    null,
  ],
  ['gone, repair, but nothing may be written', create, { policy: 'repair', mayRepair: false }, GONE, null],
  ['late, but nothing may be written', update, { compareAndSet: false, mayRepair: false }, changed, null],
  ['left on purpose, repair', left, { policy: 'repair' }, left, null],
  ['foreign, repair', foreign, { policy: 'repair' }, foreign, null],
];

test.each(TABLE)('%s', (_what, decision, over, expected, repaired) => {
  expect(underPolicy(decision, facts(over))).toEqual({ decision: expected, repaired });
});

test('without the policy for it a scan never changes anything where writes have a condition', () => {
  const decisions = fc.constantFrom(create, update, inStep, changed, ahead, missing, foreign, left);
  const policies = fc.constantFrom('alert' as const, 'propose' as const);
  fc.assert(
    fc.property(decisions, policies, fc.boolean(), (decision, policy, labelsChanged) => {
      const { decision: done, repaired } = underPolicy(decision, facts({ policy, labelsChanged }));
      expect(repaired).toBeNull();
      expect(['drifted', 'conflict', 'record', 'leave']).toContain(done.action);
      if (done.action === 'record') expect(done.label).toBe(false);
    }),
  );
});

test('what may be news to us is never written over, whatever the policy', () => {
  const policies = fc.constantFrom('alert' as const, 'propose' as const, 'repair' as const);
  const free = { compareAndSet: fc.boolean(), mayRepair: fc.boolean(), scan: fc.boolean() };
  fc.assert(
    fc.property(fc.constantFrom(ahead, missing), policies, fc.record(free), (decision, policy, over) => {
      expect(underPolicy(decision, facts({ ...over, policy }))).toEqual({ decision, repaired: null });
    }),
  );
});

test('looks at copies that were written together part', () => {
  expect(nextScanIn(null)).toBeNull();
  expect(nextScanIn(60, () => 0)).toBe(54 * 60_000);
  expect(nextScanIn(60, () => 1)).toBe(66 * 60_000);
});
