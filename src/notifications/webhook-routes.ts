import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import {
  createdWebhookSchema,
  createWebhookSchema,
  rotatedSecretSchema,
  rotateSecretSchema,
  updateWebhookSchema,
  webhookExample,
  webhookPageSchema,
  webhookParams,
  webhookQuery,
  webhookSchema,
} from './webhook-schemas.ts';
import type { WebhookService } from './webhook-service.ts';

export interface WebhookRouteDeps {
  readonly webhooks: WebhookService;
  readonly mutate: Mutate;
  readonly doorbell: Doorbell;
}

const tag = 'watch';
const one = { description: 'The webhook', schema: webhookSchema, example: webhookExample };
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

/** Receivers and their secrets. */
export function webhookRoutes(deps: WebhookRouteDeps): RouteDefinition[] {
  return [list(deps), create(deps), get(deps), update(deps), remove(deps), rotate(deps)];
}

const list = ({ webhooks }: WebhookRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/webhooks',
      operationId: 'listWebhooks',
      tag,
      summary: 'Webhooks of the organization, in order of creation',
      query: webhookQuery,
      responses: {
        200: {
          description: 'A page',
          schema: webhookPageSchema,
          example: { items: [webhookExample], nextCursor: null },
        },
      },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await webhooks.list(actor, query) }),
  );

const create = ({ webhooks, mutate }: WebhookRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/webhooks',
      operationId: 'createWebhook',
      tag,
      summary: 'Add a receiver of notices',
      description:
        'Messages are signed as Standard Webhooks has it: headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, HMAC-SHA-256 over `id.timestamp.body`. They arrive at least once, under the same id.',
      body: createWebhookSchema,
      bodyExample: { name: 'deploys', url: 'https://hooks.example.com/keyferry', kinds: ['change.applied'] },
      responses: {
        201: {
          description: 'The webhook and its secret',
          schema: createdWebhookSchema,
          example: { ...webhookExample, secret: SECRET },
        },
      },
      errors: ['forbidden', 'already_exists', 'in_use'],
      governance: { exempt: UNGOVERNED.createWebhook },
    },
    (request) =>
      mutate(request, async (tx) => ({ status: 201, body: await webhooks.create(request.actor, tx, request.body) })),
  );

const get = ({ webhooks }: WebhookRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/webhooks/:webhookId',
      operationId: 'getWebhook',
      tag,
      summary: 'One webhook',
      params: webhookParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await webhooks.get(actor, params.webhookId) }),
  );

const update = ({ webhooks, mutate, doorbell }: WebhookRouteDeps) =>
  route(
    {
      method: 'patch',
      path: '/v1/webhooks/:webhookId',
      operationId: 'updateWebhook',
      tag,
      summary: 'Change, disable or enable a webhook',
      params: webhookParams,
      body: updateWebhookSchema,
      bodyExample: { enabled: false },
      responses: { 200: one },
      errors: ['forbidden', 'not_found', 'already_exists'],
      governance: { exempt: UNGOVERNED.updateWebhook },
    },
    async (request) => {
      const reply = await mutate(request, async (tx) => ({
        status: 200,
        body: await webhooks.update(request.actor, tx, request.params.webhookId, request.body),
      }));
      doorbell.ring({ name: 'deliver-notices', data: { organizationId: request.actor.organizationId } });
      return reply;
    },
  );

const remove = ({ webhooks, mutate }: WebhookRouteDeps) =>
  route(
    {
      method: 'delete',
      path: '/v1/webhooks/:webhookId',
      operationId: 'deleteWebhook',
      tag,
      summary: 'Delete a webhook and all it still waits for',
      params: webhookParams,
      responses: { 204: { description: 'Deleted' } },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.deleteWebhook },
    },
    (request) =>
      mutate(request, async (tx) => {
        await webhooks.remove(request.actor, tx, request.params.webhookId);
        return { status: 204 };
      }),
  );

const rotate = ({ webhooks, mutate }: WebhookRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/webhooks/:webhookId/rotate-secret',
      operationId: 'rotateWebhookSecret',
      tag,
      summary: 'Sign with a new secret; the old one signs beside it for a while',
      params: webhookParams,
      body: rotateSecretSchema,
      bodyExample: { overlapHours: 24 },
      responses: {
        200: {
          description: 'The new secret',
          schema: rotatedSecretSchema,
          example: { secret: SECRET, previousValidUntil: '2026-11-03T09:31:00.000Z' },
        },
      },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.rotateWebhookSecret },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 200,
        body: await webhooks.rotateSecret(request.actor, tx, request.params.webhookId, request.body),
      })),
  );
