import { expect, test } from 'vitest';
import { type Actor, type ActorGrant, actorRef, systemActor } from '../../../src/access/actor.ts';
import {
  authorize,
  authorizeAnywhere,
  can,
  projectsWith,
  reachWith,
  rightsBeyond,
} from '../../../src/access/permissions.ts';
import { RIGHTS, RIGHTS_OF_ROLE, type Right, ROLES, type Role } from '../../../src/access/roles.ts';

function actorWith(grants: ActorGrant[], isOperator = false): Actor {
  return { ...systemActor('org', 'test'), type: 'person', id: 'p1', personId: 'p1', grants, isOperator };
}

const everywhere = (role: Role): ActorGrant => ({ role, projectId: null });
const inProject = (role: Role, projectId: string): ActorGrant => ({ role, projectId });

/** Written out once more, so that a change of the table has to be meant. */
const expected: Record<Role, string> = {
  viewer: 'secret.list change.read vault.read',
  reader: 'secret.list secret.read_value change.read vault.read',
  read_write:
    'secret.list secret.read_value secret.create secret.edit secret.delete secret.restore secret.sync change.read vault.read',
  write_only: 'secret.list secret.create secret.edit change.read vault.read',
  approver: 'secret.list change.read change.review vault.read',
  auditor: 'secret.list change.read vault.read audit.read',
  operator: 'secret.list secret.sync change.read vault.read vault.administer',
  system:
    'secret.list secret.read_value secret.create secret.edit secret.delete secret.restore secret.sync secret.system change.read vault.read',
  break_glass: 'secret.list change.read change.override vault.read',
  compliance: 'secret.list change.read compliance.report vault.read',
  admin: RIGHTS.filter(
    (right) => !['installation.administer', 'change.override', 'compliance.report'].includes(right),
  ).join(' '),
};

test.each(ROLES)('%s allows exactly its rights', (role) => {
  const actor = actorWith([everywhere(role)]);
  expect(RIGHTS.filter((right) => can(actor, right)).join(' ')).toBe(expected[role]);
});

test.each(ROLES)('%s in one project allows nothing outside it', (role) => {
  const actor = actorWith([inProject(role, 'a')]);
  for (const right of RIGHTS_OF_ROLE[role]) {
    expect(can(actor, right, 'a')).toBe(true);
    expect(can(actor, right, 'b')).toBe(false);
    expect(can(actor, right)).toBe(false);
  }
});

test('a grant of the whole organization counts in every project', () => {
  expect(can(actorWith([everywhere('reader')]), 'secret.read_value', 'anything')).toBe(true);
});

test('the installation is administered by administrators of the operator only', () => {
  const right: Right = 'installation.administer';
  expect(can(actorWith([everywhere('admin')], true), right)).toBe(true);
  expect(can(actorWith([everywhere('admin')], false), right)).toBe(false);
  expect(can(actorWith([inProject('admin', 'a')], true), right, 'a')).toBe(false);
  expect(can(actorWith([everywhere('operator')], true), right)).toBe(false);
});

test('a refusal names the right', () => {
  const refused = () => authorize(actorWith([everywhere('viewer')]), 'secret.read_value', 'a');
  expect(refused).toThrow(expect.objectContaining({ code: 'forbidden', facts: { right: 'secret.read_value' } }));
  expect(() => authorize(actorWith([everywhere('reader')]), 'secret.read_value', 'a')).not.toThrow();
});

test('projectsWith lists the projects of a right, or all', () => {
  const actor = actorWith([inProject('reader', 'a'), inProject('viewer', 'b'), inProject('admin', 'c')]);
  expect(projectsWith(actor, 'secret.read_value')).toEqual(['a', 'c']);
  expect(projectsWith(actor, 'audit.read')).toEqual(['c']);
  expect(projectsWith(actorWith([everywhere('viewer')]), 'secret.list')).toBe('all');
  expect(projectsWith(actorWith([]), 'secret.list')).toEqual([]);
});

test('authorizeAnywhere takes a right in any project', () => {
  expect(() => authorizeAnywhere(actorWith([inProject('viewer', 'a')]), 'secret.list')).not.toThrow();
  expect(() => authorizeAnywhere(actorWith([]), 'secret.list')).toThrow(expect.objectContaining({ code: 'forbidden' }));
});

test('rightsBeyond finds what an actor would give without having it', () => {
  const projectAdmin = actorWith([inProject('admin', 'a')]);
  expect(rightsBeyond(projectAdmin, 'admin', 'a')).toEqual([]);
  expect(rightsBeyond(projectAdmin, 'viewer', 'b')).toEqual(['secret.list', 'change.read', 'vault.read']);
  expect(rightsBeyond(projectAdmin, 'viewer', null)).toHaveLength(3);
  expect(rightsBeyond(actorWith([everywhere('reader')]), 'approver', null)).toEqual(['change.review']);
});

test('the system holds no right, and a stored actor names its token only when there was one', () => {
  const system = systemActor('org', 'reconciler');
  expect(RIGHTS.filter((right) => can(system, right))).toEqual([]);
  expect(actorRef(system)).toEqual({ type: 'system', id: 'reconciler', name: 'reconciler', personId: 'reconciler' });
  expect(actorRef({ ...system, tokenId: 't1' })).toMatchObject({ tokenId: 't1' });
});

test('a grant for one customer counts for that customer’s secrets, for shared ones where it says so, and for nothing else', () => {
  const [ours, theirs, shared] = ['acme', 'zenith', null].map((customerId) => ({ projectId: 'a', customerId }));
  const alone = actorWith([{ role: 'reader', projectId: 'a', customerId: 'acme' }]);
  const along = actorWith([{ role: 'reader', projectId: 'a', customerId: 'acme', shared: true }]);
  const reads = (actor: Actor, ...scopes: Parameters<typeof can>[2][]) =>
    scopes.map((scope) => can(actor, 'secret.read_value', scope));
  const elsewhere = { projectId: 'b', customerId: 'acme' };
  expect(reads(alone, ours, theirs, shared, elsewhere, 'a', undefined)).toEqual([true, ...Array(5).fill(false)]);
  expect(reads(along, ours, theirs, shared, elsewhere, 'a', undefined)).toEqual([
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
  expect(reads(actorWith([inProject('reader', 'a')]), ours, theirs, shared, elsewhere)).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(projectsWith(along, 'secret.list')).toEqual([]);
  expect(reachWith(along, 'secret.list')).toEqual({ projects: [], customers: ['acme'], shared: ['a'] });
  expect(reachWith(alone, 'secret.edit')).toEqual({ projects: [], customers: [], shared: [] });
  expect(reachWith(actorWith([everywhere('viewer')]), 'secret.list')).toBe('all');
  expect(() => authorizeAnywhere(along, 'secret.list')).toThrow(expect.objectContaining({ code: 'forbidden' }));
});
