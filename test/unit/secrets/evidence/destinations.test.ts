import { expect, test } from 'vitest';
import {
  type LedgerTarget,
  planDestinations,
  type Whereabouts,
} from '../../../../src/secrets/evidence/destinations.ts';
import type { SecretChange } from '../../../../src/secrets/secret-change.ts';

const profile = (id: string) => ({ id, name: id, vaultKind: 'builtin', enabled: true });

const synced: LedgerTarget = {
  id: 't1',
  profile: profile('p1'),
  remotePath: 'a',
  state: 'synced',
  desiredVersion: 3,
  observedVersion: 3,
  remoteVersion: '7',
  owned: true,
  claimed: false,
  onConflict: 'fail',
  headVersion: 3,
  wary: false,
};

const now = (...targets: Partial<LedgerTarget>[]): Whereabouts => ({
  source: { profile: profile('source'), remotePath: 's' },
  targets: targets.map((target) => ({ ...synced, ...target })),
  profiles: new Map(['source', 'new', 'p1'].map((id) => [id, profile(id)])),
});

const change = (operation: string, plan: object = {}): SecretChange =>
  ({ operation, plan, baseVersion: 3, profileId: 'source' }) as unknown as SecretChange;

const actions = (operation: string, plan: object, where: Whereabouts) =>
  planDestinations(change(operation, plan), where).map(({ role, action, isNew }) => [role, action, isNew]);

test('new content reaches every copy as the planner would do it', () => {
  const where = now(
    {},
    { state: 'pending', owned: false, remoteVersion: null, observedVersion: null },
    { state: 'conflict', owned: false, remoteVersion: null },
    { state: 'conflict', owned: false, onConflict: 'overwrite' },
    { state: 'drifted' },
    { state: 'removing', desiredVersion: null },
  );
  expect(actions('update', {}, where)).toEqual([
    ['source', 'update', false],
    ['target', 'update', false],
    ['target', 'create', false],
    ['target', 'conflict', false],
    ['target', 'update', false],
    ['target', 'drifted', false],
    ['target', 'none', false],
  ]);
});

test('places that are new are marked', () => {
  const target = { profileId: 'new', remotePath: 'n' };
  expect(actions('create', { sourcePath: 's', targets: [target] }, { ...now(), source: undefined })).toEqual([
    ['source', 'create', true],
    ['target', 'create', true],
  ]);
  expect(actions('add_target', { target }, now({}))).toEqual([
    ['source', 'none', false],
    ['target', 'none', false],
    ['target', 'create', true],
  ]);
  const move = { profileId: 'new', sourcePath: 'n', oldSourceTargetId: null };
  expect(actions('change_source', move, now({}))).toEqual([
    ['source', 'create', true],
    ['target', 'remove', false],
    ['target', 'none', false],
  ]);
  expect(actions('change_source', { ...move, oldSourceTargetId: 't9' }, now())[1]).toEqual(['target', 'none', false]);
});

test('what goes and what stays is said', () => {
  expect(actions('delete', { copies: 'keep' }, now({}))).toEqual([
    ['source', 'remove', false],
    ['target', 'keep_copy', false],
  ]);
  expect(actions('destroy', { copies: 'delete' }, now({}))[1]?.[1]).toBe('remove');
  expect(
    actions('remove_target', { targetId: 't1', copy: 'delete' }, now({}, { id: 't2' })).map(([, action]) => action),
  ).toEqual(['none', 'remove', 'none']);
  expect(actions('resolve_target', { targetId: 't1', way: 'adopt' }, now({}))[1]?.[1]).toBe('adopt');
  expect(actions('protect', {}, now({}))).toEqual([
    ['source', 'none', false],
    ['target', 'none', false],
  ]);
});
