import { type RouteDefinition, route } from '../api/route.ts';
import { approvalProfileExample } from './approval-profile-schemas.ts';
import { eligibilitySchema, previewEligibilitySchema } from './eligibility-schemas.ts';
import type { EligibilityService } from './eligibility-service.ts';
import { UNGOVERNED } from './governance.ts';

const { rules } = approvalProfileExample;

export function eligibilityRoutes({ eligibility }: { readonly eligibility: EligibilityService }): RouteDefinition[] {
  return [
    route(
      {
        method: 'post',
        path: '/v1/approval-profiles/eligibility',
        operationId: 'previewEligibility',
        tag: 'approvals',
        summary: 'Who could decide under a draft of a policy, without any effect',
        description: 'With the people, groups and roles of now, step by step.',
        body: previewEligibilitySchema,
        bodyExample: { policy: { rules } },
        responses: { 200: { description: 'As things stand', schema: eligibilitySchema } },
        errors: ['forbidden'],
        governance: { exempt: UNGOVERNED.previewEligibility },
      },
      async ({ actor, body }) => ({ status: 200, body: await eligibility(actor, body) }),
    ),
  ];
}
