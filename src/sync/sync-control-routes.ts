import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import { pauseSchema, profileParams, projectParams, syncOverviewSchema } from './sync-control-schemas.ts';
import type { SyncControl } from './sync-control-service.ts';

interface Deps {
  readonly control: SyncControl;
  readonly mutate: Mutate;
  readonly doorbell: Doorbell;
}

const tag = 'sync';
const held = {
  200: {
    description: 'Paused since then, or not',
    schema: pauseSchema,
    example: { pausedAt: '2026-11-02T09:38:00.000Z' },
  },
};
const settled = { 204: { description: 'Settled; what was held back is due' } };
const errors = ['forbidden', 'not_found'] as const;

export function syncControlRoutes(deps: Deps): RouteDefinition[] {
  return [
    getOverview(deps),
    ...(['pause', 'resume'] as const).flatMap((verb) => [
      pauseProfile(deps, verb),
      pauseProject(deps, verb),
      pauseAll(deps, verb),
    ]),
    settleProfile(deps),
    settleAll(deps),
  ];
}

const getOverview = ({ control }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/sync',
      operationId: 'getSync',
      tag,
      summary:
        'How sync stands: paused or not, the backlog, and whether the database seems to be older than the vaults',
      responses: { 200: { description: 'How it stands', schema: syncOverviewSchema } },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor }) => ({ status: 200, body: await control.overview(actor) }),
  );

type Verb = 'pause' | 'resume';

const EFFECT = {
  pause: 'Work that is under way ends; nothing new starts after this. What is due waits and is shown as paused.',
  resume: 'What is due goes on at its newest version.',
} as const satisfies Record<Verb, string>;

const pauseProfile = ({ control, mutate, doorbell }: Deps, verb: Verb) =>
  route(
    {
      method: 'post',
      path: `/v1/vault-profiles/:profileId/${verb}`,
      operationId: `${verb}VaultProfile`,
      tag,
      summary: verb === 'pause' ? 'Carry no copy to this profile for now' : 'Carry copies to this profile again',
      description: `${EFFECT[verb]} Secrets whose source it is can be read and written all the same.`,
      params: profileParams,
      responses: held,
      errors,
      governance: { exempt: UNGOVERNED[`${verb}VaultProfile`] },
    },
    async (request) => {
      const { actor, params } = request;
      const reply = await mutate(request, async (tx) => ({
        status: 200,
        body: await control.pauseProfile(actor, tx, params.profileId, verb === 'pause'),
      }));
      if (verb === 'resume') doorbell.ring({ name: 'sync-profile', data: { profileId: params.profileId } });
      return reply;
    },
  );

const pauseProject = ({ control, mutate }: Deps, verb: Verb) =>
  route(
    {
      method: 'post',
      path: `/v1/projects/:project/${verb}`,
      operationId: `${verb}Project`,
      tag,
      summary: verb === 'pause' ? 'Carry no copy of this project for now' : 'Carry copies of this project again',
      description: EFFECT[verb],
      params: projectParams,
      responses: held,
      errors,
      governance: { exempt: UNGOVERNED[`${verb}Project`] },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 200,
        body: await control.pauseProject(request.actor, tx, request.params.project, verb === 'pause'),
      })),
  );

const pauseAll = ({ control, mutate }: Deps, verb: Verb) =>
  route(
    {
      method: 'post',
      path: `/v1/sync/${verb}`,
      operationId: `${verb}Sync`,
      tag,
      summary: verb === 'pause' ? 'Carry no copy anywhere for now' : 'Carry copies again',
      description: `${EFFECT[verb]} For administrators of the installation. Drained once \`underWay\` of GET /v1/sync is 0.`,
      responses: held,
      errors: ['forbidden'],
      governance: { exempt: UNGOVERNED[`${verb}Sync`] },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 200,
        body: await control.pauseAll(request.actor, tx, verb === 'pause'),
      })),
  );

const settleProfile = ({ control, mutate, doorbell }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/vault-profiles/:profileId/restore/settle',
      operationId: 'settleVaultProfileRestore',
      tag,
      summary: 'The copies at this profile are as they should be: missing ones are made anew',
      params: profileParams,
      responses: settled,
      errors: [...errors, 'invalid_transition'],
      governance: { exempt: UNGOVERNED.settleVaultProfileRestore },
    },
    async (request) => {
      const { profileId } = request.params;
      const reply = await mutate(request, async (tx) => {
        await control.settleProfile(request.actor, tx, profileId);
        return { status: 204 };
      });
      doorbell.ring({ name: 'sync-profile', data: { profileId } });
      return reply;
    },
  );

const settleAll = ({ control, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/sync/restore/settle',
      operationId: 'settleRestore',
      tag,
      summary: 'The database is as it should be: copies that are missing are made anew',
      description:
        'For administrators of the installation. Copies that are ahead stay untouched and are decided one by one.',
      responses: settled,
      errors: ['forbidden'],
      governance: { exempt: UNGOVERNED.settleRestore },
    },
    (request) =>
      mutate(request, async (tx) => {
        await control.settleAll(request.actor, tx);
        return { status: 204 };
      }),
  );
