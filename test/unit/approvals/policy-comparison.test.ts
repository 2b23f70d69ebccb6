import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ruleApplies } from '../../../src/approvals/applicable-rules.ts';
import { type ApprovalPolicy, type ApprovalRule, evaluatePolicy } from '../../../src/approvals/approval-policy.ts';
import { comparePolicies, isLoosening } from '../../../src/approvals/policy-comparison.ts';
import { votersIn } from '../../../src/approvals/satisfiable-policy.ts';
import { anyPolicy, CONTEXTS, policyOf, rule, step } from './policies.ts';

type RuleParts = Parameters<typeof rule>[0];

/** What got looser and tighter, in short. */
function compared(before: RuleParts, after: RuleParts) {
  const { looser, tighter } = comparePolicies(policyOf(rule(before)), policyOf(rule(after)));
  const short = (list: typeof looser) => list.map(({ aspect, entries }) => [aspect, ...entries].join(' '));
  return { looser: short(looser), tighter: short(tighter) };
}

test.each<[string, RuleParts, RuleParts, string]>([
  ['fewer votes', { steps: [step({ users: ['a', 'b'] }, 2)] }, { steps: [step({ users: ['a', 'b'] }, 1)] }, 'required'],
  ['more people', { steps: [step({ users: ['a'] })] }, { steps: [step({ users: ['a', 'b'] })] }, 'approvers user:b'],
  [
    'a group and a role',
    { steps: [step({ users: ['a'] })] },
    { steps: [step({ users: ['a'], groups: ['g'], roles: ['admin'] })] },
    'approvers group:g role:admin',
  ],
  [
    'a step less',
    { steps: [step({ users: ['a'] }, 1, 'x'), step({ users: ['b'] }, 1, 'y')] },
    { steps: [step({ users: ['a'] }, 1, 'x')] },
    'steps',
  ],
  [
    'fewer operations',
    { when: { operations: ['update', 'delete'] } },
    { when: { operations: ['update'] } },
    'operations delete',
  ],
  ['only some operations', {}, { when: { operations: ['update'] } }, 'operations'],
  ['a smaller folder', { when: { paths: ['team'] } }, { when: { paths: ['team/db'] } }, 'paths team'],
  ['only with a tag', {}, { when: { tags: ['t'] } }, 'tags'],
  ['another project', { when: { projects: ['p'] } }, { when: { projects: ['q'] } }, 'projects p'],
  ['a later expiry', { expiresAfterHours: 24 }, { expiresAfterHours: 25 }, 'expiry'],
  ['a check less', { requiredChecks: ['keys', 'names'] }, { requiredChecks: ['names', 'more'] }, 'checks keys'],
  [
    'any order',
    { order: 'sequential', steps: [step({ users: ['a'] }), step({ users: ['b'] })] },
    { order: 'any', steps: [step({ users: ['a'] }), step({ users: ['b'] })] },
    'order',
  ],
])('%s is looser, and the other way round tighter', (_, strict, lax, aspect) => {
  expect(compared(strict, lax).looser).toContain(aspect);
  expect(compared(lax, strict).tighter).toContain(aspect);
  expect(compared(strict, strict)).toEqual({ looser: [], tighter: [] });
});

test('a rule that goes is named; a new one makes it tighter; a new name alone is nothing', () => {
  const [one, two] = [rule({ name: 'one' }), rule({ name: 'two', steps: [step({ users: ['a'] })] })];
  expect(comparePolicies(policyOf(one, two), policyOf(one))).toEqual({
    looser: [{ rule: 'two', step: null, aspect: 'rule', text: 'The rule is gone.', entries: [] }],
    tighter: [],
  });
  expect(isLoosening(policyOf(one), policyOf(one, two))).toBe(false);
  expect(comparePolicies(policyOf(one), policyOf({ ...one, name: 'other' }))).toEqual({ looser: [], tighter: [] });
});

test('one rule cannot stand in for two', () => {
  const [one, two] = [rule({ name: 'one' }), rule({ name: 'two' })];
  expect(isLoosening(policyOf(one, two), policyOf(one))).toBe(true);
  expect(isLoosening(policyOf(one, two), policyOf(rule({ steps: [step({ roles: ['approver'] }, 2)] })))).toBe(true);
});

/** Edits that a random second policy would hardly ever be. */
const anyEdit = fc.tuple(
  fc.nat(2),
  fc.constantFrom<(each: ApprovalRule) => ApprovalRule>(
    (each) => ({ ...each, steps: each.steps.map((one) => ({ ...one, required: one.required + 1 })) }),
    (each) => ({ ...each, steps: [...each.steps, step({ users: ['d'] })] }),
    (each) => ({ ...each, when: { ...each.when, operations: [], tags: [] } }),
    (each) => ({ ...each, when: { ...each.when, paths: each.when.paths.length > 0 ? ['team'] : [] } }),
    (each) => ({ ...each, steps: each.steps.slice(1).concat(each.steps.slice(0, 1)) }),
    (each) => ({ ...each, name: 'new name' }),
  ),
);
const anyPair = fc.oneof(
  fc.tuple(anyPolicy, anyPolicy),
  fc.tuple(anyPolicy, fc.array(anyEdit, { maxLength: 3 })).map(([before, edits]): [ApprovalPolicy, ApprovalPolicy] => {
    const rules = [...before.rules];
    for (const [at, edit] of edits) {
      const each = rules[at];
      if (each !== undefined) rules[at] = edit(each);
    }
    return [before, { rules }];
  }),
);
const VOTERS = votersIn(
  null,
  ['a', 'b', 'c', 'd'].map((personId, index) => ({
    personId,
    name: personId,
    groupIds: index % 2 === 0 ? ['g'] : ['h'],
    grants: [{ role: index === 0 ? ('admin' as const) : ('approver' as const), projectId: null }],
  })),
);

test('what is not called looser lets nothing through that did not get through before', () => {
  let notLooser = 0;
  fc.assert(
    fc.property(anyPair, fc.subarray(VOTERS), ([before, after], voters) => {
      if (isLoosening(before, after)) return;
      notLooser += 1;
      for (const { operation, facts } of CONTEXTS) {
        const passes = (policy: ApprovalPolicy) => {
          const rules = policy.rules.filter((each) => ruleApplies(each, operation, [facts]));
          const asked = { profileId: '', profileVersion: 1, name: '', expiresAfterHours: 1, rules };
          return evaluatePolicy(asked, voters).satisfied;
        };
        if (passes(after)) expect(passes(before)).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(notLooser).toBeGreaterThan(100);
});
