import type { Actor } from '../access/actor.ts';
import { actorView } from '../access/actor-view.ts';
import { authorize, reachWith } from '../access/permissions.ts';
import { decodeCursor, encodeCursor, type Page, pageOf } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import { notFound } from '../errors.ts';
import { evaluatePolicy } from './approval-policy.ts';
import type { Change } from './change.ts';
import { listChanges } from './change-list-store.ts';
import { isOpen } from './change-request.ts';
import type { ChangeCounts, ChangeDetailView, ChangeQuery, ChangeView } from './change-schemas.ts';
import { scopeOf } from './change-scope.ts';
import { findChange, listEditors, listReviews } from './change-store.ts';
import type { ChangeSubject } from './change-subject.ts';
import { changeView } from './change-view.ts';
import { countInbox, cursorOf, findWaiting } from './inbox.ts';
import { requiredPolicies } from './required-policies.ts';
import { loadVoters } from './voter-store.ts';

export type ChangeReader = ReturnType<typeof createChangeReader>;

/** Looks at change requests. */
export function createChangeReader(deps: { readonly db: Sql; readonly subject: ChangeSubject }) {
  const { db, subject } = deps;

  const find = async (actor: Actor, id: string): Promise<Change> => {
    const change = await findChange(db, actor.organizationId, id);
    if (change === undefined) throw notFound('change request');
    authorize(actor, 'change.read', scopeOf(change));
    return change;
  };

  return {
    find,

    /** The change with the state of its approval, votes and editors. */
    async detail(actor: Actor, id: string): Promise<ChangeDetailView> {
      const change = await find(actor, id);
      const [reviews, editors, policies] = await Promise.all([
        listReviews(db, id),
        listEditors(db, id),
        isOpen(change.state) ? requiredPolicies(db, subject, change) : change.policies,
      ]);
      const approvers = reviews
        .filter((review) => review.revision === change.revision && review.decision === 'approve')
        .map((review) => review.personId);
      const voters = await loadVoters(db, change.organizationId, change.projectId, approvers);
      return {
        ...changeView(change),
        approval: (change.policies.length === 0 && change.state !== 'pending_approval' ? [] : policies).map(
          (policy) => {
            const status = evaluatePolicy(policy, voters);
            return { ...status, steps: status.steps.map((step) => ({ ...step, votes: [...step.votes] })) };
          },
        ),
        reviews: reviews.map((review) => ({
          id: review.id,
          revision: review.revision,
          reviewer: actorView(review.actor),
          decision: review.decision,
          comment: review.comment,
          createdAt: review.createdAt.toISOString(),
        })),
        editors,
      };
    },

    /** In the order asked for; drafts of others only when drafts are asked for. */
    async list(actor: Actor, query: ChangeQuery): Promise<Page<ChangeView>> {
      const { limit, cursor, sort, waitingFor, mine, ...filter } = query;
      const after = decodeCursor(cursor, sort);
      const wanted = { ...filter, ...(mine === true ? { requester: actor.personId } : {}) };
      if (waitingFor === 'me') {
        const { found, next } = await findWaiting(db, actor, wanted, sort, after, limit);
        return { items: found.map(changeView), nextCursor: next === undefined ? null : encodeCursor(next) };
      }
      const rows = await listChanges(db, actor, reachWith(actor, 'change.read'), wanted, sort, after, limit + 1);
      const page = pageOf(rows, limit, (last) => cursorOf(sort, last));
      return { items: page.items.map(changeView), nextCursor: page.nextCursor };
    },

    /** What there is to do for this person, and in the projects it sees. */
    counts: (actor: Actor): Promise<ChangeCounts> => countInbox(db, actor),
  };
}
