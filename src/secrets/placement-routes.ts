import { z } from 'zod';
import { type RouteDefinition, route } from '../api/route.ts';
import { id } from '../api/text-schemas.ts';
import type { Sql } from '../db.ts';
import { MUTATION_ERRORS, mutationReply, mutationResponses } from './mutation-reply.ts';
import type { PlacementService } from './placement-service.ts';
import {
  addTargetSchema,
  changeSourceSchema,
  removeTargetSchema,
  resolveTargetSchema,
  secretParams,
} from './secret-schemas.ts';

export interface PlacementRouteDeps {
  readonly db: Sql;
  readonly placements: PlacementService;
}

const targetParams = z.strictObject({ secretId: id, targetId: id });

export function placementRoutes(deps: PlacementRouteDeps): RouteDefinition[] {
  return [changeSource(deps), addTarget(deps), removeTarget(deps), resolveTarget(deps)];
}

const changeSource = ({ db, placements }: PlacementRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/:secretId/source-profile',
      operationId: 'changeSource',
      tag: 'secrets',
      summary: 'Move the value to another source; it is proved there first',
      params: secretParams,
      body: changeSourceSchema,
      bodyExample: { profileId: '01936f76-2d33-7e4f-9a5b-6c7d8e9f0a12', oldSource: 'target' },
      responses: mutationResponses(200),
      errors: [...MUTATION_ERRORS, 'remote_path_taken', 'payload_too_large', 'version_content_unavailable'],
      governance: { governed: 'change_source' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { profileId, oldSource, comment, expectedVersion, draft } = body;
      const options = { idempotency, comment, expectedVersion, draft };
      const result = await placements.changeSource(actor, { id: params.secretId }, options, profileId, oldSource);
      return mutationReply(db, actor, result, 200);
    },
  );

const addTarget = ({ db, placements }: PlacementRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/:secretId/targets',
      operationId: 'addTarget',
      tag: 'sync',
      summary: 'Carry copies to a further vault profile from now on',
      params: secretParams,
      body: addTargetSchema,
      bodyExample: { profileId: '01936f76-2d33-7e4f-9a5b-6c7d8e9f0a12', onConflict: 'adopt' },
      responses: mutationResponses(200),
      errors: [...MUTATION_ERRORS, 'remote_path_taken', 'payload_too_large', 'already_exists'],
      governance: { governed: 'add_target' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { profileId, onConflict, comment, expectedVersion, draft } = body;
      const options = { idempotency, comment, expectedVersion, draft };
      const result = await placements.addTarget(actor, { id: params.secretId }, options, profileId, onConflict);
      return mutationReply(db, actor, result, 200);
    },
  );

const removeTarget = ({ db, placements }: PlacementRouteDeps) =>
  route(
    {
      method: 'delete',
      path: '/v1/secrets/:secretId/targets/:targetId',
      operationId: 'removeTarget',
      tag: 'sync',
      summary: 'Stop carrying copies there, and delete or keep the copy',
      params: targetParams,
      body: removeTargetSchema,
      responses: mutationResponses(200),
      errors: MUTATION_ERRORS,
      governance: { governed: 'remove_target' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { copy, comment, expectedVersion, draft } = body;
      const options = { idempotency, comment, expectedVersion, draft };
      const result = await placements.removeTarget(actor, { id: params.secretId }, options, params.targetId, copy);
      return mutationReply(db, actor, result, 200);
    },
  );

const resolveTarget = ({ db, placements }: PlacementRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/:secretId/targets/:targetId/resolve',
      operationId: 'resolveTarget',
      tag: 'sync',
      summary: "Decide about an entry that is not ours, or no longer as we left it, in a target's place",
      params: targetParams,
      body: resolveTargetSchema,
      bodyExample: { way: 'overwrite' },
      responses: mutationResponses(200),
      errors: MUTATION_ERRORS,
      governance: { governed: 'resolve_target' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { way, comment, expectedVersion, draft } = body;
      const options = { idempotency, comment, expectedVersion, draft };
      const result = await placements.resolveTarget(actor, { id: params.secretId }, options, params.targetId, way);
      return mutationReply(db, actor, result, 200);
    },
  );
