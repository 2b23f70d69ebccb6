import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Govern } from '../approvals/govern.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import { WAITS } from '../approvals/waiting-reply.ts';
import type { OrganizationActions } from './organization-actions.ts';
import {
  createdOrganizationExample,
  createdOrganizationSchema,
  createOrganizationSchema,
  organizationExample,
  organizationPageSchema,
  organizationParams,
  organizationQuery,
  organizationSchema,
  updateOrganizationSchema,
} from './organization-schemas.ts';
import type { OrganizationService } from './organization-service.ts';

interface Deps {
  readonly organizations: OrganizationService;
  readonly mutate: Mutate;
  readonly govern: Govern;
  readonly actions: OrganizationActions;
}

const tag = 'organizations';

export function organizationRoutes(deps: Deps): RouteDefinition[] {
  return [listOrganizations(deps), createOrganization(deps), getOrganization(deps), updateOrganization(deps)];
}

const listOrganizations = ({ organizations }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/organizations',
      operationId: 'listOrganizations',
      tag,
      summary: 'The own organization; all of them for administrators of the installation',
      query: organizationQuery,
      responses: {
        200: {
          description: 'A page',
          schema: organizationPageSchema,
          example: { items: [organizationExample], nextCursor: null },
        },
      },
      errors: [],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await organizations.list(actor, query) }),
  );

const createOrganization = ({ organizations, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/organizations',
      operationId: 'createOrganization',
      tag,
      summary: 'Create an organization with its first administrator',
      body: createOrganizationSchema,
      bodyExample: {
        slug: 'acme',
        name: 'Acme',
        administrator: { name: 'Ada Lovelace', email: 'ada@example.com' },
      },
      responses: {
        201: {
          description: 'The organization and, shown once, the token of its administrator',
          schema: createdOrganizationSchema,
          example: createdOrganizationExample,
        },
      },
      errors: ['forbidden', 'already_exists'],
      governance: { exempt: UNGOVERNED.createOrganization },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 201,
        body: await organizations.create(request.actor, tx, request.body),
      })),
  );

const getOrganization = ({ organizations }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/organizations/:organizationId',
      operationId: 'getOrganization',
      tag,
      summary: 'One organization',
      params: organizationParams,
      responses: { 200: { description: 'The organization', schema: organizationSchema, example: organizationExample } },
      errors: ['not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await organizations.get(actor, params.organizationId) }),
  );

const updateOrganization = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/organizations/:organizationId',
      operationId: 'updateOrganization',
      tag,
      summary: 'Rename the own organization, or say who must agree anywhere in it',
      description:
        'The approval profile is asked beside those of vault profiles, for secrets and for administration alike. To take it ' +
        'away or replace it is asked of itself.',
      params: organizationParams,
      body: updateOrganizationSchema,
      bodyExample: { approvalProfileId: '01936f77-3e44-7f50-8b6c-7d8e9f0a1b23' },
      responses: {
        200: { description: 'The organization', schema: organizationSchema, example: organizationExample },
        ...WAITS,
      },
      errors: ['forbidden', 'not_found', 'change_in_progress'],
      governance: { governed: 'edit_organization' },
    },
    (request) =>
      govern(request, actions.editOrganization, {
        ...request.body,
        organizationId: request.params.organizationId,
      }),
  );
