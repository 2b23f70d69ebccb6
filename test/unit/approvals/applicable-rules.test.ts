import { expect, test } from 'vitest';
import { applicablePolicies, type ConditionFacts, ruleApplies } from '../../../src/approvals/applicable-rules.ts';
import type { RuleConditions } from '../../../src/approvals/approval-policy.ts';
import { policyOf, rule, step } from './policies.ts';

const SECRET: ConditionFacts = { projectId: 'p', path: 'team/db', tags: ['prod', 'pci'], type: 'api_key' };
const applies = (when: Partial<RuleConditions>, facts: ConditionFacts[] = [SECRET]) =>
  ruleApplies(rule({ when }), 'update', facts);

test.each<[Partial<RuleConditions>, boolean]>([
  [{}, true],
  [{ operations: ['update', 'delete'] }, true],
  [{ operations: ['delete'] }, false],
  [{ projects: ['q', 'p'] }, true],
  [{ projects: ['q'] }, false],
  [{ paths: ['team'] }, true],
  [{ paths: ['team/db'] }, true],
  [{ paths: ['team/d'] }, false],
  [{ paths: ['team/db/eu'] }, false],
  [{ tags: ['prod'] }, true],
  [{ tags: ['test', 'pci'] }, true],
  [{ tags: ['test'] }, false],
  [{ types: ['api_key'] }, true],
  [{ types: ['generic'] }, false],
  [{ projects: ['p'], tags: ['prod'], types: ['generic'] }, false],
])('%j holds: %s', (when, expected) => {
  expect(applies(when)).toBe(expected);
});

test('what has no project, folder, tags or type stands for all that has', () => {
  expect(applies({ projects: ['q'], paths: ['x'], tags: ['y'], types: ['z'] }, [{}])).toBe(true);
  expect(applies({ operations: ['delete'], projects: ['q'] }, [{}])).toBe(false);
});

test('taking a secret out of reach is asked of the rule, whatever operations it names', () => {
  const when = { tags: ['prod'], operations: ['delete'] as const };
  const [tagged, untagged] = [SECRET, { ...SECRET, tags: [] }];
  const asked = (facts: ConditionFacts[]) => ruleApplies(rule({ when }), 'edit_metadata', facts);
  expect(asked([tagged, untagged])).toBe(true);
  expect(asked([tagged, tagged])).toBe(false);
  expect(asked([untagged, tagged])).toBe(false);
  expect(ruleApplies(rule({ when: { tags: ['prod'] } }), 'edit_metadata', [untagged, tagged])).toBe(true);
});

test('a change is asked all rules that apply, within the shortest expiry; policies without one ask nothing', () => {
  const attached = (name: string, ...rules: ReturnType<typeof rule>[]) => ({
    ...policyOf(...rules),
    profileId: name,
    profileVersion: 3,
    name,
  });
  const security = [step({ roles: ['admin'] })];
  const policies = [
    attached(
      'a',
      rule({ name: 'all', expiresAfterHours: 72 }),
      rule({ name: 'deletes', when: { operations: ['delete'] } }),
      rule({ name: 'prod', when: { tags: ['prod'] }, steps: security, order: 'sequential', expiresAfterHours: 8 }),
    ),
    attached('b', rule({ when: { projects: ['q'] } })),
  ];
  expect(applicablePolicies(policies, 'update', [SECRET])).toEqual([
    {
      profileId: 'a',
      profileVersion: 3,
      name: 'a',
      expiresAfterHours: 8,
      rules: [
        { name: 'all', order: 'any', steps: [step({ roles: ['approver'] })] },
        { name: 'prod', order: 'sequential', steps: security },
      ],
    },
  ]);
});
