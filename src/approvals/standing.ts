import { RIGHTS_OF_ROLE, type Right, type Role } from '../access/roles.ts';
import { isEligible, type RuleDemand, stepsOf } from './approval-policy.ts';
import { votersIn } from './satisfiable-policy.ts';

/** What a person is in approvals: roles with where they are held, and groups. */
export interface Standing {
  readonly personId: string;
  readonly disabled: boolean;
  readonly groupIds: readonly string[];
  readonly grants: readonly { readonly role: Role; readonly projectId: string | null }[];
}

interface Demanding {
  readonly rules: readonly RuleDemand[];
}

const rightsOf: Record<Role, readonly Right[]> = RIGHTS_OF_ROLE;

/** Is this person named in the policy, or could override it, in whatever project? */
export function decides(policy: Demanding, person: Standing): boolean {
  return decisions(policy, person, scopesOf([person])).includes(true);
}

/** Is there a project and a step that the person decides or is named for before and not after, or the other way round? */
export function decidesOtherwise(policy: Demanding, before: Standing, after: Standing): boolean {
  const scopes = scopesOf([before, after]);
  const then = decisions(policy, after, scopes);
  return decisions(policy, before, scopes).some((decided, at) => decided !== then[at]);
}

/**
 * For each scope: may the person override, and decide each step? And is the person named for it, even where the right to
 * review is still missing or the person is disabled: else a gate could be opened in two halves that nobody is asked about.
 */
function decisions(policy: Demanding, person: Standing, scopes: readonly (string | null)[]): boolean[] {
  return scopes.flatMap((projectId) => {
    const [voter] = votersIn(projectId, [{ ...person, name: '' }]);
    if (voter === undefined) return [];
    const overrides = voter.roles.some((role) => rightsOf[role].includes('change.override'));
    const named = stepsOf(policy).map((step) => isEligible(step, { ...voter, mayReview: true }));
    const able = stepsOf(policy).map((step) => isEligible(step, voter));
    return [overrides, ...named, ...[overrides, ...able].map((decided) => decided && !person.disabled)];
  });
}

/** Null first: what is held in the whole organization counts in every project. */
function scopesOf(standings: readonly Standing[]): (string | null)[] {
  return [...new Set([null, ...standings.flatMap(({ grants }) => grants.map((grant) => grant.projectId))])];
}
