import type { Actor } from '../access/actor.ts';
import { PROBLEM_KINDS } from '../api/problem.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { AppError } from '../errors.ts';
import type { ChangeReader } from './change-reader.ts';
import {
  type BulkReview,
  bulkReviewResultSchema,
  bulkReviewSchema,
  type ChangeDetailView,
  changeCountsSchema,
  changeDetailSchema,
  changePageSchema,
  changeParams,
  changeQuery,
  changeSchema,
  changeWaitQuery,
  reviewSchema,
} from './change-schemas.ts';
import { changeView } from './change-view.ts';
import { UNGOVERNED } from './governance.ts';
import type { ReviewService } from './review-service.ts';

export interface ChangeRouteDeps {
  readonly changes: ChangeReader;
  readonly reviews: ReviewService;
  /** Resolves when the change got that far, or the time is over. */
  readonly wait: {
    settled(changeId: string, until: WaitUntil, signal: AbortSignal): Promise<void>;
    /** Undefined while the change has not been applied. */
    convergence(changeId: string, quorum: Quorum): Promise<ChangeDetailView['sync']>;
  };
}

type Quorum = number | readonly string[] | undefined;

interface WaitUntil {
  readonly state: 'applied' | 'synced';
  readonly quorum: Quorum;
  readonly timeoutMs: number;
}

const tag = 'changes';

export function changeRoutes(deps: ChangeRouteDeps): RouteDefinition[] {
  return [
    listChanges(deps),
    countChanges(deps),
    reviewChanges(deps),
    getChange(deps),
    reviewChange(deps),
    cancelChange(deps),
  ];
}

const listChanges = ({ changes }: ChangeRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/change-requests',
      operationId: 'listChangeRequests',
      tag,
      summary: 'Change requests by what they wait for, whose they are, where and how old',
      query: changeQuery,
      responses: { 200: { description: 'A page', schema: changePageSchema } },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await changes.list(actor, query) }),
  );

const countChanges = ({ changes }: ChangeRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/change-requests/counts',
      operationId: 'countChangeRequests',
      tag,
      summary: 'How much waits for me and for others',
      responses: { 200: { description: 'The counts', schema: changeCountsSchema } },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor }) => ({ status: 200, body: await changes.counts(actor) }),
  );

const getChange = ({ changes, wait }: ChangeRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/change-requests/:changeId',
      operationId: 'getChangeRequest',
      tag,
      summary: 'One change request with its approval steps and votes; can wait for its outcome',
      params: changeParams,
      query: changeWaitQuery,
      responses: { 200: { description: 'The change request', schema: changeDetailSchema } },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params, query, signal }) => {
      const { wait: state, quorum } = query;
      if (state !== undefined) {
        await changes.find(actor, params.changeId);
        const timeoutMs = Math.min(query.timeout, 60) * 1000;
        await wait.settled(params.changeId, { state, quorum, timeoutMs }, signal);
      }
      const sync = state === 'synced' ? await wait.convergence(params.changeId, quorum) : undefined;
      return { status: 200, body: { ...(await changes.detail(actor, params.changeId)), ...(sync && { sync }) } };
    },
  );

const reviewChange = ({ reviews }: ChangeRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/change-requests/:changeId/reviews',
      operationId: 'reviewChangeRequest',
      tag,
      summary: 'Approve or reject what was shown',
      params: changeParams,
      body: reviewSchema,
      bodyExample: { decision: 'approve', revision: 1, digest: 'k1:5f0c…', comment: 'as agreed' },
      responses: { 200: { description: 'The change request after the vote', schema: changeSchema } },
      errors: ['forbidden', 'not_found', 'digest_mismatch', 'not_eligible', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.reviewChangeRequest },
    },
    async ({ actor, params, body }) => ({
      status: 200,
      body: changeView(await reviews.review(actor, params.changeId, body)),
    }),
  );

const reviewChanges = ({ reviews }: ChangeRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/change-requests/reviews',
      operationId: 'reviewChangeRequests',
      tag,
      summary: 'Decide on several changes, each for itself',
      description:
        'Each review is taken or refused alone, in the order given, and the answer says how each came out. A vote that is cast already changes nothing, so the request may be repeated.',
      body: bulkReviewSchema,
      bodyExample: {
        reviews: [
          {
            changeRequestId: '01936f77-3e44-7f50-8b6c-7d8e9f0a1b23',
            decision: 'approve',
            revision: 1,
            digest: 'k1:5f0c…',
            comment: 'as agreed',
          },
        ],
      },
      responses: { 207: { description: 'The outcome of each', schema: bulkReviewResultSchema } },
      errors: [],
      governance: { exempt: UNGOVERNED.reviewChangeRequests },
    },
    async ({ actor, body }) => ({ status: 207, body: { items: await reviewEach(reviews, actor, body) } }),
  );

async function reviewEach(reviews: ReviewService, actor: Actor, body: BulkReview) {
  const items = [];
  for (const { changeRequestId, ...input } of body.reviews) {
    try {
      const change = changeView(await reviews.review(actor, changeRequestId, input));
      items.push({ changeRequestId, status: 200, changeRequest: change, problem: null });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { code, message: detail } = error;
      items.push({
        changeRequestId,
        status: PROBLEM_KINDS[code].status,
        changeRequest: null,
        problem: { code, detail },
      });
    }
  }
  return items;
}

const cancelChange = ({ reviews }: ChangeRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/change-requests/:changeId/cancel',
      operationId: 'cancelChangeRequest',
      tag,
      summary: 'Withdraw a change that has not begun',
      params: changeParams,
      responses: { 200: { description: 'The change request', schema: changeSchema } },
      errors: ['forbidden', 'not_found', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.cancelChangeRequest },
    },
    async ({ actor, params }) => ({ status: 200, body: changeView(await reviews.cancel(actor, params.changeId)) }),
  );
