import { z } from 'zod';
import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { id, longText } from '../api/text-schemas.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import type { FuseService } from './fuse-service.ts';

const SHORTEST_REASON = 10;

const releaseSchema = z
  .strictObject({
    release: z.int().min(1).max(1_000_000).meta({ description: 'How many of the held removals may begin.' }),
    reason: longText
      .trim()
      .min(SHORTEST_REASON)
      .meta({ description: 'Why they are meant to go. It stands in the audit trail.' }),
  })
  .meta({ id: 'ReleaseDeleteFuse' });

const releasedSchema = z
  .object({
    profileId: z.string(),
    released: z.int(),
    held: z.int().meta({ description: 'Copies whose removal stays held.' }),
  })
  .meta({ id: 'DeleteFuseRelease' });

interface Deps {
  readonly fuse: FuseService;
  readonly mutate: Mutate;
  readonly doorbell: Doorbell;
}

export function fuseRoutes({ fuse, mutate, doorbell }: Deps): RouteDefinition[] {
  return [
    route(
      {
        method: 'post',
        path: '/v1/vault-profiles/:profileId/fuse',
        operationId: 'releaseDeleteFuse',
        tag: 'sync',
        summary: 'Let held removals go: exactly so many',
        description:
          'When more copies are to be removed within an hour than the profile allows, the rest is held: its targets stay ' +
          '`removing` with the code `delete_fuse`. Restoring the secrets calls the removals off; this lets them go.',
        params: z.strictObject({ profileId: id }),
        body: releaseSchema,
        bodyExample: { release: 3, reason: 'The old shop was closed for good, see the change of Monday.' },
        responses: {
          200: {
            description: 'What was let go',
            schema: releasedSchema,
            example: { profileId: '01936f76-2d33-7e4f-9a5b-6c7d8e9f0a12', released: 3, held: 9 },
          },
        },
        errors: ['forbidden', 'not_found', 'invalid_transition'],
        governance: { exempt: UNGOVERNED.releaseDeleteFuse },
      },
      async (request) => {
        const { profileId } = request.params;
        const reply = await mutate(request, async (tx) => ({
          status: 200,
          body: await fuse.release(request.actor, tx, profileId, request.body),
        }));
        doorbell.ring({ name: 'sync-profile', data: { profileId } });
        return reply;
      },
    ),
  ];
}
