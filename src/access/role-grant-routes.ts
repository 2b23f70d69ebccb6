import { type RouteDefinition, route } from '../api/route.ts';
import type { Govern } from '../approvals/govern.ts';
import { WAITS } from '../approvals/waiting-reply.ts';
import { newId } from '../ports.ts';
import type { RoleGrantActions } from './role-grant-actions.ts';
import {
  createRoleGrantSchema,
  roleGrantExample,
  roleGrantPageSchema,
  roleGrantParams,
  roleGrantQuery,
  roleGrantSchema,
  roleListSchema,
} from './role-grant-schemas.ts';
import type { RoleGrantService } from './role-grant-service.ts';
import { RIGHTS_OF_ROLE, ROLE_SUMMARIES, ROLES } from './roles.ts';

interface Deps {
  readonly roleGrants: RoleGrantService;
  readonly govern: Govern;
  readonly actions: RoleGrantActions;
}

const tag = 'access';
const roles = {
  items: ROLES.map((role) => ({ role, summary: ROLE_SUMMARIES[role], rights: [...RIGHTS_OF_ROLE[role]] })),
};

export function roleGrantRoutes(deps: Deps): RouteDefinition[] {
  return [listRoles(), listRoleGrants(deps), createRoleGrant(deps), deleteRoleGrant(deps)];
}

const listRoles = () =>
  route(
    {
      method: 'get',
      path: '/v1/roles',
      operationId: 'listRoles',
      tag,
      summary: 'The roles and what each allows',
      responses: {
        200: { description: 'All roles', schema: roleListSchema, example: { items: roles.items.slice(0, 1) } },
      },
      errors: [],
      governance: 'read',
    },
    () => ({ status: 200, body: roles }),
  );

const listRoleGrants = ({ roleGrants }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/role-grants',
      operationId: 'listRoleGrants',
      tag,
      summary: 'Who holds which role where',
      query: roleGrantQuery,
      responses: {
        200: {
          description: 'A page',
          schema: roleGrantPageSchema,
          example: { items: [roleGrantExample], nextCursor: null },
        },
      },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await roleGrants.list(actor, query) }),
  );

const createRoleGrant = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/role-grants',
      operationId: 'createRoleGrant',
      tag,
      summary: 'Give a role to a person, a group or a machine',
      body: createRoleGrantSchema,
      bodyExample: { subjectType: 'group', subjectId: roleGrantExample.subjectId, role: 'approver' },
      responses: { 201: { description: 'The grant', schema: roleGrantSchema, example: roleGrantExample }, ...WAITS },
      errors: ['forbidden', 'not_found', 'already_exists', 'change_in_progress'],
      governance: { governed: 'grant_role' },
    },
    (request) => govern(request, actions.grantRole, { ...request.body, grantId: newId() }),
  );

const deleteRoleGrant = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/role-grants/:grantId',
      operationId: 'deleteRoleGrant',
      tag,
      summary: 'Take a role away, from the next request on',
      params: roleGrantParams,
      responses: { 204: { description: 'Taken away' }, ...WAITS },
      errors: ['forbidden', 'not_found', 'in_use', 'change_in_progress'],
      governance: { governed: 'revoke_role' },
    },
    (request) => govern(request, actions.revokeRole, request.params),
  );
