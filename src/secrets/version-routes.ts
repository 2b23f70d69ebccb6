import { z } from 'zod';
import { pageQuery } from '../api/lists.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Sql } from '../db.ts';
import type { ContentService } from './content-service.ts';
import { MUTATION_ERRORS, mutationReply, mutationResponses } from './mutation-reply.ts';
import { toSecretFields } from './payload/payload-input.ts';
import type { SecretCatalog } from './secret-catalog.ts';
import {
  destroyVersionSchema,
  editVersionSchema,
  numberedVersionParams,
  plainMutationSchema,
  rollbackSchema,
  secretParams,
  updateContentSchema,
  versionPageSchema,
  versionParams,
  versionSchema,
} from './secret-schemas.ts';
import type { SecretService } from './secret-service.ts';

export interface VersionRouteDeps {
  readonly db: Sql;
  readonly catalog: SecretCatalog;
  readonly contents: ContentService;
  readonly secrets: SecretService;
}

const tag = 'versions';

export function versionRoutes(deps: VersionRouteDeps): RouteDefinition[] {
  return [
    listVersions(deps),
    createVersion(deps),
    getVersion(deps),
    editVersion(deps),
    rollback(deps),
    ...VERSION_CHANGES.map((change) => versionChangeRoute(deps, ...change)),
  ];
}

const listVersions = ({ catalog }: VersionRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/secrets/:secretId/versions',
      operationId: 'listVersions',
      tag,
      summary: 'Versions of a secret, newest first',
      params: secretParams,
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page', schema: versionPageSchema } },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params, query }) => ({
      status: 200,
      body: await catalog.listVersions(actor, { id: params.secretId }, query),
    }),
  );

const createVersion = ({ db, contents }: VersionRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/:secretId/versions',
      operationId: 'createVersion',
      tag,
      summary: 'Write new content: a new version, unless it equals the newest',
      params: secretParams,
      body: updateContentSchema,
      bodyExample: { payload: { username: 'shop', password: 'a new one' }, expectedVersion: 1 },
      responses: mutationResponses(201),
      errors: [...MUTATION_ERRORS, 'secret_disabled', 'payload_too_large'],
      governance: { governed: 'update' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { payload, versionDescription: description, versionLifetime: lifetime, ...rest } = body;
      const { comment, expectedVersion, draft, checksums, disablePrevious } = rest;
      const options = { idempotency, comment, expectedVersion, draft };
      const input = { fields: toSecretFields(payload), checksums, description, lifetime, disablePrevious };
      return mutationReply(db, actor, await contents.update(actor, { id: params.secretId }, options, input), 201);
    },
  );

const getVersion = ({ catalog }: VersionRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/secrets/:secretId/versions/:version',
      operationId: 'getVersion',
      tag,
      summary: 'One version by number, `latest` or `latest_enabled`, without its content',
      params: versionParams,
      responses: { 200: { description: 'The version', schema: versionSchema } },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({
      status: 200,
      body: await catalog.getVersion(actor, { id: params.secretId }, params.version),
    }),
  );

const editVersion = ({ db, secrets }: VersionRouteDeps) =>
  route(
    {
      method: 'patch',
      path: '/v1/secrets/:secretId/versions/:version',
      operationId: 'editVersion',
      tag,
      summary: 'Change what is said of a version, or how long it lasts',
      params: numberedVersionParams,
      body: editVersionSchema,
      bodyExample: { description: 'rotated after the incident', lifetime: { ttlSeconds: 86_400, action: 'disable' } },
      responses: mutationResponses(200),
      errors: MUTATION_ERRORS,
      governance: { governed: 'edit_version' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { comment, expectedVersion, draft, ...patch } = body;
      const options = { idempotency, comment, expectedVersion, draft };
      const ref = { id: params.secretId };
      return mutationReply(db, actor, await secrets.editVersion(actor, ref, options, params.version, patch), 200);
    },
  );

const rollback = ({ db, contents }: VersionRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/:secretId/rollback',
      operationId: 'rollbackSecret',
      tag,
      summary: "Make an older version's content a new version",
      params: secretParams,
      body: rollbackSchema,
      bodyExample: { version: 3, comment: 'the new password does not work' },
      responses: mutationResponses(201),
      errors: [
        ...MUTATION_ERRORS,
        'version_content_unavailable',
        'version_disabled',
        'secret_disabled',
        'content_drifted',
      ],
      governance: { governed: 'rollback' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { version, comment, expectedVersion, draft } = body;
      const options = { idempotency, comment, expectedVersion, draft };
      return mutationReply(db, actor, await contents.rollback(actor, { id: params.secretId }, options, version), 201);
    },
  );

const VERSION_CHANGES = [
  ['post', '/enable', 'enable_version', 'enableVersion', 'Allow reading a version again'],
  ['post', '/disable', 'disable_version', 'disableVersion', 'Refuse reading and syncing a version'],
  ['delete', '', 'destroy_version', 'destroyVersion', "Destroy an older version's content for good"],
] as const;

function versionChangeRoute(
  { db, secrets }: VersionRouteDeps,
  ...[method, suffix, operation, operationId, summary]: (typeof VERSION_CHANGES)[number]
) {
  return route(
    {
      method,
      path: `/v1/secrets/:secretId/versions/:version${suffix}`,
      operationId,
      tag,
      summary,
      params: numberedVersionParams,
      body: operation === 'destroy_version' ? destroyVersionSchema : plainMutationSchema,
      responses: mutationResponses(200),
      errors: [...MUTATION_ERRORS, 'protected', 'in_use'],
      governance: { governed: operation },
    },
    async ({ actor, params, body, idempotency }) => {
      const ref = { id: params.secretId };
      return mutationReply(
        db,
        actor,
        await secrets[operationId](actor, ref, { idempotency, ...body }, params.version),
        200,
      );
    },
  );
}
