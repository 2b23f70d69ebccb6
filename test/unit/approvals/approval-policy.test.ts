import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROLES } from '../../../src/access/roles.ts';
import {
  type ApprovalStep,
  approvalWouldCount,
  evaluatePolicy,
  isEligible,
  mayReject,
  type PolicySnapshot,
  type RuleDemand,
  stepsOf,
  type Voter,
} from '../../../src/approvals/approval-policy.ts';

const voter = (personId: string, more: Partial<Voter> = {}): Voter => ({
  personId,
  groupIds: [],
  roles: ['approver'],
  mayReview: true,
  ...more,
});
const step = (name: string, approvers: Partial<ApprovalStep['approvers']>, required = 1): ApprovalStep => ({
  name,
  approvers: { users: [], groups: [], roles: [], ...approvers },
  required,
});
type Order = RuleDemand['order'];
const demanding = (...rules: [steps: ApprovalStep[], order: Order][]): PolicySnapshot => ({
  profileId: 'policy',
  profileVersion: 1,
  name: 'policy',
  expiresAfterHours: 72,
  rules: rules.map(([steps, order], index) => ({ name: `rule ${index}`, order, steps })),
});
const policy = (steps: ApprovalStep[], order: Order = 'sequential') => demanding([steps, order]);
const satisfied = (asked: PolicySnapshot, ...voters: Voter[]) => evaluatePolicy(asked, voters).satisfied;

test('being named is not enough: the right to review is needed on top', () => {
  const asked = step('s', { users: ['a'], groups: ['g'], roles: ['admin'] });
  expect(isEligible(asked, voter('a'))).toBe(true);
  expect(isEligible(asked, voter('b', { groupIds: ['g'] }))).toBe(true);
  expect(isEligible(asked, voter('c', { roles: ['admin'] }))).toBe(true);
  expect(isEligible(asked, voter('d'))).toBe(false);
  for (const each of [voter('a'), voter('b', { groupIds: ['g'] }), voter('c', { roles: ['admin'] })]) {
    expect(isEligible(asked, { ...each, mayReview: false })).toBe(false);
  }
});

test('sequential steps take votes one after the other', () => {
  const asked = policy([step('first', { users: ['a'] }), step('second', { users: ['b', 'c'] }, 2)]);
  expect(evaluatePolicy(asked, []).steps.map((each) => each.open)).toEqual([true, false]);
  expect(approvalWouldCount([asked], [], voter('b'))).toBe(false);
  expect(approvalWouldCount([asked], [], voter('a'))).toBe(true);
  expect(evaluatePolicy(asked, [voter('a')]).steps.map((each) => each.open)).toEqual([false, true]);
  expect(approvalWouldCount([asked], [voter('a')], voter('b'))).toBe(true);
  expect(satisfied(asked, voter('a'), voter('b'))).toBe(false);
  expect(satisfied(asked, voter('a'), voter('b'), voter('c'))).toBe(true);
  expect(approvalWouldCount([asked], [voter('a'), voter('b'), voter('c')], voter('d'))).toBe(false);
});

test('steps in any order take votes for all of them at once', () => {
  const asked = policy([step('first', { users: ['a'] }), step('second', { users: ['b'] })], 'any');
  expect(evaluatePolicy(asked, []).steps.map((each) => each.open)).toEqual([true, true]);
  expect(approvalWouldCount([asked], [], voter('b'))).toBe(true);
  expect(satisfied(asked, voter('b'), voter('a'))).toBe(true);
});

test('one person named in two steps fills one of them', () => {
  const asked = policy([step('first', { users: ['a'] }), step('second', { users: ['a', 'b'] })]);
  expect(satisfied(asked, voter('a'))).toBe(false);
  expect(approvalWouldCount([asked], [voter('a')], voter('a'))).toBe(false);
  expect(satisfied(asked, voter('a'), voter('b'))).toBe(true);
});

test('a vote moves to another step when that makes room', () => {
  const asked = policy([step('first', { users: ['a', 'b'] }), step('second', { users: ['a'] })], 'any');
  expect(satisfied(asked, voter('a'), voter('b'))).toBe(true);
  expect(evaluatePolicy(asked, [voter('a'), voter('b')]).steps.map((each) => each.votes)).toEqual([['b'], ['a']]);
});

test('rules are decided side by side, each in its own order, and nobody counts for two of them', () => {
  const general = [step('one', { roles: ['approver'] })];
  const special = [step('first', { users: ['s'] }), step('second', { users: ['t'] })];
  const asked = demanding([general, 'any'], [special, 'sequential']);
  expect(evaluatePolicy(asked, []).steps.map(({ rule, open }) => [rule, open])).toEqual([
    ['rule 0', true],
    ['rule 1', true],
    ['rule 1', false],
  ]);
  expect(approvalWouldCount([asked], [voter('s')], voter('t'))).toBe(true);
  expect(satisfied(asked, voter('s'), voter('t'))).toBe(false);
  expect(satisfied(asked, voter('s'), voter('t'), voter('u'))).toBe(true);
  const only = demanding([general, 'any'], [[step('first', { users: ['s'] })], 'any']);
  expect(satisfied(only, voter('s'))).toBe(false);
});

test('the same person twice counts once', () => {
  expect(satisfied(policy([step('two', { roles: ['approver'] }, 2)]), voter('a'), voter('a'))).toBe(false);
});

test('who lost the right, the group or the role no longer counts', () => {
  const asked = policy([step('s', { groups: ['g'] })]);
  const before = voter('a', { groupIds: ['g'] });
  expect(satisfied(asked, before)).toBe(true);
  expect(satisfied(asked, { ...before, groupIds: [] })).toBe(false);
  expect(satisfied(asked, { ...before, mayReview: false })).toBe(false);
});

test('whoever could decide any step of any policy may reject, open or not', () => {
  const asked = policy([step('first', { users: ['a'] }), step('second', { users: ['b'] })]);
  expect(mayReject([asked], voter('b'))).toBe(true);
  expect(mayReject([asked], voter('c'))).toBe(false);
  expect(mayReject([asked], voter('b', { mayReview: false }))).toBe(false);
});

const PEOPLE = ['a', 'b', 'c', 'd', 'e'];
const some = <T>(from: readonly T[], maxLength: number) => fc.uniqueArray(fc.constantFrom(...from), { maxLength });
const anyStep = fc.record({
  name: fc.constant('step'),
  approvers: fc.record({ users: some(PEOPLE, 3), groups: some(['g', 'h'], 2), roles: some(ROLES, 2) }),
  required: fc.integer({ min: 1, max: 3 }),
});
const anyPolicy = fc
  .array(fc.tuple(fc.array(anyStep, { minLength: 1, maxLength: 2 }), fc.constantFrom<Order>('any', 'sequential')), {
    minLength: 1,
    maxLength: 2,
  })
  .map((rules) => demanding(...rules));
const anyVoters = fc.uniqueArray(fc.constantFrom(...PEOPLE), { maxLength: PEOPLE.length }).chain((people) =>
  fc.tuple(
    ...people.map((personId) =>
      fc.record({
        personId: fc.constant(personId),
        groupIds: some(['g', 'h'], 2),
        roles: some(ROLES, 2),
        mayReview: fc.boolean(),
      }),
    ),
  ),
);

test('never satisfied with fewer distinct eligible people than the steps require', () => {
  fc.assert(
    fc.property(anyPolicy, anyVoters, (asked, voters) => {
      const status = evaluatePolicy(asked, [...voters, ...voters]);
      const counted = status.steps.flatMap((each) => each.votes);
      expect(new Set(counted).size).toBe(counted.length);
      for (const [index, each] of stepsOf(asked).entries()) {
        const votes = status.steps[index]?.votes ?? [];
        expect(votes.length).toBeLessThanOrEqual(each.required);
        for (const personId of votes) {
          const found = voters.find((candidate) => candidate.personId === personId);
          expect(found !== undefined && isEligible(each, found)).toBe(true);
        }
      }
      const required = stepsOf(asked).reduce((sum, each) => sum + each.required, 0);
      if (status.satisfied) expect(counted).toHaveLength(required);
    }),
    { numRuns: 500 },
  );
});

test('the order of votes never decides whether a policy is met', () => {
  const shuffled = anyVoters.chain((voters) =>
    fc.tuple(fc.constant(voters), fc.shuffledSubarray(voters, { minLength: voters.length, maxLength: voters.length })),
  );
  fc.assert(
    fc.property(anyPolicy, shuffled, (asked, [voters, others]) => {
      expect(evaluatePolicy(asked, others).satisfied).toBe(evaluatePolicy(asked, voters).satisfied);
    }),
    { numRuns: 500 },
  );
});

test('as long as the voters that are left could meet a policy, somebody can vote', () => {
  fc.assert(
    fc.property(anyPolicy, anyVoters, (asked, voters) => {
      fc.pre(evaluatePolicy(asked, voters).satisfied);
      const cast: Voter[] = [];
      let left = [...voters];
      while (!evaluatePolicy(asked, cast).satisfied) {
        const next = left.find((each) => approvalWouldCount([asked], cast, each));
        expect(next).toBeDefined();
        if (next === undefined) return;
        cast.push(next);
        left = left.filter((each) => each !== next);
      }
    }),
    { numRuns: 500 },
  );
});

/** Tries every way to give each required approval a person of its own. */
function canBeMet(slots: readonly ApprovalStep[], voters: readonly Voter[]): boolean {
  const [slot, ...others] = slots;
  if (slot === undefined) return true;
  return voters.some(
    (each) =>
      isEligible(slot, each) &&
      canBeMet(
        others,
        voters.filter((other) => other !== each),
      ),
  );
}

test('satisfied exactly when people can be found by trying everything', () => {
  fc.assert(
    fc.property(anyPolicy, anyVoters, (asked, voters) => {
      const slots = stepsOf(asked).flatMap((each) => Array.from({ length: each.required }, () => each));
      expect(evaluatePolicy(asked, voters).satisfied).toBe(canBeMet(slots, voters));
    }),
    { numRuns: 500 },
  );
});
