import { rightHolders } from '../access/right-holder-store.ts';
import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import type { PolicySnapshot } from './approval-policy.ts';
import { findCandidates } from './candidate-store.ts';
import { type ChangeLack, lackAmong, votersIn } from './satisfiable-policy.ts';

interface Asked {
  readonly organizationId: string;
  readonly projectId: string | null;
  readonly policies: readonly PolicySnapshot[];
}

/** What stops a change as things stand when these people may not decide: its requester and editors. */
export async function findChangeLack(
  db: Sql,
  { organizationId, projectId, policies }: Asked,
  barred: readonly string[],
): Promise<ChangeLack | undefined> {
  if (policies.length === 0) return undefined;
  const candidates = await findCandidates(db, organizationId, policies);
  return lackAmong(policies, votersIn(projectId, candidates), barred);
}

/**
 * Throws `policy_unsatisfiable`, naming the step, when nobody else could approve a change that these people ask for. Where
 * somebody else may override, it may open all the same and is flagged: else those who are left could never repair a policy
 * whose approvers are gone.
 */
export async function assertSatisfiable(db: Sql, asked: Asked, barred: readonly string[]): Promise<void> {
  const lack = await findChangeLack(db, asked, barred);
  if (lack === undefined) return;
  const overriders = await rightHolders(db, asked.organizationId, 'change.override', asked.projectId);
  if (overriders.some((personId) => !barred.includes(personId))) return;
  const { profileId, profile, rule, step, required, available } = lack;
  throw new AppError(
    'policy_unsatisfiable',
    `Nobody could approve this: step "${step}" of "${profile}" asks for ${required}, and ${available} could decide it beside the requester, the editors and those whom earlier steps need.`,
    { facts: { approvalProfileId: profileId, approvalProfile: profile, rule, step, required, available } },
  );
}
