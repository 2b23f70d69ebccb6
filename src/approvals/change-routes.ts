import { type RouteDefinition, route } from '../api/route.ts';
import { type ChangeReader, changeView } from './change-reader.ts';
import {
  changeDetailSchema,
  changePageSchema,
  changeParams,
  changeQuery,
  changeSchema,
  changeWaitQuery,
  reviewSchema,
} from './change-schemas.ts';
import type { ReviewService } from './review-service.ts';

export interface ChangeRouteDeps {
  readonly changes: ChangeReader;
  readonly reviews: ReviewService;
  /** Resolves when the change got that far, or the time is over. */
  readonly wait: (
    changeId: string,
    until: 'applied' | 'synced',
    timeoutMs: number,
    signal: AbortSignal,
  ) => Promise<void>;
}

const tag = 'changes';

export function changeRoutes(deps: ChangeRouteDeps): RouteDefinition[] {
  return [listChanges(deps), getChange(deps), reviewChange(deps), cancelChange(deps)];
}

const listChanges = ({ changes }: ChangeRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/change-requests',
      operationId: 'listChangeRequests',
      tag,
      summary: 'Change requests, newest first',
      query: changeQuery,
      responses: { 200: { description: 'A page', schema: changePageSchema } },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await changes.list(actor, query) }),
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
      if (query.wait !== undefined) {
        await changes.find(actor, params.changeId);
        await wait(params.changeId, query.wait, Math.min(query.timeout, 60) * 1000, signal);
      }
      return { status: 200, body: await changes.detail(actor, params.changeId) };
    },
  );

const decision = { exempt: 'The decision itself: it grants a change, it does not make one; audited.' };

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
      governance: decision,
    },
    async ({ actor, params, body }) => ({
      status: 200,
      body: changeView(await reviews.review(actor, params.changeId, body)),
    }),
  );

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
      governance: { exempt: 'Only prevents an effect; audited.' },
    },
    async ({ actor, params }) => ({ status: 200, body: changeView(await reviews.cancel(actor, params.changeId)) }),
  );
