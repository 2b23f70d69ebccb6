import { type RouteDefinition, route } from '../api/route.ts';
import type { SyncMapReader } from './sync-map-reader.ts';
import { rateListSchema, syncMapPageSchema, syncMapQuery, waitingListSchema } from './sync-map-schemas.ts';

export function syncMapRoutes({ map }: { readonly map: SyncMapReader }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/sync/map',
        operationId: 'getSyncMap',
        tag: 'sync',
        summary: 'Secrets of all projects you may see, each with all of its copies and how far they are',
        query: syncMapQuery,
        responses: { 200: { description: 'A page, by name', schema: syncMapPageSchema } },
        errors: ['forbidden'],
        governance: 'read',
      },
      async ({ actor, query }) => ({ status: 200, body: await map.rows(actor, query) }),
    ),
    route(
      {
        method: 'get',
        path: '/v1/sync/waiting',
        operationId: 'getWaitingCopies',
        tag: 'sync',
        summary: 'How many copies are not where they should be, for each vault profile that has any',
        responses: { 200: { description: 'By vault profile', schema: waitingListSchema } },
        errors: ['forbidden'],
        governance: 'read',
      },
      async ({ actor }) => ({ status: 200, body: { items: await map.waiting(actor) } }),
    ),
    route(
      {
        method: 'get',
        path: '/v1/sync/rates',
        operationId: 'getSyncRates',
        tag: 'sync',
        summary: 'What came of copies within the last minute, for each vault profile where anything did',
        description: 'Counted from the record, so it is that of all processes together.',
        responses: { 200: { description: 'By vault profile', schema: rateListSchema } },
        errors: ['forbidden'],
        governance: 'read',
      },
      async ({ actor }) => ({ status: 200, body: await map.rates(actor) }),
    ),
  ];
}
