import { z } from 'zod';
import { type RouteDefinition, route } from '../api/route.ts';
import { timestamp } from '../api/text-schemas.ts';
import type { SecretCatalog } from './secret-catalog.ts';

const MOST = 200;

const expiringSchema = z
  .object({
    items: z.array(
      z
        .object({
          secretId: z.string(),
          projectId: z.string(),
          path: z.string(),
          name: z.string(),
          type: z.string(),
          version: z.int().meta({ description: 'The newest enabled one.' }),
          expiresAt: timestamp,
        })
        .meta({ id: 'ExpiringSecret' }),
    ),
  })
  .meta({ id: 'ExpiringSecrets' });

const query = z.strictObject({
  days: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number)
    .prefault('30')
    .meta({ description: 'How far ahead to look, 1 to 999.' }),
});

export function expiringRoutes({ catalog }: { readonly catalog: SecretCatalog }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/expiring-secrets',
        operationId: 'listExpiringSecrets',
        tag: 'secrets',
        summary:
          'Secrets in use that end soon, or whose token or certificate does or has ended, the first of them first',
        description: `At most ${MOST}, of all projects you may see.`,
        query,
        responses: { 200: { description: 'What ends', schema: expiringSchema } },
        errors: ['forbidden'],
        governance: 'read',
      },
      async ({ actor, query: { days } }) => ({
        status: 200,
        body: { items: await catalog.expiring(actor, days, MOST) },
      }),
    ),
  ];
}
