import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import type { Sql } from '../db.ts';
import { invalidField } from '../errors.ts';
import { findCandidates, findRequesters, knownIds } from './candidate-store.ts';
import { eligibleFor, type StepEligibility } from './eligibility.ts';
import type { Eligibility, PreviewEligibility } from './eligibility-schemas.ts';
import { assertKnown } from './policy-check.ts';
import { isShorthand, parsePolicy } from './policy-input.ts';
import { type Candidate, unsatisfiable } from './satisfiable-policy.ts';

export interface EligibilityServiceDeps {
  readonly db: Sql;
  /** Types of secrets that conditions may name. */
  readonly secretTypes: readonly string[];
}

/**
 * Who could decide under a draft of a policy, as things and people are now. Needs `policy.administer`; throws `invalid_input`
 * naming the field.
 */
export type EligibilityService = (actor: Actor, input: PreviewEligibility) => Promise<Eligibility>;

const MOST_PEOPLE = 50;

export function createEligibilityService({ db, secretTypes }: EligibilityServiceDeps): EligibilityService {
  return async (actor, { policy: input, requesterId }) => {
    authorize(actor, 'policy.administer');
    const { organizationId } = actor;
    const policy = parsePolicy(input);
    await assertKnown(db, organizationId, policy, { types: secretTypes, shorthand: isShorthand(input) });
    if (requesterId !== undefined) await assertPerson(db, organizationId, requesterId);
    const [candidates, requesters] = await Promise.all([
      findCandidates(db, organizationId, [policy]),
      requesterId === undefined ? findRequesters(db, organizationId) : [{ personId: requesterId, projectIds: [null] }],
    ]);
    const rules = eligibleFor(policy, candidates, requesterId === undefined ? [] : [requesterId]);
    return {
      unsatisfiable: unsatisfiable(policy, candidates, requesters) ?? null,
      rules: rules.map(({ rule, steps }) => ({ rule, steps: steps.map(stepView) })),
    };
  };
}

async function assertPerson(db: Sql, organizationId: string, personId: string): Promise<void> {
  const known = await knownIds(db, organizationId, { users: [personId], groups: [], projects: [], customers: [] });
  if (!known.has(`users:${personId}`)) throw invalidField('/requesterId', 'the id of one of the users');
}

function stepView({ step, required, canDecide, mayNotReview }: StepEligibility) {
  return { step, required, canDecide: peopleRef(canDecide), mayNotReview: peopleRef(mayNotReview) };
}

function peopleRef(candidates: readonly Candidate[]) {
  const people = candidates.slice(0, MOST_PEOPLE).map(({ personId: id, name }) => ({ id, name }));
  return { count: candidates.length, people };
}
