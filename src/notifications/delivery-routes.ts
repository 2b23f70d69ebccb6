import type { Actor } from '../access/actor.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { WebhookRouteDeps } from './webhook-routes.ts';
import {
  deliveryExample,
  deliveryPageSchema,
  deliveryParams,
  deliveryQuery,
  deliverySchema,
  replaySchema,
  webhookExample,
  webhookParams,
  webhookSchema,
} from './webhook-schemas.ts';

const tag = 'watch';
const delivery = { description: 'The delivery', schema: deliverySchema, example: deliveryExample };
const ringing = ({ organizationId }: Actor) => ({ name: 'deliver-notices', data: { organizationId } }) as const;

/** What a webhook was sent, and sending it again. */
export function deliveryRoutes(deps: WebhookRouteDeps): RouteDefinition[] {
  return [list(deps), ping(deps), replay(deps), replayOne(deps)];
}

const list = ({ webhooks }: WebhookRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/webhooks/:webhookId/deliveries',
      operationId: 'listWebhookDeliveries',
      tag,
      summary: 'What was and will be sent, newest first',
      description: 'Of the last 30 days. Answers of receivers are not kept, only their status.',
      params: webhookParams,
      query: deliveryQuery,
      responses: {
        200: {
          description: 'A page',
          schema: deliveryPageSchema,
          example: { items: [deliveryExample], nextCursor: null },
        },
      },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params, query }) => ({
      status: 200,
      body: await webhooks.deliveries(actor, params.webhookId, query),
    }),
  );

const ping = ({ webhooks, mutate, doorbell }: WebhookRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/webhooks/:webhookId/ping',
      operationId: 'pingWebhook',
      tag,
      summary: 'Send a test',
      params: webhookParams,
      responses: { 202: { ...delivery, description: 'The delivery that carries it' } },
      errors: ['forbidden', 'not_found', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.pingWebhook },
    },
    async (request) => {
      const { actor, params } = request;
      const reply = await mutate(request, async (tx) => ({
        status: 202,
        body: await webhooks.ping(actor, tx, params.webhookId),
      }));
      doorbell.ring(ringing(actor));
      return reply;
    },
  );

const replay = ({ webhooks, mutate, doorbell }: WebhookRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/webhooks/:webhookId/replay',
      operationId: 'replayWebhook',
      tag,
      summary: 'Send everything since a time again, whatever became of it',
      description: 'Also what happened while the webhook was disabled or not there yet. Known notices keep their ids.',
      params: webhookParams,
      body: replaySchema,
      bodyExample: { since: '2026-11-02T00:00:00.000Z' },
      responses: {
        202: {
          description: 'It is being prepared',
          schema: webhookSchema,
          example: { ...webhookExample, replaying: true },
        },
      },
      errors: ['forbidden', 'not_found', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.replayWebhook },
    },
    async (request) => {
      const { actor, params, body } = request;
      const reply = await mutate(request, async (tx) => ({
        status: 202,
        body: await webhooks.replay(actor, tx, params.webhookId, body.since),
      }));
      doorbell.ring(ringing(actor));
      return reply;
    },
  );

const replayOne = ({ webhooks, mutate, doorbell }: WebhookRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/webhooks/:webhookId/deliveries/:deliveryId/replay',
      operationId: 'replayWebhookDelivery',
      tag,
      summary: 'Send one notice again, whatever became of it',
      params: deliveryParams,
      responses: { 202: delivery },
      errors: ['forbidden', 'not_found', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.replayWebhookDelivery },
    },
    async (request) => {
      const { actor, params } = request;
      const reply = await mutate(request, async (tx) => ({
        status: 202,
        body: await webhooks.replayDelivery(actor, tx, params.webhookId, params.deliveryId),
      }));
      doorbell.ring(ringing(actor));
      return reply;
    },
  );
