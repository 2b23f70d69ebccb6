import { type RouteDefinition, route } from '../api/route.ts';
import { approvalProfileExample, approvalProfileParams } from './approval-profile-schemas.ts';
import { UNGOVERNED } from './governance.ts';
import { replayProfileSchema, replayReportSchema, replaySchema } from './replay-schemas.ts';
import type { ReplayService } from './replay-service.ts';

interface Deps {
  readonly replays: ReplayService;
}

const tag = 'approvals';
const report = { description: 'What would have become of them', schema: replayReportSchema };
const { rules } = approvalProfileExample;

export function replayRoutes({ replays }: Deps): RouteDefinition[] {
  return [
    route(
      {
        method: 'post',
        path: '/v1/approval-profiles/replay',
        operationId: 'replayPolicy',
        tag,
        summary: 'Try a draft of a policy on past changes, without any effect',
        description: 'As if it were asked about every change, with the people, groups and roles of today.',
        body: replaySchema,
        bodyExample: { policy: { rules }, limit: 50 },
        responses: { 200: report },
        errors: ['forbidden'],
        governance: { exempt: UNGOVERNED.replayPolicy },
      },
      async ({ actor, body }) => ({ status: 200, body: await replays.draft(actor, body) }),
    ),
    route(
      {
        method: 'post',
        path: '/v1/approval-profiles/:approvalProfileId/replay',
        operationId: 'replayApprovalProfile',
        tag,
        summary: 'Try the policy of an approval profile, or a draft of it, on past changes, without any effect',
        description: 'On changes that it was asked about, or would be as it is attached now.',
        params: approvalProfileParams,
        body: replayProfileSchema,
        bodyExample: { policy: { rules }, limit: 50 },
        responses: { 200: report },
        errors: ['forbidden', 'not_found'],
        governance: { exempt: UNGOVERNED.replayApprovalProfile },
      },
      async ({ actor, params, body }) => ({
        status: 200,
        body: await replays.profile(actor, params.approvalProfileId, body),
      }),
    ),
  ];
}
