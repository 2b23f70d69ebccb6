import { type ApprovalPolicy, type ApprovalRule, type ApprovalStep, isEligible } from './approval-policy.ts';
import { type Candidate, votersIn } from './satisfiable-policy.ts';

/** Who could decide a step as things stand. */
export interface StepEligibility {
  readonly step: string;
  readonly required: number;
  /** May approve here, in at least one of the places that the rule is about. */
  readonly canDecide: readonly Candidate[];
  /** Named by the step without the right to review in any of these places. */
  readonly mayNotReview: readonly Candidate[];
}

export interface RuleEligibility {
  readonly rule: string;
  readonly steps: readonly StepEligibility[];
}

/**
 * For every step of every rule, in order: who could decide it if a change opened now. Each step is looked at for itself; whether
 * there are enough people for all of them together is what `unsatisfiable` tells.
 *
 * @param barred people who may not decide: who asks for the change
 */
export function eligibleFor(
  policy: ApprovalPolicy,
  candidates: readonly Candidate[],
  barred: readonly string[],
): RuleEligibility[] {
  const left = candidates.filter(({ personId }) => !barred.includes(personId));
  return policy.rules.map((rule) => {
    const steps = rule.steps.map((step) => {
      const canDecide = left.filter((candidate) =>
        placesOf(rule, candidate).some((place) => decidesIn(step, candidate, place)),
      );
      const named = left.filter((candidate) =>
        placesOf(rule, candidate).some((place) => isNamedIn(step, candidate, place)),
      );
      const mayNotReview = named.filter((candidate) => !canDecide.includes(candidate));
      return { step: step.name, required: step.required, canDecide, mayNotReview };
    });
    return { rule: rule.name, steps };
  });
}

/**
 * Projects the rule names; else wherever this person holds anything, for in all other projects it counts as in the whole
 * organization. Null: the whole organization only.
 */
function placesOf({ when }: ApprovalRule, { grants }: Candidate): readonly (string | null)[] {
  if (when.projects.length > 0) return when.projects;
  return [...new Set([null, ...grants.map(({ projectId }) => projectId)])];
}

function decidesIn(step: ApprovalStep, candidate: Candidate, projectId: string | null): boolean {
  return votersIn(projectId, [candidate]).some((voter) => isEligible(step, voter));
}

function isNamedIn(step: ApprovalStep, candidate: Candidate, projectId: string | null): boolean {
  return votersIn(projectId, [candidate]).some((voter) => isEligible(step, { ...voter, mayReview: true }));
}
