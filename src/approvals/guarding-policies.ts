import type { Sql } from '../db.ts';
import { applicablePolicies, snapshotOf } from './applicable-rules.ts';
import type { AttachedPolicy, PolicySnapshot } from './approval-policy.ts';
import type { AdministrativeOperation } from './change-operation.ts';
import { attachedPolicies, policiesOfOrganization } from './policy-store.ts';
import { decides, decidesOtherwise, type Standing } from './standing.ts';
import { loadStandings } from './standing-store.ts';

/**
 * What policies ask of an administrative operation: the ones in `asking` as far as their rules name it, and the ones in
 * `guarding` in any case. A policy guards itself: whatever would open it, or change who decides under it, is asked about even
 * where its rules name other operations only, and is then asked of all its rules.
 */
export function askedOf(
  operation: AdministrativeOperation,
  asking: readonly AttachedPolicy[],
  guarding: readonly AttachedPolicy[],
): PolicySnapshot[] {
  return peopleAsked(operation, asking, guarding).map(withoutChecks);
}

/** Checks are made of secrets. A policy that asked for them of its own repair could not be repaired once a checker is gone. */
function withoutChecks(policy: PolicySnapshot): PolicySnapshot {
  return { ...policy, rules: policy.rules.map(({ requiredChecks: _, ...rule }) => rule) };
}

function peopleAsked(
  operation: AdministrativeOperation,
  asking: readonly AttachedPolicy[],
  guarding: readonly AttachedPolicy[],
): PolicySnapshot[] {
  const guards = new Map(guarding.map((policy) => [policy.profileId, policy]));
  return [
    ...[...guards.values()].map((policy) => applicablePolicies([policy], operation, [{}])[0] ?? snapshotOf(policy)),
    ...applicablePolicies(
      asking.filter((policy) => !guards.has(policy.profileId)),
      operation,
      [{}],
    ),
  ];
}

/** How somebody stands now and would stand afterwards. */
export interface StandingChange {
  readonly before: Standing;
  readonly after: Standing;
}

/**
 * What is asked when people come to stand otherwise: by the organization, and by every attached policy under which one of them
 * would decide something they do not decide now, or no longer.
 *
 * @param also further policies that are touched, whoever decides under them
 */
export async function askedForStandings(
  db: Sql,
  organizationId: string,
  operation: AdministrativeOperation,
  changes: readonly StandingChange[],
  also: (policy: AttachedPolicy) => boolean = () => false,
): Promise<PolicySnapshot[]> {
  const attached = await attachedPolicies(db, organizationId);
  const guarding = attached.filter(
    (policy) => also(policy) || changes.some(({ before, after }) => decidesOtherwise(policy, before, after)),
  );
  return askedOf(operation, await policiesOfOrganization(db, organizationId), guarding);
}

/** What is asked before somebody can act as these people, or becomes them: by the organization and wherever they decide. */
export async function askedForPeople(
  db: Sql,
  organizationId: string,
  operation: AdministrativeOperation,
  personIds: readonly string[],
): Promise<PolicySnapshot[]> {
  const standings = await loadStandings(db, organizationId, personIds);
  const attached = await attachedPolicies(db, organizationId);
  const guarding = attached.filter((policy) =>
    standings.some((standing) => decides(policy, { ...standing, disabled: false })),
  );
  return askedOf(operation, await policiesOfOrganization(db, organizationId), guarding);
}
