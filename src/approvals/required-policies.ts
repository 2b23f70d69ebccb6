import type { Sql } from '../db.ts';
import type { PolicySnapshot } from './approval-policy.ts';
import type { Change } from './change.ts';
import type { ChangeSubject } from './change-subject.ts';

/** What policies ask of a running request: those it was opened under, and those that hold now. Both must be met. */
export async function requiredPolicies(db: Sql, subject: ChangeSubject, change: Change): Promise<PolicySnapshot[]> {
  const known = new Set(change.policies.map(identityOf));
  const current = await subject.policies(db, change);
  return [...change.policies, ...current.filter((policy) => !known.has(identityOf(policy)))];
}

/** A version of a profile asks by the same rules as long as the changed thing is the same; if not, both are asked. */
function identityOf({ profileId, profileVersion, rules }: PolicySnapshot): string {
  return JSON.stringify([profileId, profileVersion, rules.map((rule) => rule.name)]);
}
