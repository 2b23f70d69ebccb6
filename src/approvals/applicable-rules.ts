import type { ApprovalRule, AttachedPolicy, PolicySnapshot, RuleConditions } from './approval-policy.ts';
import type { ChangeOperation } from './change-operation.ts';

/**
 * What conditions look at. What is absent the changed thing has not got: a vault, a profile or a policy stands for
 * everything behind it, so conditions on it count as met.
 */
export interface ConditionFacts {
  readonly projectId?: string;
  /** Null: shared by all customers. */
  readonly customerId?: string | null;
  /** Folder, `''` at the top. */
  readonly path?: string;
  readonly tags?: readonly string[];
  readonly type?: string;
  /** Owned by the system: whoever asks must be allowed to keep such. */
  readonly system?: true;
}

/** Are the conditions met, whatever is done? */
export function reaches(when: RuleConditions, facts: ConditionFacts): boolean {
  const { projectId, customerId, path, tags, type } = facts;
  return (
    (projectId === undefined || isOneOf(when.projects, projectId)) &&
    (customerId === undefined ||
      when.customers.length === 0 ||
      (customerId !== null && when.customers.includes(customerId))) &&
    (path === undefined || when.paths.length === 0 || when.paths.some((folder) => isWithin(path, folder))) &&
    (tags === undefined || when.tags.length === 0 || when.tags.some((tag) => tags.includes(tag))) &&
    (type === undefined || isOneOf(when.types, type))
  );
}

/**
 * Does the rule ask about this operation? `facts` are those before the change and, when the change itself moves them, those
 * after it. A rule that is about to lose the thing out of its reach is asked whatever operations it names: else whoever
 * may take a tag away could walk around it.
 */
export function ruleApplies(
  { when }: Pick<ApprovalRule, 'when'>,
  operation: ChangeOperation,
  facts: readonly ConditionFacts[],
): boolean {
  const reached = facts.map((each) => reaches(when, each));
  if (names(when, operation)) return reached.includes(true);
  return reached[0] === true && reached.includes(false);
}

/** What these profiles ask of a change. Those without a rule that applies ask nothing. */
export function applicablePolicies(
  policies: readonly AttachedPolicy[],
  operation: ChangeOperation,
  facts: readonly ConditionFacts[],
): PolicySnapshot[] {
  return policies.flatMap((policy) => {
    const rules = policy.rules.filter((rule) => ruleApplies(rule, operation, facts));
    return rules.length === 0 ? [] : [snapshotOf(policy, rules)];
  });
}

/** The policy with these rules only, as a change that opens now is to meet it. */
export function snapshotOf(policy: AttachedPolicy, rules: readonly ApprovalRule[] = policy.rules): PolicySnapshot {
  const { profileId, profileVersion, name } = policy;
  return {
    profileId,
    profileVersion,
    name,
    expiresAfterHours: Math.min(...rules.map((rule) => rule.expiresAfterHours)),
    rules: rules.map(({ name: rule, order, steps, requiredChecks }) => ({
      ...{ name: rule, order, steps },
      ...(requiredChecks?.length ? { requiredChecks } : {}),
    })),
  };
}

/** An import makes a secret, so who governs creating governs it too. */
function names({ operations }: Pick<RuleConditions, 'operations'>, operation: ChangeOperation): boolean {
  return isOneOf(operations, operation) || (operation === 'import' && operations.includes('create'));
}

function isOneOf<T>(list: readonly T[], one: T): boolean {
  return list.length === 0 || list.includes(one);
}

/** By whole names: `team/db` holds `team/db/eu`, not `team/db2`. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
