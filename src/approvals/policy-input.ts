import { AppError, invalidField } from '../errors.ts';
import type { ApprovalPolicy, ApprovalRule, RuleConditions } from './approval-policy.ts';
import type { PolicyInput } from './approval-profile-schemas.ts';

const NO_CONDITIONS: Omit<RuleConditions, 'operations'> = {
  projects: [],
  customers: [],
  paths: [],
  tags: [],
  types: [],
};

/** Name of the only rule of a policy that was given in short. */
const ONLY_RULE = 'all';

const SHORTHAND = ['operations', 'order', 'steps', 'expiresAfterHours', 'requiredChecks'] as const;

/** Was it given in short? Then problems are shown at its own fields. */
export function isShorthand(input: PolicyInput): boolean {
  return input.rules === undefined;
}

/** Does the input say anything about the policy? */
export function mentionsPolicy(input: PolicyInput): boolean {
  return input.rules !== undefined || SHORTHAND.some((field) => input[field] !== undefined);
}

/**
 * The policy that was asked for: the rules given, or in short one rule; what the short form leaves out stays as in `before`.
 * Throws `invalid_input` when both forms are mixed, steps are missing, or the short form meets a policy that has more to
 * it than it can say.
 */
export function parsePolicy(input: PolicyInput, before?: ApprovalPolicy): ApprovalPolicy {
  if (input.rules !== undefined) {
    const mixed = SHORTHAND.find((field) => input[field] !== undefined);
    if (mixed !== undefined) throw invalidField(`/${mixed}`, 'nothing beside `rules`');
    return { rules: input.rules };
  }
  const old = before === undefined ? undefined : onlyRule(before);
  if (before !== undefined && old === undefined) {
    throw new AppError('invalid_input', '/rules: expected all rules', {
      fields: [{ pointer: '/rules', expected: 'all rules: this policy has conditions or several of them' }],
    });
  }
  const steps = input.steps ?? old?.steps;
  if (steps === undefined) throw invalidField('/steps', 'at least one step, or `rules`');
  const rule: ApprovalRule = {
    name: old?.name ?? ONLY_RULE,
    when: { ...NO_CONDITIONS, operations: input.operations ?? old?.when.operations ?? [] },
    order: input.order ?? old?.order ?? 'sequential',
    steps,
    expiresAfterHours: input.expiresAfterHours ?? old?.expiresAfterHours ?? 72,
    requiredChecks: input.requiredChecks ?? old?.requiredChecks ?? [],
  };
  return { rules: [rule] };
}

/** The rule of a policy that the short form can say, else undefined. */
export function onlyRule({ rules }: ApprovalPolicy): ApprovalRule | undefined {
  const [rule, ...more] = rules;
  if (rule === undefined || more.length > 0) return undefined;
  const { operations: _operations, ...conditions } = rule.when;
  return Object.values(conditions).every((entries) => entries.length === 0) ? rule : undefined;
}
