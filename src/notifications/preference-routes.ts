import { z } from 'zod';
import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { PreferenceService } from './preference-service.ts';
import { deliveryExample, deliveryPageSchema, deliveryQuery } from './webhook-schemas.ts';

const PACES = ['immediate', 'hourly', 'daily', 'off'] as const;
const fields = {
  reviews: z.enum(PACES).meta({ description: 'Requests that wait for you, and what becomes of your own.' }),
  operations: z.enum(PACES).meta({ description: 'Targets, vaults and what runs out, for whoever looks after them.' }),
};
const preferencesSchema = z.object(fields).meta({ id: 'NotificationPreferences' });
const updateSchema = z
  .strictObject({ reviews: fields.reviews.optional(), operations: fields.operations.optional() })
  .meta({ id: 'UpdateNotificationPreferences' });
const example = { reviews: 'immediate', operations: 'daily' };
const one = { description: 'What you get by mail', schema: preferencesSchema, example };

/** `/v1/me/notifications`. */
export function preferenceRoutes(deps: {
  readonly preferences: PreferenceService;
  readonly mutate: Mutate;
}): RouteDefinition[] {
  const { preferences, mutate } = deps;
  const common = { path: '/v1/me/notifications', tag: 'watch', errors: ['forbidden'] } as const;
  return [
    route(
      {
        ...common,
        method: 'get',
        operationId: 'getNotificationPreferences',
        summary: 'What you get by mail, and how fast',
        responses: { 200: one },
        governance: 'read',
      },
      async ({ actor }) => ({ status: 200, body: await preferences.get(actor) }),
    ),
    route(
      {
        ...common,
        method: 'patch',
        operationId: 'updateNotificationPreferences',
        summary: 'Choose what you get by mail, and how fast',
        description: '`hourly` and `daily` gather everything of that time (days end at 07:00 UTC) in one mail.',
        body: updateSchema,
        bodyExample: { operations: 'off' },
        responses: { 200: one },
        governance: { exempt: UNGOVERNED.updateNotificationPreferences },
      },
      (request) =>
        mutate(request, async (tx) => ({
          status: 200,
          body: await preferences.update(request.actor, tx, request.body),
        })),
    ),
    route(
      {
        ...common,
        method: 'get',
        path: '/v1/me/notifications/deliveries',
        operationId: 'listMyNotifications',
        summary: 'Your mails of the last 30 days and what became of them, newest first',
        query: deliveryQuery,
        responses: {
          200: {
            description: 'A page',
            schema: deliveryPageSchema,
            example: { items: [{ ...deliveryExample, status: 250, state: 'delivered' }], nextCursor: null },
          },
        },
        governance: 'read',
      },
      async ({ actor, query }) => ({ status: 200, body: await preferences.deliveries(actor, query) }),
    ),
  ];
}
