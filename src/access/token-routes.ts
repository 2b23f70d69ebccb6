import type { Mutate } from '../api/mutation.ts';
import type { Reply } from '../api/reply.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Govern } from '../approvals/govern.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import { waitingExample, waitingSchema } from '../approvals/waiting-reply.ts';
import { newId } from '../ports.ts';
import type { IdentityActions } from './identity-actions.ts';
import { newToken } from './token.ts';
import {
  createdTokenSchema,
  createTokenSchema,
  tokenExample,
  tokenPageSchema,
  tokenParams,
  tokenQuery,
  tokenSchema,
} from './token-schemas.ts';
import type { TokenService } from './token-service.ts';

interface Deps {
  readonly tokens: TokenService;
  readonly mutate: Mutate;
  readonly govern: Govern;
  readonly actions: IdentityActions;
}

const tag = 'access';
const waitingTokenSchema = waitingSchema.extend({ token: createdTokenSchema.shape.token }).meta({ id: 'WaitingToken' });
const tokenText = 'kf_Zm9yLXRoZS1kb2N1bWVudGF0aW9uLW9ubHktMzItYnl0ZXM';
const page = { description: 'A page', schema: tokenPageSchema, example: { items: [tokenExample], nextCursor: null } };

export function tokenRoutes(deps: Deps): RouteDefinition[] {
  return [listTokens(deps), createToken(deps), getToken(deps), revokeToken(deps)];
}

const listTokens = ({ tokens }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/tokens',
      operationId: 'listTokens',
      tag,
      summary: 'Tokens, without the tokens themselves: own ones, or all with access.administer',
      query: tokenQuery,
      responses: { 200: page },
      errors: [],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await tokens.list(actor, query) }),
  );

const createToken = ({ tokens, mutate, govern, actions }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/tokens',
      operationId: 'createToken',
      tag,
      summary: 'Make a token, for oneself or for somebody else',
      description:
        'A token for somebody who decides under a policy waits until that policy was met: it is shown now and works once the ' +
        'change was applied.',
      body: createTokenSchema,
      bodyExample: { name: 'laptop', expiresAt: '2027-11-02T00:00:00.000Z' },
      responses: {
        201: {
          description: 'The token, shown once',
          schema: createdTokenSchema,
          example: { ...tokenExample, token: tokenText },
        },
        202: {
          description: 'A policy asks: the token, shown once, works when the change was applied',
          schema: waitingTokenSchema,
          example: { ...waitingExample, token: tokenText },
        },
      },
      errors: ['forbidden', 'not_found', 'change_in_progress'],
      governance: { governed: 'issue_token' },
    },
    (request) => {
      const { actor, body } = request;
      const { userId, name, expiresAt } = body;
      if (userId === undefined || (actor.type === 'person' && userId === actor.id)) {
        return mutate(request, async (tx) => ({ status: 201, body: await tokens.create(actor, tx, body) }));
      }
      const { text: token, hash } = newToken();
      const input = { userId, name, ...(expiresAt && { expiresAt }), tokenId: newId(), hash: hash.toString('hex') };
      const withToken = (reply: Reply) => ({ ...reply, body: { ...(reply.body as object), token } });
      return govern(request, actions.issueToken, input, withToken);
    },
  );

const getToken = ({ tokens }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/tokens/:tokenId',
      operationId: 'getToken',
      tag,
      summary: 'One token, without the token itself',
      params: tokenParams,
      responses: { 200: { description: 'The token', schema: tokenSchema, example: tokenExample } },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await tokens.get(actor, params.tokenId) }),
  );

const revokeToken = ({ tokens, mutate }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/tokens/:tokenId',
      operationId: 'revokeToken',
      tag,
      summary: 'Revoke a token, from the next request on',
      params: tokenParams,
      responses: { 204: { description: 'Revoked' } },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.revokeToken },
    },
    (request) =>
      mutate(request, async (tx) => {
        await tokens.revoke(request.actor, tx, request.params.tokenId);
        return { status: 204 };
      }),
  );
