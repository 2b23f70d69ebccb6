import { type RouteDefinition, route } from '../api/route.ts';
import { changeParams } from './change-schemas.ts';
import { explanationSchema } from './explain-schemas.ts';
import type { ExplainService } from './explain-service.ts';

export function explainRoutes({ explain }: { readonly explain: ExplainService }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/change-requests/:changeId/explain',
        operationId: 'explainChangeRequest',
        tag: 'changes',
        summary: 'Why it is where it is, who can move it, and what would change that',
        params: changeParams,
        responses: { 200: { description: 'As things stand', schema: explanationSchema } },
        errors: ['forbidden', 'not_found'],
        governance: 'read',
      },
      async ({ actor, params }) => ({ status: 200, body: await explain(actor, params.changeId) }),
    ),
  ];
}
