import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Role } from '../../../src/access/roles.ts';
import { ruleApplies } from '../../../src/approvals/applicable-rules.ts';
import { type ApprovalPolicy, type ApprovalStep, isEligible } from '../../../src/approvals/approval-policy.ts';
import { type Candidate, lackAmong, unsatisfiable, votersIn } from '../../../src/approvals/satisfiable-policy.ts';
import { anyPolicy, CONTEXTS, policyOf, rule, step } from './policies.ts';

const person = (personId: string, role: Role, projectId: string | null = null, groupIds: string[] = []): Candidate => ({
  personId,
  name: personId,
  groupIds,
  grants: [{ role, projectId }],
});
const OUTSIDER = [{ personId: 'author', projectIds: [null] }];

function problem(steps: ApprovalStep[], candidates: Candidate[], requesters = OUTSIDER): [string, number] | undefined {
  const lack = unsatisfiable(policyOf(rule({ steps })), candidates, requesters);
  return lack && [`/rules/${lack.ruleAt}/steps/${lack.stepAt}`, lack.available];
}

test('named people count when they may review', () => {
  expect(problem([step({ users: ['a'] })], [person('a', 'approver')])).toBeUndefined();
  expect(problem([step({ users: ['a'] })], [person('a', 'viewer')])).toEqual(['/rules/0/steps/0', 0]);
  const two = [person('a', 'approver'), person('b', 'viewer')];
  expect(problem([step({ users: ['a', 'b'] }, 2)], two)).toEqual(['/rules/0/steps/0', 1]);
});

test('members of groups and holders of roles count, each once', () => {
  const candidates = [person('a', 'approver', null, ['g']), person('b', 'admin')];
  expect(problem([step({ groups: ['g'], roles: ['admin', 'approver'] }, 2)], candidates)).toBeUndefined();
  expect(problem([step({ users: ['a'], groups: ['g'], roles: ['approver'] }, 2)], candidates)).toEqual([
    '/rules/0/steps/0',
    1,
  ]);
});

test('one project with people enough is enough; people of two projects do not add up', () => {
  const asked = [step({ roles: ['approver'] }, 2)];
  expect(problem(asked, [person('a', 'approver', 'p'), person('b', 'approver', 'p')])).toBeUndefined();
  expect(problem(asked, [person('a', 'approver', 'p'), person('b', 'approver', 'q')])).toBeDefined();
  expect(problem(asked, [person('a', 'approver', 'p'), person('b', 'approver')])).toBeUndefined();
});

test('a project that a rule names must have its people', () => {
  const asked = policyOf(rule({ when: { projects: ['p', 'q'] }, steps: [step({ roles: ['approver'] })] }));
  const lack = unsatisfiable(asked, [person('a', 'approver', 'p')], OUTSIDER);
  expect(lack).toMatchObject({ projectId: 'q', available: 0 });
  expect(unsatisfiable(asked, [person('a', 'approver')], OUTSIDER)).toBeUndefined();
});

test('steps that only the same person could decide cannot be met together: the later one is named', () => {
  const steps = [step({ users: ['a'] }), step({ roles: ['approver'] })];
  expect(problem(steps, [person('a', 'approver')])).toEqual(['/rules/0/steps/1', 0]);
});

test('rules that one change can meet are looked at together, others are not', () => {
  const one = [step({ users: ['a'] })];
  const apart = policyOf(
    rule({ name: 'x', when: { operations: ['update'] }, steps: one }),
    rule({ name: 'y', when: { operations: ['delete'] }, steps: one }),
  );
  expect(unsatisfiable(apart, [person('a', 'approver')], OUTSIDER)).toBeUndefined();
  const together = policyOf(rule({ name: 'x', steps: one }), rule({ name: 'y', when: { tags: ['t'] }, steps: one }));
  expect(unsatisfiable(together, [person('a', 'approver')], OUTSIDER)).toMatchObject({ rule: 'y', ruleAt: 1 });
  const nested = policyOf(
    rule({ name: 'x', when: { paths: ['team'] }, steps: one }),
    rule({ name: 'y', when: { paths: ['team/db'] }, steps: one }),
  );
  expect(unsatisfiable(nested, [person('a', 'approver')], OUTSIDER)).toBeDefined();
});

test('whoever asks does not count: somebody must be able to ask whom nobody needs for the approval', () => {
  const asked = [step({ roles: ['admin'] }, 2)];
  const admins = [person('a', 'admin'), person('b', 'admin')];
  const asking = (...ids: string[]) => ids.map((personId) => ({ personId, projectIds: [null] }));
  expect(problem(asked, admins, asking('a', 'b'))).toEqual(['/rules/0/steps/0', 1]);
  expect(problem(asked, admins, asking('a', 'b', 'author'))).toBeUndefined();
  expect(problem(asked, [...admins, person('c', 'admin')], asking('a', 'b', 'c'))).toBeUndefined();
});

test('nobody at all', () => {
  expect(problem([step({ roles: ['auditor'] })], [])).toEqual(['/rules/0/steps/0', 0]);
});

/** Can each required approval get a person of its own? Tries everything. */
function bruteForce(slots: readonly ApprovalStep[], candidates: ReturnType<typeof votersIn>): boolean {
  const [slot, ...others] = slots;
  if (slot === undefined) return true;
  return candidates.some(
    (each) =>
      isEligible(slot, each) &&
      bruteForce(
        others,
        candidates.filter((other) => other !== each),
      ),
  );
}

const PEOPLE = ['a', 'b', 'c', 'd'];
const anyCandidates = fc
  .uniqueArray(fc.constantFrom(...PEOPLE))
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc
          .tuple(fc.constantFrom<Role>('approver', 'admin', 'viewer'), fc.constantFrom('p', null), fc.subarray(['g']))
          .map(([role, projectId, groups]) => person(id, role, projectId, groups)),
      ),
    ),
  );
const anyRequesters = fc
  .subarray([...PEOPLE, 'author'])
  .map((ids) => ids.map((personId) => ({ personId, projectIds: [null] })));

test('agrees with trying every change, requester and choice of people', () => {
  const possible = (policy: ApprovalPolicy, candidates: Candidate[], requesters: typeof OUTSIDER) =>
    CONTEXTS.every(({ operation, facts }) => {
      const rules = policy.rules.filter((each) => ruleApplies(each, operation, [facts]));
      const slots = rules.flatMap((each) =>
        each.steps.flatMap((one) => Array.from({ length: one.required }, () => one)),
      );
      const named = facts.projectId === 'p' && policy.rules.some((each) => each.when.projects.includes('p'));
      return (named ? ['p'] : ['p', null]).some((projectId) =>
        (requesters.length === 0 ? [undefined] : requesters).some((requester) =>
          bruteForce(
            slots,
            votersIn(projectId, candidates).filter((each) => each.personId !== requester?.personId),
          ),
        ),
      );
    });
  fc.assert(
    fc.property(anyPolicy, anyCandidates, anyRequesters, (policy, candidates, requesters) => {
      expect(unsatisfiable(policy, candidates, requesters) === undefined).toBe(
        possible(policy, candidates, requesters),
      );
    }),
    { numRuns: 300 },
  );
});

test('a running request bars its requester and editors', () => {
  const voters = votersIn(null, [person('a', 'approver'), person('b', 'approver')]);
  const { rules } = policyOf(rule({ steps: [step({ roles: ['approver'] })] }));
  const asked = [{ profileId: 'id', profileVersion: 1, name: 'four eyes', expiresAfterHours: 1, rules }];
  expect(lackAmong(asked, voters, ['a'])).toBeUndefined();
  expect(lackAmong(asked, voters, ['a', 'b'])).toEqual({
    profileId: 'id',
    profile: 'four eyes',
    rule: 'rule',
    step: 'step',
    required: 1,
    available: 0,
  });
});
