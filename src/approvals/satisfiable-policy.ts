import { RIGHTS_OF_ROLE, type Right, type Role } from '../access/roles.ts';
import type { FieldProblem } from '../errors.ts';
import { type ApprovalPolicy, type ApprovalStep, evaluatePolicy, isEligible, type Voter } from './approval-policy.ts';
import type { Candidate } from './approval-profile-store.ts';

const rightsOf: Record<Role, readonly Right[]> = RIGHTS_OF_ROLE;

/**
 * Why nobody could ever meet this policy as things stand, or undefined when in at least one place (the whole
 * organization or one project) there are people enough. A policy that passes may still wait for ever in another
 * project: that shows in the request, not here.
 */
export function unsatisfiable(policy: ApprovalPolicy, candidates: readonly Candidate[]): FieldProblem | undefined {
  const scopes = scopesOf(candidates).map((projectId) => votersIn(projectId, candidates));
  const snapshot = { ...policy, profileId: '', profileVersion: 1, name: '' };
  if (scopes.some((voters) => evaluatePolicy(snapshot, voters).satisfied)) return undefined;
  for (const [index, step] of policy.steps.entries()) {
    const most = Math.max(...scopes.map((voters) => eligible(step, voters)));
    if (most < step.required) {
      return {
        pointer: `/steps/${index}/required`,
        expected: `at most ${most}, the people who could decide this step`,
      };
    }
  }
  return { pointer: '/steps', expected: 'steps that different people can meet together' };
}

/** Null first: what is held in the whole organization counts in every project. */
function scopesOf(candidates: readonly Candidate[]): (string | null)[] {
  const projects = candidates.flatMap(({ grants }) => grants.map((grant) => grant.projectId));
  return [...new Set([null, ...projects])];
}

function votersIn(projectId: string | null, candidates: readonly Candidate[]): Voter[] {
  return candidates.map(({ personId, groupIds, grants }) => {
    const roles = grants
      .filter((grant) => grant.projectId === null || grant.projectId === projectId)
      .map((grant) => grant.role);
    return { personId, groupIds, roles, mayReview: roles.some((role) => rightsOf[role].includes('change.review')) };
  });
}

function eligible(step: ApprovalStep, voters: readonly Voter[]): number {
  return voters.filter((voter) => isEligible(step, voter)).length;
}
