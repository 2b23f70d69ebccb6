import type { Sql } from '../db.ts';
import { governs, type PolicySnapshot } from './approval-policy.ts';
import type { Change } from './change.ts';
import type { ChangeSubject } from './change-subject.ts';
import { policiesOfProfiles } from './policy-store.ts';

/** The policies a running request must meet: those it was opened under, and those that hold now. */
export async function requiredPolicies(db: Sql, subject: ChangeSubject, change: Change): Promise<PolicySnapshot[]> {
  const current = await policiesOfProfiles(db, change.organizationId, subject.policyProfiles(change));
  const known = new Set(change.policies.map((policy) => `${policy.profileId}@${policy.profileVersion}`));
  const added = current.filter(
    (policy) => governs(policy, change.operation) && !known.has(`${policy.profileId}@${policy.profileVersion}`),
  );
  return [...change.policies, ...added];
}
