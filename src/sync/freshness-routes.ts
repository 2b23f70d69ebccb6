import { z } from 'zod';
import { type RouteDefinition, route } from '../api/route.ts';
import { timestamp } from '../api/text-schemas.ts';
import type { FreshnessService } from './freshness-service.ts';
import { profileParams } from './sync-control-schemas.ts';

const freshnessSchema = z
  .object({
    objectiveSeconds: z
      .int()
      .nullable()
      .meta({ description: 'How long a copy may be out of step; null: nobody said.' }),
    lagSeconds: z
      .number()
      .meta({ description: 'How long the copy that is out of step longest has been so; 0: none is.' }),
    staleSince: timestamp.nullable().meta({ description: 'The objective is missed since then.' }),
  })
  .meta({ id: 'VaultProfileFreshness' });

export function freshnessRoutes({ freshness }: { readonly freshness: FreshnessService }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/vault-profiles/:profileId/freshness',
        operationId: 'getVaultProfileFreshness',
        tag: 'sync',
        summary: 'How far copies at this profile lag behind, and how far they may',
        params: profileParams,
        responses: {
          200: {
            description: 'The lag now',
            schema: freshnessSchema,
            example: { objectiveSeconds: 60, lagSeconds: 0, staleSince: null },
          },
        },
        errors: ['forbidden', 'not_found'],
        governance: 'read',
      },
      async ({ actor, params }) => ({ status: 200, body: await freshness.get(actor, params.profileId) }),
    ),
  ];
}
