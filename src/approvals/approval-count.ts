import type { Sql } from '../db.ts';
import { evaluatePolicy, type PolicySnapshot } from './approval-policy.ts';
import type { Change } from './change.ts';
import { listReviews } from './change-store.ts';
import { listChecks } from './check-store.ts';
import { type MissingCheck, missingChecks } from './required-checks.ts';
import { loadVoters } from './voter-store.ts';

/** Do the votes on this very revision suffice, by what those who cast them hold now? */
export async function votesSuffice(tx: Sql, change: Change, policies: readonly PolicySnapshot[]): Promise<boolean> {
  const reviews = await listReviews(tx, change.id);
  const approvers = reviews.filter((review) => review.revision === change.revision && review.decision === 'approve');
  const voters = await loadVoters(
    tx,
    change.organizationId,
    change.projectId,
    approvers.map((review) => review.personId),
  );
  return policies.every((policy) => evaluatePolicy(policy, voters).satisfied);
}

/** Checks that these policies ask for and that are not `ok` on the change as it is. */
export async function checksMissing(
  db: Sql,
  change: Change,
  policies: readonly PolicySnapshot[],
): Promise<MissingCheck[]> {
  const asked = policies.some(({ rules }) => rules.some((rule) => (rule.requiredChecks ?? []).length > 0));
  return asked ? missingChecks(policies, await listChecks(db, change.id), change.digest) : [];
}
