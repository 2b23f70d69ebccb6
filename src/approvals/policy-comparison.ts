import { isWithin } from './applicable-rules.ts';
import type { ApprovalPolicy, ApprovalRule, ApprovalStep, RuleConditions, StepApprovers } from './approval-policy.ts';
import { matchPairs } from './matching.ts';

export const DIFFERENCE_ASPECTS = [
  'rule',
  'operations',
  'projects',
  'customers',
  'paths',
  'tags',
  'types',
  'steps',
  'required',
  'approvers',
  'order',
  'expiry',
  'checks',
] as const;

/** One way in which one policy demands more than another. */
export interface PolicyDifference {
  readonly rule: string;
  /** When it is about one step. */
  readonly step: string | null;
  readonly aspect: (typeof DIFFERENCE_ASPECTS)[number];
  /** A sentence for the reviewer. Ids stand in `entries`. */
  readonly text: string;
  /** What the sentence is about: operations, project or customer ids, folders, tags, types, or approvers as `user:<id>` and the like. */
  readonly entries: readonly string[];
}

/** What a reviewer of a changed policy has to know. */
export interface PolicyComparison {
  /** Something can be approved by fewer or other votes, or later, than before; or is not asked about any more. */
  readonly looser: readonly PolicyDifference[];
  readonly tighter: readonly PolicyDifference[];
}

/**
 * Compares two policies. `looser` is empty only if every set of votes that satisfies `after` would have satisfied `before`,
 * whatever the change; in doubt something is listed: a group that gives way to its only member counts as looser.
 */
export function comparePolicies(before: ApprovalPolicy, after: ApprovalPolicy): PolicyComparison {
  const text = (from: Readonly<Record<Gap['aspect'], string>>) => (gap: Gap) => ({ ...gap, text: from[gap.aspect] });
  return { looser: gapsIn(before, after).map(text(LOOSER)), tighter: gapsIn(after, before).map(text(TIGHTER)) };
}

/** Could something get through after the edit that would not have before? */
export function isLoosening(before: ApprovalPolicy, after: ApprovalPolicy): boolean {
  return gapsIn(before, after).length > 0;
}

type Gap = Omit<PolicyDifference, 'text'>;

const LOOSER = {
  rule: 'The rule is gone.',
  operations: 'These operations are no longer asked about.',
  projects: 'It no longer holds in these projects.',
  customers: 'It no longer holds for these customers.',
  paths: 'It no longer holds in these folders.',
  tags: 'It no longer holds for these tags.',
  types: 'It no longer holds for these types.',
  steps: 'The step is gone, or its votes count for another one.',
  required: 'Fewer approvals are enough.',
  approvers: 'These may approve who could not before.',
  order: 'The order of the steps no longer matters.',
  expiry: 'Undecided requests live longer.',
  checks: 'These checks need no longer be ok.',
} as const satisfies Record<Gap['aspect'], string>;

const TIGHTER = {
  rule: 'The rule is new.',
  operations: 'These operations are asked about as well.',
  projects: 'It holds in these projects as well.',
  customers: 'It holds for these customers as well.',
  paths: 'It holds in these folders as well.',
  tags: 'It holds for these tags as well.',
  types: 'It holds for these types as well.',
  steps: 'The step is new, or needs votes of its own.',
  required: 'More approvals are needed.',
  approvers: 'These may no longer approve.',
  order: 'The steps must be decided in their order.',
  expiry: 'Undecided requests expire sooner.',
  checks: 'These checks must be ok as well.',
} as const satisfies Record<Gap['aspect'], string>;

/** What `strict` demands that `lax` does not. Each rule needs one of its own that covers it; by name first. */
function gapsIn(strict: ApprovalPolicy, lax: ApprovalPolicy): Gap[] {
  const covers = (left: number, right: number): boolean => {
    const [rule, other] = [strict.rules[left], lax.rules[right]];
    return rule !== undefined && other !== undefined && ruleGaps(rule, other).length === 0;
  };
  const named = strict.rules.flatMap(({ name }, left): [number, number][] => {
    const right = lax.rules.findIndex((rule) => rule.name === name);
    return right >= 0 && covers(left, right) ? [[left, right]] : [];
  });
  const covered = matchPairs(strict.rules.length, lax.rules.length, covers, new Map(named));
  return strict.rules.flatMap((rule, index) => {
    if (covered[index] !== undefined) return [];
    const other = lax.rules.find(({ name }) => name === rule.name);
    return other === undefined ? [gap(rule, 'rule')] : ruleGaps(rule, other);
  });
}

const LISTS = ['operations', 'projects', 'customers', 'paths', 'tags', 'types'] as const;

function ruleGaps(rule: ApprovalRule, other: ApprovalRule): Gap[] {
  const missed = LISTS.flatMap((list) => {
    const entries = notReached(rule.when, other.when, list);
    return entries === undefined ? [] : [gap(rule, list, entries)];
  });
  const unchecked = (rule.requiredChecks ?? []).filter((name) => other.requiredChecks?.includes(name) !== true);
  const looseOrder = rule.order === 'sequential' && other.order === 'any' && rule.steps.length > 1;
  return [
    ...missed,
    ...stepGaps(rule, other),
    ...(looseOrder ? [gap(rule, 'order')] : []),
    ...(other.expiresAfterHours > rule.expiresAfterHours ? [gap(rule, 'expiry')] : []),
    ...(unchecked.length > 0 ? [gap(rule, 'checks', unchecked)] : []),
  ];
}

/** Entries of the one that the other does not reach; undefined when it reaches all. */
function notReached(when: RuleConditions, other: RuleConditions, list: (typeof LISTS)[number]): string[] | undefined {
  const [wanted, reached]: readonly (readonly string[])[] = [when[list], other[list]];
  if (wanted === undefined || reached === undefined || reached.length === 0) return undefined;
  // It held for everything: what is lost has no end.
  if (wanted.length === 0) return [];
  const isReached = (entry: string): boolean =>
    list === 'paths' ? reached.some((folder) => isWithin(entry, folder)) : reached.includes(entry);
  const lost = wanted.filter((entry) => !isReached(entry));
  return lost.length === 0 ? undefined : lost;
}

/** Every approval demanded needs one of its own in the other rule that nobody else could give. */
function stepGaps(rule: ApprovalRule, other: ApprovalRule): Gap[] {
  const [slots, others] = [slotsOf(rule.steps), slotsOf(other.steps)];
  const served = matchPairs(slots.length, others.length, (left, right) => {
    const [slot, candidate] = [slots[left], others[right]];
    return slot !== undefined && candidate !== undefined && added(slot.approvers, candidate.approvers).length === 0;
  });
  const lacking = [...new Set(slots.filter((_, index) => served[index] === undefined))];
  return lacking.flatMap((step) => {
    const same = other.steps.find(({ name }) => name === step.name);
    if (same === undefined) return [gap(rule, 'steps', [], step.name)];
    const entries = added(step.approvers, same.approvers);
    const gaps = [
      ...(same.required < step.required ? [gap(rule, 'required', [], step.name)] : []),
      ...(entries.length > 0 ? [gap(rule, 'approvers', entries, step.name)] : []),
    ];
    return gaps.length > 0 ? gaps : [gap(rule, 'steps', [], step.name)];
  });
}

function slotsOf(steps: readonly ApprovalStep[]): ApprovalStep[] {
  return steps.flatMap((step) => Array.from({ length: step.required }, () => step));
}

/** Approvers of the second that the first does not name. */
function added(from: StepApprovers, to: StepApprovers): string[] {
  return [
    ...to.users.filter((id) => !from.users.includes(id)).map((id) => `user:${id}`),
    ...to.groups.filter((id) => !from.groups.includes(id)).map((id) => `group:${id}`),
    ...to.roles.filter((role) => !from.roles.includes(role)).map((role) => `role:${role}`),
  ];
}

function gap(rule: ApprovalRule, aspect: Gap['aspect'], entries: string[] = [], step: string | null = null): Gap {
  return { rule: rule.name, step, aspect, entries };
}
