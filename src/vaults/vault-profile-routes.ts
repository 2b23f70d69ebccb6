import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Govern } from '../approvals/govern.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import { WAITS } from '../approvals/waiting-reply.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import type { VaultProfileActions } from './vault-profile-actions.ts';
import {
  createVaultProfileSchema,
  profileCheckSchema,
  updateVaultProfileSchema,
  vaultProfileExample,
  vaultProfilePageSchema,
  vaultProfileParams,
  vaultProfileQuery,
  vaultProfileSchema,
} from './vault-profile-schemas.ts';
import type { VaultProfileService } from './vault-profile-service.ts';

interface Deps {
  readonly profiles: VaultProfileService;
  readonly mutate: Mutate;
  readonly govern: Govern;
  readonly actions: VaultProfileActions;
  readonly doorbell: Doorbell;
}

const tag = 'vaults';
const one = { description: 'The vault profile', schema: vaultProfileSchema, example: vaultProfileExample };
const page = {
  description: 'A page',
  schema: vaultProfilePageSchema,
  example: { items: [vaultProfileExample], nextCursor: null },
};

export function vaultProfileRoutes(deps: Deps): RouteDefinition[] {
  return [
    listVaultProfiles(deps),
    createVaultProfile(deps),
    getVaultProfile(deps),
    updateVaultProfile(deps),
    deleteVaultProfile(deps),
    enableVaultProfile(deps),
    disableVaultProfile(deps),
    checkVaultProfile(deps),
  ];
}

const listVaultProfiles = ({ profiles }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/vault-profiles',
      operationId: 'listVaultProfiles',
      tag,
      summary: 'Vault profiles of the organization, in order of creation',
      query: vaultProfileQuery,
      responses: { 200: page },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await profiles.list(actor, query) }),
  );

const createVaultProfile = ({ profiles, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/vault-profiles',
      operationId: 'createVaultProfile',
      tag,
      summary: 'Add a way to use a vault',
      description: 'To attach an approval profile one also needs the right policy.administer.',
      body: createVaultProfileSchema,
      bodyExample: { name: 'payments-production', vaultId: vaultProfileExample.vaultId },
      responses: { 201: one },
      errors: ['forbidden', 'not_found', 'already_exists', 'remote_path_taken'],
      governance: { exempt: UNGOVERNED.createVaultProfile },
    },
    (request) =>
      mutate(request, async (tx) => ({ status: 201, body: await profiles.create(request.actor, tx, request.body) })),
  );

const getVaultProfile = ({ profiles }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/vault-profiles/:profileId',
      operationId: 'getVaultProfile',
      tag,
      summary: 'One vault profile',
      params: vaultProfileParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await profiles.get(actor, params.profileId) }),
  );

const updateVaultProfile = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/vault-profiles/:profileId',
      operationId: 'updateVaultProfile',
      tag,
      summary: 'Change a vault profile',
      description:
        'Every change makes a new revision and voids grants that wait for the old one. To attach, replace or detach an ' +
        'approval profile one also needs the right policy.administer.',
      params: vaultProfileParams,
      body: updateVaultProfileSchema,
      bodyExample: { concurrency: 32 },
      responses: { 200: one, ...WAITS },
      errors: [
        'forbidden',
        'not_found',
        'already_exists',
        'revision_conflict',
        'change_in_progress',
        'remote_path_taken',
      ],
      governance: { governed: 'edit_vault_profile' },
    },
    (request) => govern(request, actions.editVaultProfile, { ...request.body, profileId: request.params.profileId }),
  );

const deleteVaultProfile = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/vault-profiles/:profileId',
      operationId: 'deleteVaultProfile',
      tag,
      summary: 'Delete a vault profile that was never used',
      description: 'A profile that secrets used stays for their history; disable it instead.',
      params: vaultProfileParams,
      responses: { 204: { description: 'Deleted' }, ...WAITS },
      errors: ['forbidden', 'not_found', 'in_use', 'change_in_progress'],
      governance: { governed: 'delete_vault_profile' },
    },
    (request) => govern(request, actions.deleteVaultProfile, request.params),
  );

const enableVaultProfile = ({ profiles, mutate, doorbell }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/vault-profiles/:profileId/enable',
      operationId: 'enableVaultProfile',
      tag,
      summary: 'Enable a vault profile; what waited is due at once',
      params: vaultProfileParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.enableVaultProfile },
    },
    async (request) => {
      const { profileId } = request.params;
      const reply = await mutate(request, async (tx) => ({
        status: 200,
        body: await profiles.setEnabled(request.actor, tx, profileId, true),
      }));
      doorbell.ring({ name: 'sync-profile', data: { profileId } });
      return reply;
    },
  );

const disableVaultProfile = ({ profiles, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/vault-profiles/:profileId/disable',
      operationId: 'disableVaultProfile',
      tag,
      summary: 'Disable a vault profile: no read, write, sync or delete begins through it',
      params: vaultProfileParams,
      responses: { 200: { ...one, example: { ...vaultProfileExample, enabled: false } } },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.disableVaultProfile },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 200,
        body: await profiles.setEnabled(request.actor, tx, request.params.profileId, false),
      })),
  );

const checkVaultProfile = ({ profiles }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/vault-profiles/:profileId/check',
      operationId: 'checkVaultProfile',
      tag,
      summary: 'Ask the vault now: address, login, place and each right the profile needs',
      description:
        'Leaves no trace in the vault. The same is asked whenever the profile is saved and every quarter of an hour.',
      params: vaultProfileParams,
      responses: {
        200: {
          description: 'What the vault said',
          schema: profileCheckSchema,
          example: {
            state: 'incomplete',
            code: null,
            missingRights: [{ right: 'delete on secret/metadata/*', needed: 'remove' }],
            checkedAt: '2026-11-02T09:38:02.000Z',
          },
        },
      },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.checkVaultProfile },
    },
    async ({ actor, params }) => ({ status: 200, body: await profiles.check(actor, params.profileId) }),
  );
