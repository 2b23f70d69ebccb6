import type { Role } from '../access/roles.ts';
import type { ChangeOperation } from './change-operation.ts';
import { matchPairs } from './matching.ts';

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

/** When a rule applies. Each list is met by any of its entries; an empty one by everything. All of them must be met. */
export interface RuleConditions {
  readonly operations: readonly ChangeOperation[];
  /** Project ids. */
  readonly projects: readonly string[];
  /** Ids. A shared secret is no customer's. */
  readonly customers: readonly string[];
  /** Folders: each stands for itself and all below it. */
  readonly paths: readonly string[];
  /** One of them on the secret is enough. */
  readonly tags: readonly string[];
  readonly types: readonly string[];
}

/** Who must agree when a change meets the conditions. */
export interface RuleDemand {
  readonly name: string;
  /** Steps one after the other, or in any order. */
  readonly order: 'sequential' | 'any';
  readonly steps: readonly ApprovalStep[];
  /** Names of checks whose newest result must be `ok`, beside the votes. Absent: none. */
  readonly requiredChecks?: readonly string[];
}

export interface ApprovalRule extends RuleDemand {
  readonly when: RuleConditions;
  readonly expiresAfterHours: number;
}

/** What an approval profile demands: every rule that applies to a change is asked, and nobody counts for two of them. */
export interface ApprovalPolicy {
  readonly rules: readonly ApprovalRule[];
}

/** The current policy of an approval profile. */
export interface AttachedPolicy extends ApprovalPolicy {
  readonly profileId: string;
  readonly profileVersion: number;
  readonly name: string;
}

/** What one approval profile asked of one change when it opened: a running request keeps it. */
export interface PolicySnapshot {
  readonly profileId: string;
  readonly profileVersion: number;
  readonly name: string;
  /** The shortest of its rules. */
  readonly expiresAfterHours: number;
  /** The rules that applied, at least one. */
  readonly rules: readonly RuleDemand[];
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
  /** Name of the rule that demands it. */
  readonly rule: string;
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

/** Every step of every rule, in order. */
export function stepsOf(policy: { readonly rules: readonly RuleDemand[] }): ApprovalStep[] {
  return policy.rules.flatMap((rule) => rule.steps);
}

/**
 * Counts approvals against what a profile asks. A person counts once per profile even when several steps would take them:
 * votes are matched to steps, earlier steps first, so that no order of voting makes a satisfiable
 * set fail.
 *
 * @param votes the people who approved this revision, in the order of their votes, with what they hold now
 */
export function evaluatePolicy(policy: PolicySnapshot, votes: readonly Voter[]): PolicyStatus {
  const votesOfStep = matchVotes(stepsOf(policy), votes);
  let at = 0;
  const steps = policy.rules.flatMap(({ name: rule, order, steps: demanded }) => {
    let earlierSatisfied = true;
    return demanded.map(({ name, required }): StepStatus => {
      const counted = votesOfStep[at++] ?? [];
      const satisfied = counted.length >= required;
      const open = !satisfied && (order === 'any' || earlierSatisfied);
      earlierSatisfied &&= satisfied;
      return { rule, name, required, votes: counted, satisfied, open };
    });
  });
  const { profileId, profileVersion, name } = policy;
  return { profileId, profileVersion, name, steps, satisfied: steps.every((step) => step.satisfied) };
}

/** The people counted for each step: as many steps as possible get what they require, and nobody counts twice. */
function matchVotes(steps: readonly ApprovalStep[], votes: readonly Voter[]): string[][] {
  const voters = [...new Map(votes.map((voter) => [voter.personId, voter])).values()];
  const slots = steps.flatMap((step, index) => Array.from({ length: step.required }, () => ({ step, index })));
  const voterOfSlot = matchPairs(slots.length, voters.length, (slot, index) => {
    const [wanted, voter] = [slots[slot], voters[index]];
    return wanted !== undefined && voter !== undefined && isEligible(wanted.step, voter);
  });
  const votesOfStep = steps.map((): string[] => []);
  for (const [slot, index] of voterOfSlot.entries()) {
    const voter = index === undefined ? undefined : voters[index];
    if (voter !== undefined) votesOfStep[slots[slot]?.index ?? 0]?.push(voter.personId);
  }
  return votesOfStep;
}

/** Would a further person's approval count now? In a sequential rule only steps up to the first unsatisfied one take votes. */
export function approvalWouldCount(
  policies: readonly PolicySnapshot[],
  voters: readonly Voter[],
  next: Voter,
): boolean {
  return policies.some((policy) => {
    const taking = takingVotes(policy, voters);
    return countedVotes(taking, [...voters, next]) > countedVotes(taking, voters);
  });
}

/** The policy without the steps that do not take votes yet. */
function takingVotes(policy: PolicySnapshot, voters: readonly Voter[]): PolicySnapshot {
  const { steps } = evaluatePolicy(policy, voters);
  let at = 0;
  const rules = policy.rules.map((rule) => {
    const firstOpen = steps.slice(at, at + rule.steps.length).findIndex((step) => step.open);
    at += rule.steps.length;
    const taking = rule.order === 'any' || firstOpen === -1 ? rule.steps : rule.steps.slice(0, firstOpen + 1);
    return { ...rule, steps: taking };
  });
  return { ...policy, rules };
}

function countedVotes(policy: PolicySnapshot, voters: readonly Voter[]): number {
  return evaluatePolicy(policy, voters).steps.reduce((sum, step) => sum + step.votes.length, 0);
}

/** May this person reject? Whoever could decide any step of any policy, open or not. */
export function mayReject(policies: readonly PolicySnapshot[], voter: Voter): boolean {
  return policies.some((policy) => stepsOf(policy).some((step) => isEligible(step, voter)));
}
