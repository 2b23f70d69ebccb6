import { rightHolders } from '../access/right-holder-store.ts';
import type { Sql } from '../db.ts';
import { approvalWouldCount, mayReject } from './approval-policy.ts';
import type { Change } from './change.ts';
import { listEditors, listReviews } from './change-store.ts';
import type { ChangeSubject } from './change-subject.ts';
import { requiredPolicies } from './required-policies.ts';
import { loadVoters } from './voter-store.ts';

/** Ids of people, as things stand. Requester and editors are in neither. */
export interface Deciders {
  /** Whose approval would count at this moment and who has not decided on this revision. Empty unless the change waits. */
  readonly now: readonly string[];
  /** Everybody who may decide at some step. */
  readonly ever: readonly string[];
}

/** Who can move a change. */
export async function decidersOf(db: Sql, subject: ChangeSubject, change: Change): Promise<Deciders> {
  const policies = await requiredPolicies(db, subject, change);
  const [editors, reviews, candidates] = await Promise.all([
    listEditors(db, change.id),
    listReviews(db, change.id),
    rightHolders(db, change.organizationId, 'change.review', change.projectId),
  ]);
  const current = reviews.filter((review) => review.revision === change.revision);
  const approvers = current.filter((review) => review.decision === 'approve').map((review) => review.personId);
  const decided = new Set(current.map((review) => review.personId));
  const [people, votes] = await Promise.all([
    loadVoters(
      db,
      change.organizationId,
      change.projectId,
      candidates.filter((id) => !editors.includes(id)),
    ),
    loadVoters(db, change.organizationId, change.projectId, approvers),
  ]);
  const ever = people.filter((person) => mayReject(policies, person));
  const now =
    change.state === 'pending_approval'
      ? ever.filter((person) => !decided.has(person.personId) && approvalWouldCount(policies, votes, person))
      : [];
  return { now: now.map((person) => person.personId), ever: ever.map((person) => person.personId) };
}
