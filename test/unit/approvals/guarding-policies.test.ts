import { expect, test } from 'vitest';
import type { ApprovalRule, AttachedPolicy } from '../../../src/approvals/approval-policy.ts';
import type { ChangeOperation } from '../../../src/approvals/change-operation.ts';
import { askedOf } from '../../../src/approvals/guarding-policies.ts';

const rule = (name: string, operations: readonly ChangeOperation[]): ApprovalRule => ({
  name,
  when: { operations, projects: ['shop'], customers: [], paths: [], tags: [], types: [] },
  order: 'any',
  steps: [{ name, required: 1, approvers: { users: [name], groups: [], roles: [] } }],
  expiresAfterHours: 72,
});
const attached = (profileId: string, ...rules: ApprovalRule[]): AttachedPolicy => ({
  profileId,
  profileVersion: 1,
  name: profileId,
  rules,
});
const asked = (policies: ReturnType<typeof askedOf>) =>
  policies.map((policy) => [policy.profileId, ...policy.rules.map((each) => each.name)]);

test('a policy is asked of the rules that name the operation; one that says nothing of operations names all', () => {
  const named = attached('named', rule('vaults', ['edit_vault']), rule('updates', ['update']));
  const all = attached('all', rule('everything', []));
  const other = attached('other', rule('updates', ['update']));
  expect(asked(askedOf('edit_vault', [named, all, other], []))).toEqual([
    ['named', 'vaults'],
    ['all', 'everything'],
  ]);
});

test('a policy that guards itself is asked in any case: of the rules that name it, else of all', () => {
  const silent = attached('silent', rule('updates', ['update']), rule('deletions', ['delete']));
  const outspoken = attached('outspoken', rule('roles', ['grant_role']), rule('updates', ['update']));
  expect(asked(askedOf('grant_role', [], [silent, outspoken]))).toEqual([
    ['silent', 'updates', 'deletions'],
    ['outspoken', 'roles'],
  ]);
});

test('a policy that asks and guards is asked once', () => {
  const one = attached('one', rule('everything', []));
  expect(asked(askedOf('grant_role', [one, one], [one]))).toEqual([['one', 'everything']]);
});
