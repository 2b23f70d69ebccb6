import { z } from 'zod';
import { pageQuery } from '../api/lists.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Sql } from '../db.ts';
import type { ContentService } from './content-service.ts';
import { MUTATION_ERRORS, mutationReply, mutationResponses } from './mutation-reply.ts';
import { toPayloadOutput, toSecretFields } from './payload/payload-input.ts';
import type { SecretCatalog } from './secret-catalog.ts';
import type { SecretReader } from './secret-reader.ts';
import {
  contentSchema,
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
  readonly reader: SecretReader;
}

const tag = 'versions';

export function versionRoutes(deps: VersionRouteDeps): RouteDefinition[] {
  return [
    listVersions(deps),
    createVersion(deps),
    getVersion(deps),
    getContent(deps),
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
      const { payload, versionDescription, comment, expectedVersion, draft } = body;
      const options = { idempotency, comment, expectedVersion, draft };
      const fields = toSecretFields(payload);
      return mutationReply(
        db,
        actor,
        await contents.update(actor, { id: params.secretId }, options, fields, versionDescription, true),
        201,
      );
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

const getContent = ({ reader }: VersionRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/secrets/:secretId/versions/:version/content',
      operationId: 'getVersionContent',
      tag,
      summary: 'The value, read from the source vault; recorded before it is read',
      params: versionParams,
      responses: { 200: { description: 'The content', schema: contentSchema } },
      errors: [
        'forbidden',
        'not_found',
        'invalid_transition',
        'secret_disabled',
        'version_disabled',
        'profile_disabled',
        'version_content_unavailable',
        'content_drifted',
        'vault_denied',
        'vault_busy',
        'vault_unavailable',
        'unavailable',
      ],
      governance: 'read',
    },
    async ({ actor, params }) => {
      const { context, version, fields } = await reader.content(actor, { id: params.secretId }, params.version);
      const { id, name, type } = context.secret;
      return {
        status: 200,
        body: { secretId: id, name, type, version: version.version, payload: toPayloadOutput(fields) },
        headers: { 'cache-control': 'no-store' },
      };
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
      body: plainMutationSchema,
      responses: mutationResponses(200),
      errors: [...MUTATION_ERRORS, 'protected'],
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
