import { type RouteDefinition, route } from '../api/route.ts';
import type { Sql } from '../db.ts';
import type { CreateService } from './create-service.ts';
import { MUTATION_ERRORS, mutationReply, mutationResponses } from './mutation-reply.ts';
import { toSecretFields } from './payload/payload-input.ts';
import type { RenameService } from './rename-service.ts';
import type { SecretCatalog } from './secret-catalog.ts';
import {
  createSecretSchema,
  deleteSecretSchema,
  destroySecretSchema,
  editMetadataSchema,
  namedSecretParams,
  namedSecretQuery,
  plainMutationSchema,
  renameSchema,
  secretPageSchema,
  secretParams,
  secretQuery,
  secretSchema,
} from './secret-schemas.ts';
import type { SecretService } from './secret-service.ts';

export interface SecretRouteDeps {
  readonly db: Sql;
  readonly catalog: SecretCatalog;
  readonly secrets: SecretService;
  readonly creations: CreateService;
  readonly renames: RenameService;
}

const tag = 'secrets';
const one = { description: 'The secret', schema: secretSchema };

export function secretRoutes(deps: SecretRouteDeps): RouteDefinition[] {
  return [
    listSecrets(deps),
    createSecret(deps),
    getSecret(deps),
    getSecretByName(deps),
    editSecret(deps),
    renameSecret(deps),
    deleteSecret(deps),
    destroySecret(deps),
    ...FLAGS.map((flag) => flagRoute(deps, ...flag)),
  ];
}

const listSecrets = ({ catalog }: SecretRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/secrets',
      operationId: 'listSecrets',
      tag,
      summary: 'Secrets of all projects you may see, without values',
      query: secretQuery,
      responses: { 200: { description: 'A page', schema: secretPageSchema } },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await catalog.list(actor, query) }),
  );

const createSecret = ({ db, creations }: SecretRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets',
      operationId: 'createSecret',
      tag,
      summary: 'Create a secret with its first version and its targets in one step',
      body: createSecretSchema,
      bodyExample: {
        project: 'shop',
        name: 'db-login',
        type: 'basic_auth',
        sourceProfileId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a',
        targets: [{ profileId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1b' }],
        payload: { username: 'shop', password: 'correct horse battery staple' },
      },
      responses: mutationResponses(201),
      errors: [...MUTATION_ERRORS, 'already_exists', 'remote_path_taken', 'payload_too_large'],
      governance: { governed: 'create' },
    },
    async ({ actor, body, idempotency }) => {
      const { payload, comment, draft, ...input } = body;
      const fields = payload === undefined ? {} : { fields: toSecretFields(payload) };
      const result = await creations.create(actor, { ...input, ...fields }, { idempotency, comment, draft });
      return mutationReply(db, actor, result, 201);
    },
  );

const getSecret = ({ catalog }: SecretRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/secrets/:secretId',
      operationId: 'getSecret',
      tag,
      summary: 'One secret, without its value',
      params: secretParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
      readsAlong: ({ secretId }) => catalog.along(secretId),
    },
    async ({ actor, params, along }) => ({
      status: 200,
      body: along === undefined ? await catalog.get(actor, { id: params.secretId }) : catalog.show(actor, along),
    }),
  );

const getSecretByName = ({ catalog }: SecretRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/projects/:project/secrets/:name',
      operationId: 'getSecretByName',
      tag,
      summary: 'One secret by project, folder and name',
      params: namedSecretParams,
      query: namedSecretQuery,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params, query }) => ({
      status: 200,
      body: await catalog.get(actor, { ...params, ...query }),
    }),
  );

const editSecret = ({ db, secrets }: SecretRouteDeps) =>
  route(
    {
      method: 'patch',
      path: '/v1/secrets/:secretId',
      operationId: 'editSecret',
      tag,
      summary: 'Change description, tags or attributes',
      params: secretParams,
      body: editMetadataSchema,
      bodyExample: { description: 'login of the shop at its database', tags: ['database'] },
      responses: mutationResponses(200),
      errors: MUTATION_ERRORS,
      governance: { governed: 'edit_metadata' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { comment, expectedVersion, draft, ...patch } = body;
      const options = { idempotency, comment, expectedVersion, draft };
      return mutationReply(db, actor, await secrets.editMetadata(actor, { id: params.secretId }, options, patch), 200);
    },
  );

const renameSecret = ({ db, renames }: SecretRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/:secretId/rename',
      operationId: 'renameSecret',
      tag,
      summary: 'Give a secret another name or folder; its entries move, with the newest version',
      params: secretParams,
      body: renameSchema,
      bodyExample: { name: 'db-password', path: 'payments/production' },
      responses: mutationResponses(200),
      errors: [...MUTATION_ERRORS, 'already_exists', 'in_use', 'remote_path_taken', 'version_content_unavailable'],
      governance: { governed: 'rename' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { comment, expectedVersion, draft, confirm, ...to } = body;
      const options = { idempotency, comment, expectedVersion, draft, confirm };
      return mutationReply(db, actor, await renames.rename(actor, { id: params.secretId }, options, to), 200);
    },
  );

const deleteSecret = ({ db, secrets }: SecretRouteDeps) =>
  route(
    {
      method: 'delete',
      path: '/v1/secrets/:secretId',
      operationId: 'deleteSecret',
      tag,
      summary: 'Delete a secret; it can be restored until its window ends',
      params: secretParams,
      body: deleteSecretSchema,
      responses: mutationResponses(200),
      errors: [...MUTATION_ERRORS, 'protected', 'in_use'],
      governance: { governed: 'delete' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { comment, expectedVersion, draft, confirm, ...input } = body;
      const options = { idempotency, comment, expectedVersion, draft, confirm };
      return mutationReply(db, actor, await secrets.delete(actor, { id: params.secretId }, options, input), 200);
    },
  );

const destroySecret = ({ db, secrets }: SecretRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/:secretId/destroy',
      operationId: 'destroySecret',
      tag,
      summary: 'Destroy a secret for good, at its source and its copies',
      params: secretParams,
      body: destroySecretSchema,
      responses: mutationResponses(200),
      errors: [...MUTATION_ERRORS, 'protected', 'in_use'],
      governance: { governed: 'destroy' },
    },
    async ({ actor, params, body, idempotency }) => {
      const { comment, expectedVersion, draft, confirm, copies } = body;
      const options = { idempotency, comment, expectedVersion, draft, confirm };
      return mutationReply(db, actor, await secrets.destroy(actor, { id: params.secretId }, options, copies), 200);
    },
  );

const FLAGS = [
  ['restore', 'restoreSecret', 'Bring a deleted secret and its copies back'],
  ['protect', 'protectSecret', 'Protect a secret and its versions from deletion'],
  ['unprotect', 'unprotectSecret', 'Take the protection away'],
  ['enable', 'enableSecret', 'Allow reads and writes again'],
  ['disable', 'disableSecret', 'Refuse reads and writes'],
] as const;

function flagRoute({ db, secrets }: SecretRouteDeps, ...[operation, operationId, summary]: (typeof FLAGS)[number]) {
  return route(
    {
      method: 'post',
      path: `/v1/secrets/:secretId/${operation}`,
      operationId,
      tag,
      summary,
      params: secretParams,
      body: plainMutationSchema,
      responses: mutationResponses(200),
      errors: MUTATION_ERRORS,
      governance: { governed: operation },
    },
    async ({ actor, params, body, idempotency }) =>
      mutationReply(db, actor, await secrets[operation](actor, { id: params.secretId }, { idempotency, ...body }), 200),
  );
}
