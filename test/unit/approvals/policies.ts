import fc from 'fast-check';
import { ROLES } from '../../../src/access/roles.ts';
import type { ConditionFacts } from '../../../src/approvals/applicable-rules.ts';
import type {
  ApprovalPolicy,
  ApprovalRule,
  ApprovalStep,
  RuleConditions,
} from '../../../src/approvals/approval-policy.ts';
import type { ChangeOperation } from '../../../src/approvals/change-operation.ts';

export const NOTHING: RuleConditions = { operations: [], projects: [], customers: [], paths: [], tags: [], types: [] };

export function step(approvers: Partial<ApprovalStep['approvers']>, required = 1, name = 'step'): ApprovalStep {
  return { name, approvers: { users: [], groups: [], roles: [], ...approvers }, required };
}

export function rule(parts: Partial<Omit<ApprovalRule, 'when'>> & { when?: Partial<RuleConditions> }): ApprovalRule {
  const { when = {}, ...rest } = parts;
  return {
    name: 'rule',
    order: 'any',
    steps: [step({ roles: ['approver'] })],
    expiresAfterHours: 72,
    ...rest,
    when: { ...NOTHING, ...when },
  };
}

export function policyOf(...rules: ApprovalRule[]): ApprovalPolicy {
  return { rules };
}

const few = <T>(...from: T[]) => fc.subarray(from, { maxLength: Math.min(from.length, 2) });
const anyStep = fc
  .tuple(few('a', 'b', 'c'), few('g', 'h'), few(...ROLES.slice(0, 5)), fc.integer({ min: 1, max: 2 }))
  .map(([users, groups, roles, required]) => step({ users, groups, roles }, required));
const anyRule = fc
  .record({
    operations: few<ChangeOperation>('update', 'delete'),
    projects: few('p'),
    paths: few('team', 'team/db'),
    tags: few('t'),
    types: few('api_key'),
    steps: fc.array(anyStep, { minLength: 1, maxLength: 2 }),
    order: fc.constantFrom<ApprovalRule['order']>('any', 'sequential'),
    expiresAfterHours: fc.constantFrom(24, 72),
  })
  .map(({ steps, order, expiresAfterHours, ...when }) => rule({ when, steps, order, expiresAfterHours }));

/** Policies over a small world, so that rules often meet. */
export const anyPolicy: fc.Arbitrary<ApprovalPolicy> = fc
  .array(anyRule, { minLength: 1, maxLength: 3 })
  .map((rules) => policyOf(...rules.map((each, index) => ({ ...each, name: `rule ${index}` }))));

/** Every change of that world. */
export const CONTEXTS: readonly { operation: ChangeOperation; facts: ConditionFacts }[] = (
  ['update', 'delete', 'create'] as const
).flatMap((operation) =>
  ['p', 'other'].flatMap((projectId) =>
    ['', 'team', 'team/db'].flatMap((path) =>
      [[], ['t']].flatMap((tags) =>
        ['api_key', 'generic'].map((type) => ({ operation, facts: { projectId, path, tags, type } })),
      ),
    ),
  ),
);
