import { expect, test } from 'vitest';
import type { Json } from '../../../src/crypto/canonical-json.ts';
import {
  grantedPlanOf,
  movedEffects,
  type PlannedChange,
  planChange,
  withGrantedPlan,
} from '../../../src/sync/change-effects.ts';
import type { LedgerTarget } from '../../../src/sync/target-plan.ts';

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
const change = (operation: PlannedChange['operation'], plan: Json = {}): PlannedChange => ({
  operation,
  baseVersion: 3,
  profileId: 'source',
  plan,
});
const policy = { profileId: 'a', profileVersion: 1, name: 'any', expiresAfterHours: 1, rules: [] };
const shown = (one: PlannedChange, targets: readonly LedgerTarget[]) =>
  planChange(one, targets).targets.map(({ action, code, version }) => [action, code, version]);
const gone = { state: 'removed', desiredVersion: null, owned: false, version: null } as const;
const place = { targetId: 't9', profileId: 'p9', remotePath: 'x', onConflict: 'fail' } as const;

test.each<[string, PlannedChange, Partial<LedgerTarget>, unknown[]]>([
  ['new content', change('update'), {}, ['update', null, 4]],
  [
    'new content, a foreign entry in the way',
    change('update'),
    { state: 'conflict', owned: false },
    ['conflict', 'foreign_entry', 4],
  ],
  ['new content, changed by hand', change('rollback'), { state: 'drifted' }, ['conflict', 'content_changed', 4]],
  [
    'new content, one that is left',
    change('update'),
    { state: 'parked', code: 'foreign_left', onConflict: 'leave', owned: false },
    ['skip', 'foreign_left', 4],
  ],
  ['a deletion', change('delete', { copies: 'delete' }), {}, ['delete', null, null]],
  [
    'a deletion, a foreign entry in the way',
    change('destroy', { copies: 'delete' }),
    { state: 'conflict', owned: false },
    ['skip', 'not_ours', null],
  ],
  ['a deletion that keeps copies', change('delete', { copies: 'keep' }), {}, ['skip', 'copy_kept', 3]],
  ['a restore', change('restore'), { ...gone, onRemove: 'delete-until-restore' }, ['create', null, 3]],
  ['a restore of what was kept', change('restore'), { state: 'parked', code: 'secret_deleted' }, ['skip', null, 3]],
  ['a removal', change('remove_target', { targetId: 't1', copy: 'delete' }), {}, ['delete', null, null]],
  [
    'a decision',
    change('resolve_target', { targetId: 't1', way: 'overwrite' }),
    { state: 'conflict' },
    ['update', null, 3],
  ],
  ['metadata', change('edit_metadata'), {}, ['skip', null, 3]],
])('%s', (_what, one, over, line) => {
  expect(shown(one, [target(over)])).toEqual([line]);
});

test('targets that a change brings in are planned with those that are there', () => {
  const create = change('create', { content: {}, targets: [place] } as unknown as Json);
  expect(shown(create, [])).toEqual([['create', null, 1]]);
  const add = change('add_target', { target: { ...place, onConflict: 'adopt' } });
  expect(shown(add, [target()])).toEqual([
    ['skip', null, 3],
    ['create', 'else_adopt', 1],
  ]);
  expect(shown(change('restore'), [target(gone)])).toEqual([]);
});

test.each<[string, Partial<LedgerTarget>]>([
  ['being written', { state: 'syncing', observedVersion: 2 }],
  ['never written yet', { state: 'pending', owned: false, observedVersion: null, remoteVersion: null }],
  ['failing', { state: 'failed', code: 'timeout', observedVersion: 2 }],
  ['paused', { state: 'paused' }],
])('work that is under way changes no plan: %s', (_what, over) => {
  expect(planChange(change('update'), [target(over)]).digest).toBe(planChange(change('update'), [target()]).digest);
});

test('a grant carries its plan; what has moved since is found, and nothing else', () => {
  const open = { ...change('update', { content: null }), policies: [policy] };
  const granted = { ...open, plan: withGrantedPlan(open, [target()]) };
  const free = { ...granted, policies: [] };
  expect(withGrantedPlan(free, [target()])).toEqual({ content: null });
  expect(grantedPlanOf(granted)).toEqual(planChange(open, [target()]));
  expect(movedEffects(granted, [target({ state: 'syncing' })]).difference).toEqual([]);
  expect(movedEffects(granted, [target({ remotePath: 'elsewhere' })]).difference).toMatchObject([
    { targetId: 't1', was: { remotePath: 'acme/shop/login' }, is: { remotePath: 'elsewhere' } },
  ]);
  expect(movedEffects(open, [target({ state: 'conflict' })]).difference).toEqual([]);
});
