import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import {
  beginSessionSchema,
  sessionExample,
  sessionPageSchema,
  sessionParams,
  sessionQuery,
  sessionSchema,
} from './session-schemas.ts';
import type { SessionService } from './session-service.ts';

interface Deps {
  readonly sessions: SessionService;
  readonly mutate: Mutate;
}

const tag = 'access';
const page = {
  description: 'A page',
  schema: sessionPageSchema,
  example: { items: [sessionExample], nextCursor: null },
};

export function sessionRoutes(deps: Deps): RouteDefinition[] {
  return [beginSession(deps), endSession(deps), listSessions(deps), revokeSession(deps)];
}

const beginSession = ({ sessions }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/session',
      operationId: 'beginSession',
      tag,
      auth: 'page',
      summary: 'Sign in at a browser: exchange a token for a session',
      description:
        'The session stands in a cookie that scripts and other sites cannot reach, and is taken wherever a token is. For pages of ' +
        'this origin only; programs send their token. Repeating it begins another session, so an `Idempotency-Key` changes nothing.',
      body: beginSessionSchema,
      bodyExample: { token: 'kf_Zm9yLXRoZS1kb2N1bWVudGF0aW9uLW9ubHktMzItYnl0ZXM' },
      responses: { 201: { description: 'The session has begun', schema: sessionSchema, example: sessionExample } },
      errors: ['unauthenticated', 'forbidden', 'unavailable'],
      governance: { exempt: UNGOVERNED.beginSession },
    },
    async ({ body, requestId, ip }) => {
      const { view, text } = await sessions.begin(body.token.trim(), { requestId, ip });
      return { status: 201, body: view, session: { text, until: new Date(view.expiresAt) } };
    },
  );

const endSession = ({ sessions, mutate }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/session',
      operationId: 'endSession',
      tag,
      summary: 'Sign out: end the session that this request comes with',
      responses: { 204: { description: 'Ended' } },
      errors: ['not_found'],
      governance: { exempt: UNGOVERNED.endSession },
    },
    (request) =>
      mutate(request, async (tx) => {
        await sessions.end(request.actor, tx);
        return { status: 204, session: 'ended' };
      }),
  );

const listSessions = ({ sessions }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/sessions',
      operationId: 'listSessions',
      tag,
      summary: 'Open sessions of browsers: own ones, or all with access.administer',
      query: sessionQuery,
      responses: { 200: page },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await sessions.list(actor, query) }),
  );

const revokeSession = ({ sessions, mutate }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/sessions/:sessionId',
      operationId: 'revokeSession',
      tag,
      summary: 'End a session, from the next request on',
      params: sessionParams,
      responses: { 204: { description: 'Ended' } },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.revokeSession },
    },
    (request) =>
      mutate(request, async (tx) => {
        await sessions.revoke(request.actor, tx, request.params.sessionId);
        return { status: 204 };
      }),
  );
