import { type RouteDefinition, route } from '../api/route.ts';
import { changeParams } from './change-schemas.ts';
import { checkListSchema, checkSchema, reportCheckSchema } from './check-schemas.ts';
import type { CheckService } from './check-service.ts';
import { checkView } from './check-view.ts';
import { UNGOVERNED } from './governance.ts';

interface Deps {
  readonly checks: CheckService;
}

const tag = 'changes';
const path = '/v1/change-requests/:changeId/checks';

export function checkRoutes(deps: Deps): RouteDefinition[] {
  return [listChangeChecks(deps), reportCheck(deps)];
}

const listChangeChecks = ({ checks }: Deps) =>
  route(
    {
      method: 'get',
      path,
      operationId: 'listChangeChecks',
      tag,
      summary: 'What external checkers said about a change, the newest of each name',
      params: changeParams,
      responses: { 200: { description: 'The results', schema: checkListSchema } },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => {
      const { change, checks: found } = await checks.list(actor, params.changeId);
      return { status: 200, body: { items: found.map((check) => checkView(check, change.digest)) } };
    },
  );

const reportCheck = ({ checks }: Deps) =>
  route(
    {
      method: 'post',
      path,
      operationId: 'reportChangeCheck',
      tag,
      summary: 'Say what a check of a change came to',
      description:
        'For machines with the right `compliance.report` whose owner neither requested nor edited the change. The newest result ' +
        'of a name counts, for exactly the digest it was made for. Sending the same again changes nothing.',
      params: changeParams,
      body: reportCheckSchema,
      bodyExample: {
        name: 'key-policy',
        conclusion: 'ok',
        summary: 'RSA 4096, issued by the internal authority',
        url: 'https://checks.example.com/runs/42',
        digest: 'k1:5c6e7d3b',
      },
      responses: { 200: { description: 'The result', schema: checkSchema } },
      errors: ['forbidden', 'not_found', 'not_eligible', 'digest_mismatch', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.reportChangeCheck },
    },
    async ({ actor, params, body }) => {
      const { url = null, ...report } = body;
      const check = await checks.report(actor, params.changeId, { ...report, url });
      return { status: 200, body: checkView(check, body.digest) };
    },
  );
