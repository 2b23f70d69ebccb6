import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Govern } from '../approvals/govern.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import { WAITS } from '../approvals/waiting-reply.ts';
import type { GroupActions } from './group-actions.ts';
import {
  groupExample,
  groupMemberParams,
  groupNameSchema,
  groupPageSchema,
  groupParams,
  groupQuery,
  groupSchema,
  memberQuery,
} from './group-schemas.ts';
import type { GroupService } from './group-service.ts';
import { personExample, personPageSchema } from './person-schemas.ts';

interface Deps {
  readonly groups: GroupService;
  readonly mutate: Mutate;
  readonly govern: Govern;
  readonly actions: GroupActions;
}

const tag = 'access';
const one = { description: 'The group', schema: groupSchema, example: groupExample };
const page = { description: 'A page', schema: groupPageSchema, example: { items: [groupExample], nextCursor: null } };
const memberPage = {
  description: 'A page',
  schema: personPageSchema,
  example: { items: [personExample], nextCursor: null },
};

export function groupRoutes(deps: Deps): RouteDefinition[] {
  return [
    listGroups(deps),
    createGroup(deps),
    getGroup(deps),
    renameGroup(deps),
    deleteGroup(deps),
    listGroupMembers(deps),
    addGroupMember(deps),
    removeGroupMember(deps),
  ];
}

const listGroups = ({ groups }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/groups',
      operationId: 'listGroups',
      tag,
      summary: 'Groups of the organization, in order of creation',
      query: groupQuery,
      responses: { 200: page },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await groups.list(actor, query) }),
  );

const createGroup = ({ groups, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/groups',
      operationId: 'createGroup',
      tag,
      summary: 'Add a group',
      body: groupNameSchema,
      bodyExample: { name: 'database-team' },
      responses: { 201: one },
      errors: ['forbidden', 'already_exists'],
      governance: { exempt: UNGOVERNED.createGroup },
    },
    (request) =>
      mutate(request, async (tx) => ({ status: 201, body: await groups.create(request.actor, tx, request.body) })),
  );

const getGroup = ({ groups }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/groups/:groupId',
      operationId: 'getGroup',
      tag,
      summary: 'One group',
      params: groupParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await groups.get(actor, params.groupId) }),
  );

const renameGroup = ({ groups, mutate }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/groups/:groupId',
      operationId: 'renameGroup',
      tag,
      summary: 'Rename a group',
      params: groupParams,
      body: groupNameSchema,
      bodyExample: { name: 'database-team' },
      responses: { 200: one },
      errors: ['forbidden', 'not_found', 'already_exists'],
      governance: { exempt: UNGOVERNED.renameGroup },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 200,
        body: await groups.rename(request.actor, tx, request.params.groupId, request.body),
      })),
  );

const deleteGroup = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/groups/:groupId',
      operationId: 'deleteGroup',
      tag,
      summary: 'Delete a group with its memberships and role grants',
      params: groupParams,
      responses: { 204: { description: 'Deleted' }, ...WAITS },
      errors: ['forbidden', 'not_found', 'in_use', 'change_in_progress'],
      governance: { governed: 'delete_group' },
    },
    (request) => govern(request, actions.deleteGroup, request.params),
  );

const listGroupMembers = ({ groups }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/groups/:groupId/members',
      operationId: 'listGroupMembers',
      tag,
      summary: 'People of a group',
      params: groupParams,
      query: memberQuery,
      responses: { 200: memberPage },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params, query }) => ({ status: 200, body: await groups.members(actor, params.groupId, query) }),
  );

const addGroupMember = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'put',
      path: '/v1/groups/:groupId/members/:userId',
      operationId: 'addGroupMember',
      tag,
      summary: 'Add a person to a group',
      params: groupMemberParams,
      responses: { 204: { description: 'The person is a member' }, ...WAITS },
      errors: ['forbidden', 'not_found', 'change_in_progress'],
      governance: { governed: 'add_group_member' },
    },
    (request) =>
      govern(request, actions.addGroupMember, { groupId: request.params.groupId, personId: request.params.userId }),
  );

const removeGroupMember = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/groups/:groupId/members/:userId',
      operationId: 'removeGroupMember',
      tag,
      summary: 'Take a person out of a group',
      params: groupMemberParams,
      responses: { 204: { description: 'The person is no member' }, ...WAITS },
      errors: ['forbidden', 'not_found', 'in_use', 'change_in_progress'],
      governance: { governed: 'remove_group_member' },
    },
    (request) =>
      govern(request, actions.removeGroupMember, { groupId: request.params.groupId, personId: request.params.userId }),
  );
