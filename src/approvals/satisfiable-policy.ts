import { RIGHTS_OF_ROLE, type Right, type Role } from '../access/roles.ts';
import { snapshotOf } from './applicable-rules.ts';
import {
  type ApprovalPolicy,
  type ApprovalRule,
  evaluatePolicy,
  type PolicySnapshot,
  type Voter,
} from './approval-policy.ts';
import { ruleSets } from './rule-sets.ts';

const rightsOf: Record<Role, readonly Right[]> = RIGHTS_OF_ROLE;

/** Somebody whom a policy names in any way, with every role and where it is held; null: in the whole organization. */
export interface Candidate {
  readonly personId: string;
  readonly name: string;
  readonly groupIds: readonly string[];
  readonly grants: readonly { readonly role: Role; readonly projectId: string | null }[];
}

/** Somebody who can ask for changes, in person or through a machine, and where. */
export interface Requester {
  readonly personId: string;
  readonly projectIds: readonly (string | null)[];
}

/** A step that nobody who is there can meet. */
export interface Lack {
  readonly rule: string;
  readonly step: string;
  readonly required: number;
  /** Different people who could decide it, beside those whom earlier steps need. */
  readonly available: number;
}

/** With the place of the step among all steps. */
interface PlacedLack extends Lack {
  readonly at: number;
}

/** A lack as it is kept with what it makes wait. */
export interface Unsatisfiable extends Lack {
  /** ISO 8601, from the database clock. */
  readonly since: string;
}

/** What people may decide in a project, or with null in the whole organization only. */
export function votersIn(projectId: string | null, candidates: readonly Candidate[]): Voter[] {
  return candidates.map(({ personId, groupIds, grants }) => {
    const roles = grants
      .filter((grant) => grant.projectId === null || grant.projectId === projectId)
      .map((grant) => grant.role);
    return { personId, groupIds, roles, mayReview: roles.some((role) => rightsOf[role].includes('change.review')) };
  });
}

/** The first step that these people cannot meet together, or undefined when they can meet all. */
function lackOf(policy: PolicySnapshot, voters: readonly Voter[]): PlacedLack | undefined {
  const { steps } = evaluatePolicy(policy, voters);
  const at = steps.findIndex((each) => !each.satisfied);
  const step = steps[at];
  return step && { rule: step.rule, step: step.name, required: step.required, available: step.votes.length, at };
}

/** A lack of one of the policies that a change must meet. */
export interface ChangeLack extends Lack {
  readonly profileId: string;
  readonly profile: string;
}

/** What stops a change whose requester and editors are barred, or undefined when the others can approve it. */
export function lackAmong(
  policies: readonly PolicySnapshot[],
  voters: readonly Voter[],
  barred: readonly string[],
): ChangeLack | undefined {
  const left = voters.filter(({ personId }) => !barred.includes(personId));
  for (const policy of policies) {
    const lack = lackOf(policy, left);
    if (lack !== undefined) {
      const { rule, step, required, available } = lack;
      return { profileId: policy.profileId, profile: policy.name, rule, step, required, available };
    }
  }
  return undefined;
}

/** Where in a policy somebody is missing. */
export interface PolicyLack extends Lack {
  /** Places of the rule in the policy and of the step in the rule. */
  readonly ruleAt: number;
  readonly stepAt: number;
  /** The project that a rule names, when it is about that. */
  readonly projectId: string | null;
}

/**
 * Why no change under this policy could ever be approved by people other than its requester, or undefined when some could:
 * in every project that a rule names, and for the rules of all projects in at least one place. Rules that one change can
 * meet together are looked at together. A policy that passes may still be out of reach for somebody's change: that is
 * refused when the change opens.
 */
export function unsatisfiable(
  policy: ApprovalPolicy,
  candidates: readonly Candidate[],
  requesters: readonly Requester[],
): PolicyLack | undefined {
  const lackIn = (projectId: string | null, rules: readonly ApprovalRule[]): PolicyLack | undefined => {
    const snapshot = snapshotOf({ rules, profileId: '', profileVersion: 0, name: '' });
    const voters = votersIn(projectId, candidates);
    const lack = lackBesideSomeRequester(snapshot, voters, requestersIn(projectId, requesters));
    if (lack === undefined) return undefined;
    const { at, ...rest } = lack;
    const steps = rules.flatMap((rule) => rule.steps.map((_, stepAt) => ({ rule, stepAt })));
    const ruleAt = policy.rules.indexOf(steps[at]?.rule as ApprovalRule);
    return { ...rest, ruleAt, stepAt: steps[at]?.stepAt ?? 0, projectId };
  };
  for (const projectId of new Set(policy.rules.flatMap((rule) => rule.when.projects))) {
    for (const rules of ruleSets(policy.rules, projectId)) {
      const lack = lackIn(projectId, rules);
      if (lack !== undefined) return lack;
    }
  }
  const projects = candidates.flatMap(({ grants }) => grants.map((grant) => grant.projectId));
  const places = [...new Set([null, ...projects])];
  for (const rules of ruleSets(policy.rules, null)) {
    const lacks = places.map((projectId) => lackIn(projectId, rules));
    const [first] = lacks;
    if (first !== undefined && !lacks.includes(undefined)) return { ...first, projectId: null };
  }
  return undefined;
}

/** Undefined when there is a requester beside whom the others can meet it; without any requester, when all can. */
function lackBesideSomeRequester(
  policy: PolicySnapshot,
  voters: readonly Voter[],
  requesters: ReadonlySet<string>,
): PlacedLack | undefined {
  const status = evaluatePolicy(policy, voters);
  const lack = lackOf(policy, voters);
  if (lack !== undefined || requesters.size === 0) return lack;
  const needed = new Set(status.steps.flatMap((step) => step.votes));
  let first: PlacedLack | undefined;
  for (const requester of requesters) {
    if (!needed.has(requester)) return undefined;
    const without = lackOf(
      policy,
      voters.filter(({ personId }) => personId !== requester),
    );
    if (without === undefined) return undefined;
    first ??= without;
  }
  return first;
}

function requestersIn(projectId: string | null, requesters: readonly Requester[]): Set<string> {
  const here = requesters.filter(({ projectIds }) => projectIds.some((id) => id === null || id === projectId));
  return new Set(here.map(({ personId }) => personId));
}
