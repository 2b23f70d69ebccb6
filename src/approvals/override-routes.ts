import { type RouteDefinition, route } from '../api/route.ts';
import { changeParams, changeSchema } from './change-schemas.ts';
import { changeView } from './change-view.ts';
import { UNGOVERNED } from './governance.ts';
import { createOverrideSchema, overrideExample, reviewOverrideSchema } from './override-schemas.ts';
import type { OverrideService } from './override-service.ts';

interface Deps {
  readonly overrides: OverrideService;
}

const tag = 'changes';
const answer = { description: 'The change request', schema: changeSchema };

export function overrideRoutes(deps: Deps): RouteDefinition[] {
  return [overrideChange(deps), reviewOverride(deps)];
}

const overrideChange = ({ overrides }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/change-requests/:changeId/override',
      operationId: 'overrideChangeRequest',
      tag,
      summary: 'Put a waiting change of somebody else through without the votes',
      description:
        'Needs the right change.override, which administrators give to others and do not hold. Marked on the change for good.',
      params: changeParams,
      body: createOverrideSchema,
      bodyExample: overrideExample,
      responses: { 200: answer },
      errors: ['forbidden', 'not_found', 'digest_mismatch', 'not_eligible', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.overrideChangeRequest },
    },
    async ({ actor, params, body }) => ({
      status: 200,
      body: changeView(await overrides.override(actor, params.changeId, body)),
    }),
  );

const reviewOverride = ({ overrides }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/change-requests/:changeId/override/review',
      operationId: 'reviewOverride',
      tag,
      summary: 'Record that somebody who could have approved has looked at the override',
      params: changeParams,
      body: reviewOverrideSchema,
      bodyExample: { comment: 'Agreed with the team on call.' },
      responses: { 200: answer },
      errors: ['forbidden', 'not_found', 'not_eligible', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.reviewOverride },
    },
    async ({ actor, params, body }) => ({
      status: 200,
      body: changeView(await overrides.review(actor, params.changeId, body)),
    }),
  );
