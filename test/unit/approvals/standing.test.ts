import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROLES } from '../../../src/access/roles.ts';
import { isEligible, type Voter } from '../../../src/approvals/approval-policy.ts';
import { votersIn } from '../../../src/approvals/satisfiable-policy.ts';
import { decides, decidesOtherwise, type Standing } from '../../../src/approvals/standing.ts';

const nobody: Standing = { personId: 'p', disabled: false, groupIds: [], grants: [] };
const approver = { role: 'approver', projectId: null } as const;
const policy = (approvers: { users?: string[]; groups?: string[]; roles?: (typeof ROLES)[number][] }) => ({
  rules: [
    {
      name: 'rule',
      order: 'any' as const,
      steps: [{ name: 'one', required: 1, approvers: { users: [], groups: [], roles: [], ...approvers } }],
    },
  ],
});

test('the role of an approver makes a difference where the role is named, in whatever project', () => {
  const byRole = policy({ roles: ['approver'] });
  expect(decidesOtherwise(byRole, nobody, { ...nobody, grants: [approver] })).toBe(true);
  expect(decidesOtherwise(byRole, nobody, { ...nobody, grants: [{ ...approver, projectId: 'a' }] })).toBe(true);
  expect(decidesOtherwise(byRole, nobody, { ...nobody, grants: [{ ...approver, role: 'admin' }] })).toBe(false);
  expect(decidesOtherwise(byRole, { ...nobody, grants: [approver] }, nobody)).toBe(true);
});

test('a gate is not opened in halves: to be named counts before the right to review is there, and after', () => {
  const byGroup = policy({ groups: ['g'] });
  const member = { ...nobody, groupIds: ['g'] };
  expect(decidesOtherwise(byGroup, nobody, member)).toBe(true);
  expect(decidesOtherwise(byGroup, member, { ...member, grants: [approver] })).toBe(true);
  const disabled = { ...member, grants: [approver], disabled: true };
  expect(decidesOtherwise(byGroup, disabled, { ...disabled, disabled: false })).toBe(true);
  expect(decidesOtherwise(byGroup, { ...nobody, disabled: true }, { ...member, disabled: true })).toBe(true);
  expect(decides(byGroup, disabled)).toBe(true);
});

test('the right to override opens every gate', () => {
  const other = policy({ users: ['somebody else'] });
  const breaker = { ...nobody, grants: [{ role: 'break_glass', projectId: 'a' } as const] };
  expect(decidesOtherwise(other, nobody, breaker)).toBe(true);
  expect(decides(other, breaker)).toBe(true);
  expect(decides(other, { ...nobody, grants: [approver] })).toBe(false);
});

const names = fc.constantFrom('p', 'q', 'r');
const standing = fc.record({
  personId: fc.constant('p'),
  disabled: fc.boolean(),
  groupIds: fc.uniqueArray(names),
  grants: fc.array(fc.record({ role: fc.constantFrom(...ROLES), projectId: fc.constantFrom(null, 'a', 'b') }), {
    maxLength: 3,
  }),
});
const anyPolicy = fc
  .record({
    users: fc.uniqueArray(names),
    groups: fc.uniqueArray(names),
    roles: fc.uniqueArray(fc.constantFrom(...ROLES), { maxLength: 2 }),
  })
  .map(policy);

test('whoever comes to decide a step anywhere, or no longer does, is noticed', () => {
  const able = (person: Standing, projectId: string | null, one: ReturnType<typeof policy>) => {
    const [voter] = person.disabled ? [] : votersIn(projectId, [{ ...person, name: '' }]);
    return one.rules.flatMap((rule) => rule.steps).map((step) => voter && isEligible(step, voter as Voter));
  };
  fc.assert(
    fc.property(anyPolicy, standing, standing, (one, before, after) => {
      const differs = [null, 'a', 'b'].some(
        (projectId) =>
          JSON.stringify(able(before, projectId, one).map(Boolean)) !==
          JSON.stringify(able(after, projectId, one).map(Boolean)),
      );
      if (differs) expect(decidesOtherwise(one, before, after)).toBe(true);
      expect(decidesOtherwise(one, before, before)).toBe(false);
      expect(decidesOtherwise(one, before, after)).toBe(decidesOtherwise(one, after, before));
    }),
    { numRuns: 500 },
  );
});
