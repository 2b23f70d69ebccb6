import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Govern } from '../approvals/govern.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import { WAITS } from '../approvals/waiting-reply.ts';
import type { IdentityActions } from './identity-actions.ts';
import {
  createMachineSchema,
  machineExample,
  machinePageSchema,
  machineParams,
  machineQuery,
  machineSchema,
  updateMachineSchema,
} from './machine-schemas.ts';
import type { MachineService } from './machine-service.ts';

interface Deps {
  readonly machines: MachineService;
  readonly mutate: Mutate;
  readonly govern: Govern;
  readonly actions: IdentityActions;
}

const tag = 'access';
const one = { description: 'The machine', schema: machineSchema, example: machineExample };
const page = {
  description: 'A page',
  schema: machinePageSchema,
  example: { items: [machineExample], nextCursor: null },
};

export function machineRoutes(deps: Deps): RouteDefinition[] {
  return [listMachines(deps), createMachine(deps), getMachine(deps), updateMachine(deps)];
}

const listMachines = ({ machines }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/machines',
      operationId: 'listMachines',
      tag,
      summary: 'Machines of the organization, in order of creation',
      query: machineQuery,
      responses: { 200: page },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await machines.list(actor, query) }),
  );

const createMachine = ({ machines, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/machines',
      operationId: 'createMachine',
      tag,
      summary: 'Add a machine',
      body: createMachineSchema,
      bodyExample: { name: 'deploy-pipeline' },
      responses: { 201: one },
      errors: ['forbidden', 'not_found', 'already_exists'],
      governance: { exempt: UNGOVERNED.createMachine },
    },
    (request) =>
      mutate(request, async (tx) => ({ status: 201, body: await machines.create(request.actor, tx, request.body) })),
  );

const getMachine = ({ machines }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/machines/:machineId',
      operationId: 'getMachine',
      tag,
      summary: 'One machine',
      params: machineParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await machines.get(actor, params.machineId) }),
  );

const updateMachine = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/machines/:machineId',
      operationId: 'updateMachine',
      tag,
      summary: 'Rename, disable or enable a machine',
      params: machineParams,
      body: updateMachineSchema,
      bodyExample: { disabled: true },
      responses: { 200: one, ...WAITS },
      errors: ['forbidden', 'not_found', 'already_exists', 'change_in_progress'],
      governance: { governed: 'edit_machine' },
    },
    (request) => govern(request, actions.editMachine, { ...request.body, machineId: request.params.machineId }),
  );
