import { expect, test } from 'vitest';
import type { Role } from '../../../src/access/roles.ts';
import type { ApprovalStep } from '../../../src/approvals/approval-policy.ts';
import type { Candidate } from '../../../src/approvals/approval-profile-store.ts';
import { unsatisfiable } from '../../../src/approvals/satisfiable-policy.ts';

const person = (personId: string, role: Role, projectId: string | null = null, groupIds: string[] = []): Candidate => ({
  personId,
  groupIds,
  grants: [{ role, projectId }],
});
const step = (approvers: Partial<ApprovalStep['approvers']>, required = 1): ApprovalStep => ({
  name: 'step',
  approvers: { users: [], groups: [], roles: [], ...approvers },
  required,
});
const problem = (steps: ApprovalStep[], candidates: Candidate[]) =>
  unsatisfiable({ operations: [], order: 'sequential', steps, expiresAfterHours: 72 }, candidates)?.pointer;

test('named people count when they may review', () => {
  expect(problem([step({ users: ['a'] })], [person('a', 'approver')])).toBeUndefined();
  expect(problem([step({ users: ['a'] })], [person('a', 'viewer')])).toBe('/steps/0/required');
  expect(problem([step({ users: ['a', 'b'] }, 2)], [person('a', 'approver'), person('b', 'viewer')])).toBe(
    '/steps/0/required',
  );
});

test('members of groups and holders of roles count, each once', () => {
  const candidates = [person('a', 'approver', null, ['g']), person('b', 'admin')];
  expect(problem([step({ groups: ['g'], roles: ['admin', 'approver'] }, 2)], candidates)).toBeUndefined();
  expect(problem([step({ users: ['a'], groups: ['g'], roles: ['approver'] }, 2)], candidates)).toBe(
    '/steps/0/required',
  );
});

test('one project with people enough is enough; people of two projects do not add up', () => {
  const roles: Role[] = ['approver'];
  expect(problem([step({ roles }, 2)], [person('a', 'approver', 'p'), person('b', 'approver', 'p')])).toBeUndefined();
  expect(problem([step({ roles }, 2)], [person('a', 'approver', 'p'), person('b', 'approver', 'q')])).toBe(
    '/steps/0/required',
  );
  expect(problem([step({ roles }, 2)], [person('a', 'approver', 'p'), person('b', 'approver')])).toBeUndefined();
});

test('steps that only the same person could decide cannot be met together', () => {
  expect(problem([step({ users: ['a'] }), step({ roles: ['approver'] })], [person('a', 'approver')])).toBe('/steps');
});

test('nobody at all', () => {
  expect(problem([step({ roles: ['auditor'] })], [])).toBe('/steps/0/required');
});
