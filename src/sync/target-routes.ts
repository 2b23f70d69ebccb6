import { z } from 'zod';
import { type RouteDefinition, route } from '../api/route.ts';
import { id, timestamp } from '../api/text-schemas.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { Target, TargetService } from './target-service.ts';
import { TARGET_STATES } from './target-state.ts';

const targetSchema = z
  .object({
    id,
    secretId: z.string(),
    profileId: z.string(),
    profileName: z.string(),
    remotePath: z.string(),
    state: z.enum(TARGET_STATES),
    desiredVersion: z.int().nullable().meta({ description: 'Null: the copy must be absent.' }),
    observedVersion: z.int().nullable().meta({ description: 'What was last proved to be there.' }),
    aheadVersion: z.int().nullable().meta({
      description:
        'Ours by its marker and unknown here: the database is older than this copy. The next version is numbered above.',
    }),
    code: z.string().nullable().meta({ description: 'Why it is not in step.' }),
    attempts: z.int(),
    nextAttemptAt: timestamp.nullable(),
    dueSince: timestamp.nullable().meta({ description: 'Out of step since then.' }),
    writtenVersion: z.int().nullable().meta({
      description: 'What the vault last said it took; null for a removal. That is no proof: see `observedVersion`.',
    }),
    writtenAt: timestamp.nullable(),
    syncedAt: timestamp.nullable().meta({ description: 'When `observedVersion` was last proved.' }),
    nextScanAt: timestamp.nullable().meta({ description: 'When the drift scan looks again.' }),
  })
  .meta({ id: 'Target' });
const listSchema = z.object({ items: z.array(targetSchema) }).meta({ id: 'TargetList' });
const secretParams = z.strictObject({ secretId: id });
const targetParams = z.strictObject({ secretId: id, targetId: id });

function targetView(target: Target): z.output<typeof targetSchema> {
  return {
    ...target,
    nextAttemptAt: target.nextAttemptAt?.toISOString() ?? null,
    dueSince: target.dueSince?.toISOString() ?? null,
    writtenAt: target.writtenAt?.toISOString() ?? null,
    syncedAt: target.syncedAt?.toISOString() ?? null,
    nextScanAt: target.nextScanAt?.toISOString() ?? null,
  };
}

const listed = { 200: { description: 'The targets', schema: listSchema } };
const accepted = { 202: { description: 'Due now; the targets as they are', schema: listSchema } };

export function targetRoutes({ targets }: { readonly targets: TargetService }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/secrets/:secretId/targets',
        operationId: 'listTargets',
        tag: 'sync',
        summary: 'Where copies of a secret are and how far they are',
        params: secretParams,
        responses: listed,
        errors: ['forbidden', 'not_found'],
        governance: 'read',
      },
      async ({ actor, params }) => ({
        status: 200,
        body: { items: (await targets.list(actor, params.secretId)).map(targetView) },
      }),
    ),
    route(
      {
        method: 'post',
        path: '/v1/secrets/:secretId/sync',
        operationId: 'syncSecret',
        tag: 'sync',
        summary: 'Look at every target now',
        params: secretParams,
        responses: accepted,
        errors: ['forbidden', 'not_found'],
        governance: { exempt: UNGOVERNED.syncSecret },
      },
      async ({ actor, params }) => ({
        status: 202,
        body: { items: (await targets.syncNow(actor, params.secretId, undefined)).map(targetView) },
      }),
    ),
    route(
      {
        method: 'post',
        path: '/v1/secrets/:secretId/targets/:targetId/sync',
        operationId: 'syncTarget',
        tag: 'sync',
        summary: 'Look at one target now',
        params: targetParams,
        responses: accepted,
        errors: ['forbidden', 'not_found'],
        governance: { exempt: UNGOVERNED.syncTarget },
      },
      async ({ actor, params }) => ({
        status: 202,
        body: { items: (await targets.syncNow(actor, params.secretId, params.targetId)).map(targetView) },
      }),
    ),
  ];
}
