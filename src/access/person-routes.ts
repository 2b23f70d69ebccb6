import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Govern } from '../approvals/govern.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import { WAITS } from '../approvals/waiting-reply.ts';
import type { IdentityActions } from './identity-actions.ts';
import {
  createPersonSchema,
  personExample,
  personPageSchema,
  personParams,
  personQuery,
  personSchema,
  updatePersonSchema,
} from './person-schemas.ts';
import type { PersonService } from './person-service.ts';

interface Deps {
  readonly people: PersonService;
  readonly mutate: Mutate;
  readonly govern: Govern;
  readonly actions: IdentityActions;
}

const tag = 'access';
const one = { description: 'The person', schema: personSchema, example: personExample };
const page = { description: 'A page', schema: personPageSchema, example: { items: [personExample], nextCursor: null } };

export function personRoutes(deps: Deps): RouteDefinition[] {
  return [listUsers(deps), createUser(deps), getUser(deps), updateUser(deps)];
}

const listUsers = ({ people }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/users',
      operationId: 'listUsers',
      tag,
      summary: 'People of the organization, in order of creation',
      query: personQuery,
      responses: { 200: page },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await people.list(actor, query) }),
  );

const createUser = ({ people, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/users',
      operationId: 'createUser',
      tag,
      summary: 'Add a person',
      body: createPersonSchema,
      bodyExample: { name: 'Ada Lovelace', email: 'ada@example.com' },
      responses: { 201: one },
      errors: ['forbidden', 'already_exists'],
      governance: { exempt: UNGOVERNED.createUser },
    },
    (request) =>
      mutate(request, async (tx) => ({ status: 201, body: await people.create(request.actor, tx, request.body) })),
  );

const getUser = ({ people }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/users/:userId',
      operationId: 'getUser',
      tag,
      summary: 'One person',
      params: personParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await people.get(actor, params.userId) }),
  );

const updateUser = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/users/:userId',
      operationId: 'updateUser',
      tag,
      summary: 'Rename, disable or enable a person',
      description:
        'Policies may ask for another e-mail address and for enabling somebody who decides under them. Disabling works at once.',
      params: personParams,
      body: updatePersonSchema,
      bodyExample: { disabled: true },
      responses: { 200: one, ...WAITS },
      errors: ['forbidden', 'not_found', 'already_exists', 'in_use', 'change_in_progress'],
      governance: { governed: 'edit_person' },
    },
    (request) => govern(request, actions.editPerson, { ...request.body, personId: request.params.userId }),
  );
