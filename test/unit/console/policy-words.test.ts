import { expect, test } from 'vitest';
import { policyDifference } from '../../../src/console/screens/policies/policy-difference.ts';
import { newRule, newStep, rulesOf } from '../../../src/console/screens/policies/policy-draft.ts';
import { hoursText, listed, ruleLines } from '../../../src/console/screens/policies/policy-words.ts';
import { isOtherwise, wouldText } from '../../../src/console/screens/policies/replay-outcome.ts';

const nameOf = (kind: string, id: string) => `${kind} ${id}`;
const [rule] = rulesOf({
  rules: [
    {
      ...newRule('production'),
      when: {
        operations: ['update', 'delete'],
        projects: ['p1'],
        customers: [],
        paths: ['shop', 'team/db'],
        tags: ['pci'],
        types: ['api_key'],
      },
      steps: [
        { ...newStep('Team'), approvers: { users: ['u1'], groups: ['g1'], roles: ['approver'] }, required: 2 },
        { ...newStep('Security'), approvers: { users: ['u2'], groups: [], roles: [] } },
      ],
      requiredChecks: ['key-policy'],
      expiresAfterHours: 36,
    },
  ],
});

test('a rule reads as sentences', () => {
  if (rule === undefined) throw new Error('no rule');
  expect(ruleLines(rule, nameOf).map(({ label, text }) => `${label}: ${text}`)).toEqual([
    'Asked about: New versions and deleting secrets, in the project project p1, in the folders shop or team/db, with the tag pci, of the type api key',
    'Step “Team”: 2 approvals by user u1, the group group g1 or anybody with the role approver',
    'Step “Security”: 1 approval by user u2',
    'Order: first Team, then Security',
    'Checks: key-policy must be ok',
    'Expires: after 36 hours',
  ]);
  const twice = { ...rule, steps: rule.steps.map((step) => ({ ...step, name: 'Same' })) };
  const labels = ruleLines(twice, nameOf).map(({ label }) => label);
  expect(labels.slice(1, 3)).toEqual(['Step “Same”', 'Step “Same” (2)']);
  expect([1, 24, 72].map(hoursText)).toEqual(['1 hour', '1 day', '3 days']);
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
});

test('two versions differ line by line, and rules are new or gone by their names', () => {
  if (rule === undefined) throw new Error('no rule');
  const shorter = { ...rule, requiredChecks: [], expiresAfterHours: 24 };
  const [changed] = policyDifference([rule], [shorter], nameOf);
  expect(changed?.kind).toBe('changed');
  expect(changed?.lines.filter(({ was, is }) => was !== is)).toEqual([
    { label: 'Expires', was: 'after 36 hours', is: 'after 1 day' },
    { label: 'Checks', was: 'key-policy must be ok', is: undefined },
  ]);
  const other = { ...rule, name: 'other' };
  const kinds = policyDifference([rule, shorter], [rule, other], nameOf).map((each) => [each.rule, each.kind]);
  expect(kinds).toEqual([
    ['production', 'same'],
    ['other', 'new'],
  ]);
  expect(policyDifference([rule], [], nameOf).map(({ kind }) => kind)).toEqual(['gone']);
});

test.each([
  [{ waited: false, wouldWait: false }, false, 'Nobody would be asked'],
  [{ waited: false, wouldWait: true }, true, 'It would still wait for votes'],
  [{ waited: true, wouldWait: false }, true, 'Nobody would be asked'],
  [{ waited: true, wouldWait: true, wouldBeApproved: true }, false, 'Approved by the votes it got'],
  [{ waited: true, wouldWait: true }, true, 'It would still wait for votes'],
  [{ waited: true, wouldWait: true, state: 'rejected', wouldBeRejected: true }, false, 'Rejected'],
  [{ waited: true, wouldWait: true, state: 'rejected' }, true, 'It would still wait for votes'],
  [{ waited: true, wouldWait: true, state: 'pending_approval' }, false, 'It would still wait for votes'],
] as const)('a past change with %j is told apart from one that went as it did', (some, otherwise, text) => {
  const item = {
    changeId: 'c',
    operation: 'update',
    subjectType: 'secret',
    subjectId: 's',
    requester: { type: 'person', id: 'u', name: 'Ann', personId: 'u' },
    createdAt: '2026-01-01T00:00:00.000Z',
    state: 'applied',
    rules: [],
    wouldBeApproved: false,
    wouldBeRejected: false,
    unsatisfiable: null,
    ...some,
  } as const;
  expect(isOtherwise(item)).toBe(otherwise);
  expect(wouldText(item)).toBe(text);
});
