import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Govern } from '../approvals/govern.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import { WAITS } from '../approvals/waiting-reply.ts';
import type { VaultActions } from './vault-actions.ts';
import {
  checkVaultSchema,
  createVaultExample,
  createVaultSchema,
  updateVaultSchema,
  vaultCheckSchema,
  vaultExample,
  vaultKindExample,
  vaultKindsSchema,
  vaultPageSchema,
  vaultParams,
  vaultQuery,
  vaultSchema,
} from './vault-schemas.ts';
import type { VaultService } from './vault-service.ts';

interface Deps {
  readonly vaults: VaultService;
  readonly mutate: Mutate;
  readonly govern: Govern;
  readonly actions: VaultActions;
}

const tag = 'vaults';
const one = { description: 'The vault', schema: vaultSchema, example: vaultExample };
const page = { description: 'A page', schema: vaultPageSchema, example: { items: [vaultExample], nextCursor: null } };

export function vaultRoutes(deps: Deps): RouteDefinition[] {
  return [
    listVaultKinds(deps),
    listVaults(deps),
    createVault(deps),
    getVault(deps),
    updateVault(deps),
    deleteVault(deps),
    checkVault(deps),
  ];
}

const listVaultKinds = ({ vaults }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/vault-kinds',
      operationId: 'listVaultKinds',
      tag,
      summary: 'Kinds of vault with their settings and what they can do',
      responses: {
        200: { description: 'The kinds', schema: vaultKindsSchema, example: { items: [vaultKindExample] } },
      },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor }) => ({ status: 200, body: { items: await vaults.kinds(actor) } }),
  );

const listVaults = ({ vaults }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/vaults',
      operationId: 'listVaults',
      tag,
      summary: 'Vaults of the organization, in order of creation',
      query: vaultQuery,
      responses: { 200: page },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await vaults.list(actor, query) }),
  );

const createVault = ({ vaults, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/vaults',
      operationId: 'createVault',
      tag,
      summary: 'Add a vault',
      description: 'The vault is not called; see its `check`. Credentials are sealed and never shown again.',
      body: createVaultSchema,
      bodyExample: createVaultExample,
      responses: { 201: one },
      errors: ['forbidden', 'already_exists'],
      governance: { exempt: UNGOVERNED.createVault },
    },
    (request) =>
      mutate(request, async (tx) => ({ status: 201, body: await vaults.create(request.actor, tx, request.body) })),
  );

const getVault = ({ vaults }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/vaults/:vaultId',
      operationId: 'getVault',
      tag,
      summary: 'One vault',
      params: vaultParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await vaults.get(actor, params.vaultId) }),
  );

const updateVault = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/vaults/:vaultId',
      operationId: 'updateVault',
      tag,
      summary: 'Change name, settings or credentials of a vault',
      description:
        'A changed setting gives the profiles of the vault a new revision, which voids grants that wait. When the place ' +
        'changes, all copies there are proved again.',
      params: vaultParams,
      body: updateVaultSchema,
      bodyExample: { settings: { secretId: 'the-new-secret-id' } },
      responses: { 200: one, ...WAITS },
      errors: [
        'forbidden',
        'not_found',
        'already_exists',
        'revision_conflict',
        'change_in_progress',
        'remote_path_taken',
      ],
      governance: { governed: 'edit_vault' },
    },
    (request) => govern(request, actions.editVault, { ...request.body, vaultId: request.params.vaultId }),
  );

const deleteVault = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/vaults/:vaultId',
      operationId: 'deleteVault',
      tag,
      summary: 'Delete a vault that no profile uses',
      params: vaultParams,
      responses: { 204: { description: 'Deleted' }, ...WAITS },
      errors: ['forbidden', 'not_found', 'in_use', 'change_in_progress'],
      governance: { governed: 'delete_vault' },
    },
    (request) => govern(request, actions.deleteVault, request.params),
  );

const checkVault = ({ vaults }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/vaults/:vaultId/check',
      operationId: 'checkVault',
      tag,
      summary: 'Ask the vault whether address, credential and place are right, and which rights are missing',
      params: vaultParams,
      body: checkVaultSchema,
      bodyExample: { attributes: { mount: 'secret' } },
      responses: {
        200: {
          description: 'What the vault said',
          schema: vaultCheckSchema,
          example: { ok: false, code: 'unavailable' },
        },
      },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.checkVault },
    },
    async ({ actor, params, body }) => ({
      status: 200,
      body: await vaults.check(actor, params.vaultId, body.attributes),
    }),
  );
