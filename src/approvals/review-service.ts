import type { Actor } from '../access/actor.ts';
import { authorize, can } from '../access/permissions.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { checksMissing } from './approval-count.ts';
import { approvalWouldCount, evaluatePolicy, mayReject, type PolicySnapshot, type Voter } from './approval-policy.ts';
import type { Change } from './change.ts';
import { transition } from './change-request.ts';
import { scopeOf } from './change-scope.ts';
import { type ChangeServiceDeps, changeEvent } from './change-service.ts';
import {
  endChange,
  findChange,
  insertReview,
  isExpired,
  listEditors,
  listReviews,
  moveWaitingChange,
} from './change-store.ts';
import type { OpenText } from './open-text.ts';
import { requiredPolicies } from './required-policies.ts';
import { assertShown } from './shown-change.ts';
import { loadVoters } from './voter-store.ts';

/** A decision, echoing what the reviewer was shown: it counts for nothing else. */
export interface ReviewInput {
  readonly decision: 'approve' | 'reject';
  readonly revision: number;
  readonly digest: string;
  readonly comment: string;
}

export type ReviewService = ReturnType<typeof createReviewService>;

export interface ReviewServiceDeps extends Pick<ChangeServiceDeps, 'db' | 'keyring' | 'doorbell' | 'subject'> {
  readonly openText: OpenText;
}

/** Decisions of people on changes that wait. */
export function createReviewService(deps: ReviewServiceDeps) {
  const { db, keyring, subject } = deps;

  /**
   * Why this person may not decide, however the request reached us; undefined when they may. Requester and editors of any
   * revision are barred before anything else is looked at.
   */
  const barred = async (
    tx: Sql,
    actor: Actor,
    change: Change,
    vote: VoteContext,
    decision: ReviewInput['decision'],
  ) => {
    if ((await listEditors(tx, change.id)).includes(actor.personId)) return 'requester_or_editor';
    const counts =
      decision === 'approve'
        ? approvalWouldCount(vote.policies, vote.approvers, vote.person)
        : mayReject(vote.policies, vote.person);
    return counts ? undefined : 'not_an_approver';
  };

  const decide = async (tx: Sql, change: Change, vote: VoteContext, decision: ReviewInput['decision']) => {
    if (decision === 'reject') {
      await endChange(tx, change.id, { state: 'rejected', code: 'rejected' });
      await subject.released(tx, change);
      return changeEvent('change.rejected', change);
    }
    const voters = [...vote.approvers, vote.person];
    if (!vote.policies.every((policy) => evaluatePolicy(policy, voters).satisfied)) return undefined;
    if ((await checksMissing(tx, change, vote.policies)).length > 0) return undefined;
    await moveWaitingChange(tx, change.id, 'approved', { dueInMs: 0 });
    return changeEvent('change.approved', change);
  };

  const refuse = async (tx: Sql, actor: Actor, change: Change, reason: string): Promise<Cast> => {
    await appendAudit(tx, keyring, actor, [changeEvent('change.review_refused', change, { reason })]);
    return { refused: reason, projectId: change.projectId };
  };

  const cast = async (tx: Sql, actor: Actor, change: Change, input: ReviewInput): Promise<Cast> => {
    if (!can(actor, 'change.review', change.projectId ?? undefined)) return refuse(tx, actor, change, 'forbidden');
    assertShown(change, input);
    const reviews = (await listReviews(tx, change.id)).filter((review) => review.revision === change.revision);
    const earlier = reviews.find((review) => review.personId === actor.personId);
    if (earlier !== undefined && earlier.decision !== input.decision)
      throw new AppError('invalid_transition', 'You have already decided on this revision.');
    if (earlier !== undefined && change.state !== 'pending_approval') return { change };
    transition(change.state, input.decision === 'approve' ? 'quorum' : 'reject');
    if (await isExpired(tx, change.id))
      throw new AppError('invalid_transition', 'The change request has expired.', { facts: { state: 'expired' } });

    const others = reviews.filter((review) => review.decision === 'approve' && review !== earlier);
    const people = [...others.map((review) => review.personId), actor.personId];
    const voters = await loadVoters(tx, change.organizationId, change.projectId, people);
    const person = voters.pop() as Voter;
    const vote = { policies: await requiredPolicies(tx, subject, change), approvers: voters, person };
    const reason = await barred(tx, actor, change, vote, input.decision);
    if (reason !== undefined) return refuse(tx, actor, change, reason);
    if (!(await deps.openText(tx, actor, change, input.comment)))
      throw invalidField('/comment', 'no value of the payload');
    if (earlier === undefined) await insertReview(tx, change, actor, input);
    const voted = changeEvent('change.reviewed', change, { decision: input.decision });
    const ended = await decide(tx, change, vote, input.decision);
    const after = await findChange(tx, actor.organizationId, change.id);
    await appendAudit(tx, keyring, actor, [
      ...(earlier === undefined ? [voted] : []),
      ...(ended === undefined ? [] : [ended]),
    ]);
    return { change: after ?? change };
  };

  return {
    /**
     * Casts a vote. Quorum approves the change in the same transaction, unless a check is missing; one rejection ends it. The same vote again changes
     * nothing, unless the change waits because it had stopped to count: then it is counted anew. Throws `digest_mismatch`
     * when something else is up for decision than what was shown, `not_eligible` and `forbidden` (both recorded in the audit
     * trail) and `invalid_transition`.
     */
    async review(actor: Actor, changeId: string, input: ReviewInput): Promise<Change> {
      const outcome = await db.transaction(async (tx) => {
        const change = await findChange(tx, actor.organizationId, changeId, 'lock');
        if (change === undefined) throw notFound('change request');
        return cast(tx, actor, change, input);
      });
      if ('refused' in outcome) {
        authorize(actor, 'change.review', outcome.projectId ?? undefined);
        throw notEligible(outcome.refused);
      }
      if (outcome.change.state === 'approved') deps.doorbell.ring({ name: 'run-change', data: { changeId } });
      return outcome.change;
    },

    /** Withdraws a change that has not begun. Only its requester or an administrator of the project may. */
    async cancel(actor: Actor, changeId: string): Promise<Change> {
      return db.transaction(async (tx) => {
        const change = await findChange(tx, actor.organizationId, changeId, 'lock');
        if (change === undefined) throw notFound('change request');
        authorize(actor, 'change.read', scopeOf(change));
        if (change.requesterPersonId !== actor.personId)
          authorize(actor, 'project.administer', change.projectId ?? undefined);
        transition(change.state, 'cancel');
        await endChange(tx, change.id, { state: 'cancelled', code: 'cancelled' });
        await subject.released(tx, change);
        const after = await findChange(tx, actor.organizationId, changeId);
        await appendAudit(tx, keyring, actor, [changeEvent('change.cancelled', change)]);
        return after ?? change;
      });
    },
  };
}

type Cast = { readonly change: Change } | { readonly refused: string; readonly projectId: string | null };

interface VoteContext {
  readonly policies: readonly PolicySnapshot[];
  /** Those who have approved this revision, in order, with what they hold now. */
  readonly approvers: readonly Voter[];
  readonly person: Voter;
}

function notEligible(reason: string): AppError {
  const message =
    reason === 'requester_or_editor'
      ? 'Whoever requested or edited a change cannot decide on it.'
      : 'Your decision is not asked for, or not at this step.';
  return new AppError('not_eligible', message, { facts: { reason } });
}
