import type { Role } from '../access/roles.ts';

/** Every kind of change that goes through the one door. */
export const CHANGE_OPERATIONS = [
  'create',
  'import',
  'update',
  'edit_metadata',
  'rollback',
  'delete',
  'restore',
  'destroy',
  'enable_version',
  'disable_version',
  'destroy_version',
  'enable',
  'disable',
  'protect',
  'unprotect',
  'change_source',
  'add_target',
  'remove_target',
  'resolve_target',
] as const;
export type ChangeOperation = (typeof CHANGE_OPERATIONS)[number];

/** Who may decide one step: any of these, as they are at the moment that counts. */
export interface StepApprovers {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly roles: readonly Role[];
}

export interface ApprovalStep {
  readonly name: string;
  readonly approvers: StepApprovers;
  /** Distinct people, at least 1. */
  readonly required: number;
}

/** What an approval profile demands. */
export interface ApprovalPolicy {
  /** Operations that wait; all of them when empty. */
  readonly operations: readonly ChangeOperation[];
  /** Steps one after the other, or in any order. */
  readonly order: 'sequential' | 'any';
  readonly steps: readonly ApprovalStep[];
  readonly expiresAfterHours: number;
}

/** A policy as it was when a request opened: a running request keeps it. */
export interface PolicySnapshot extends ApprovalPolicy {
  readonly profileId: string;
  readonly profileVersion: number;
  readonly name: string;
}

/** A person as far as eligibility goes, at this moment. */
export interface Voter {
  readonly personId: string;
  readonly groupIds: readonly string[];
  /** Roles held in the change's project or the whole organization. */
  readonly roles: readonly Role[];
  /** Holds `change.review` there and is not disabled. */
  readonly mayReview: boolean;
}

export interface StepStatus {
  readonly name: string;
  readonly required: number;
  readonly votes: readonly string[];
  readonly satisfied: boolean;
  /** Votes are taken for it now. */
  readonly open: boolean;
}

export interface PolicyStatus {
  readonly profileId: string;
  readonly profileVersion: number;
  readonly name: string;
  readonly steps: readonly StepStatus[];
  readonly satisfied: boolean;
}

/** Does the policy ask for a decision on this operation? An import makes a secret, so who governs creating governs it too. */
export function governs(policy: ApprovalPolicy, operation: ChangeOperation): boolean {
  if (policy.operations.length === 0 || policy.operations.includes(operation)) return true;
  return operation === 'import' && policy.operations.includes('create');
}

/** May this person decide this step? The right to review is needed on top of being named. */
export function isEligible(step: ApprovalStep, voter: Voter): boolean {
  if (!voter.mayReview) return false;
  const { users, groups, roles } = step.approvers;
  return (
    users.includes(voter.personId) ||
    groups.some((group) => voter.groupIds.includes(group)) ||
    roles.some((role) => voter.roles.includes(role))
  );
}

/**
 * Counts approvals against a policy. A person counts once per policy even when several steps would take them: votes are
 * matched to steps (Kuhn's augmenting paths), earlier steps first, so that no order of voting makes a satisfiable set fail.
 *
 * @param votes the people who approved this revision, in the order of their votes, with what they hold now
 */
export function evaluatePolicy(policy: PolicySnapshot, votes: readonly Voter[]): PolicyStatus {
  const voters = [...new Map(votes.map((voter) => [voter.personId, voter])).values()];
  const slots = policy.steps.flatMap((step, index) => Array.from({ length: step.required }, () => ({ step, index })));
  const slotOfVoter = new Map<number, number>();

  const fill = (slot: number, visited: Set<number>): boolean => {
    const step = slots[slot]?.step;
    if (step === undefined) return false;
    for (const [voterIndex, voter] of voters.entries()) {
      if (visited.has(voterIndex) || !isEligible(step, voter)) continue;
      visited.add(voterIndex);
      const taken = slotOfVoter.get(voterIndex);
      if (taken === undefined || fill(taken, visited)) {
        slotOfVoter.set(voterIndex, slot);
        return true;
      }
    }
    return false;
  };
  for (const slot of slots.keys()) fill(slot, new Set());

  const votesOfStep = new Map<number, string[]>();
  for (const [voterIndex, slot] of slotOfVoter) {
    const index = slots[slot]?.index ?? 0;
    votesOfStep.set(index, [...(votesOfStep.get(index) ?? []), voters[voterIndex]?.personId ?? '']);
  }
  let earlierSatisfied = true;
  const steps = policy.steps.map((step, index) => {
    const counted = votesOfStep.get(index) ?? [];
    const satisfied = counted.length >= step.required;
    const open = !satisfied && (policy.order === 'any' || earlierSatisfied);
    earlierSatisfied &&= satisfied;
    return { name: step.name, required: step.required, votes: counted, satisfied, open };
  });
  const { profileId, profileVersion, name } = policy;
  return { profileId, profileVersion, name, steps, satisfied: steps.every((step) => step.satisfied) };
}

/**
 * Would a further person's approval count now? In a sequential policy only steps up to the first unsatisfied one take votes.
 */
export function approvalWouldCount(
  policies: readonly PolicySnapshot[],
  voters: readonly Voter[],
  next: Voter,
): boolean {
  return policies.some((policy) => {
    const firstOpen = evaluatePolicy(policy, voters).steps.findIndex((step) => step.open);
    const taking = policy.order === 'any' ? policy : { ...policy, steps: policy.steps.slice(0, firstOpen + 1) };
    return countedVotes(taking, [...voters, next]) > countedVotes(taking, voters);
  });
}

function countedVotes(policy: PolicySnapshot, voters: readonly Voter[]): number {
  return evaluatePolicy(policy, voters).steps.reduce((sum, step) => sum + step.votes.length, 0);
}

/** May this person reject? Whoever could decide any step of any policy, open or not. */
export function mayReject(policies: readonly PolicySnapshot[], voter: Voter): boolean {
  return policies.some((policy) => policy.steps.some((step) => isEligible(step, voter)));
}
