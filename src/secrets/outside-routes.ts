import { z } from 'zod';
import { type RouteDefinition, route } from '../api/route.ts';
import { id } from '../api/text-schemas.ts';
import type { Sql } from '../db.ts';
import { MUTATION_ERRORS, mutationReply, mutationResponses } from './mutation-reply.ts';
import type { OutsideService } from './outside-service.ts';
import { acceptOutsideSchema, secretParams } from './secret-schemas.ts';

export interface OutsideRouteDeps {
  readonly db: Sql;
  readonly outside: OutsideService;
}

const targetParams = z.strictObject({ secretId: id, targetId: id });

export function outsideRoutes(deps: OutsideRouteDeps): RouteDefinition[] {
  return [acceptSource(deps), acceptTarget(deps)];
}

const acceptSource = ({ db, outside }: OutsideRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/:secretId/accept-source',
      operationId: 'acceptSource',
      tag: 'secrets',
      summary: 'What the source holds now becomes the next version',
      description:
        'For content that was not written through here, or that was and is forgotten since the database was restored from a ' +
        'backup. Its number lies above every version that the vaults may have seen.',
      params: secretParams,
      body: acceptOutsideSchema,
      bodyExample: { comment: 'restored from the backup of Monday' },
      responses: mutationResponses(201),
      errors: [...MUTATION_ERRORS, 'payload_too_large', 'secret_disabled', 'invalid_input'],
      governance: { governed: 'accept_source' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { comment, expectedVersion } = body;
      const result = await outside.acceptSource(
        actor,
        { id: params.secretId },
        { idempotency, comment, expectedVersion },
      );
      return mutationReply(db, actor, result, 201);
    },
  );

const acceptTarget = ({ db, outside }: OutsideRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/:secretId/targets/:targetId/accept',
      operationId: 'acceptTarget',
      tag: 'sync',
      summary: 'What a drifted target holds becomes the next version, everywhere',
      params: targetParams,
      body: acceptOutsideSchema,
      bodyExample: { comment: 'changed there by hand, on purpose' },
      responses: mutationResponses(201),
      errors: [...MUTATION_ERRORS, 'payload_too_large', 'secret_disabled'],
      governance: { governed: 'update' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { comment, expectedVersion } = body;
      const options = { idempotency, comment, expectedVersion };
      const result = await outside.acceptTarget(actor, { id: params.secretId }, options, params.targetId);
      return mutationReply(db, actor, result, 201);
    },
  );
