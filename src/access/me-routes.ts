import { z } from 'zod';
import { type RouteDefinition, route } from '../api/route.ts';
import { id } from '../api/text-schemas.ts';
import { ACTOR_TYPES, type Actor } from './actor.ts';
import { organizationExample, organizationSchema } from './organization-schemas.ts';
import type { OrganizationService } from './organization-service.ts';
import { can } from './permissions.ts';
import { RIGHTS, ROLES } from './roles.ts';

const scope = id.nullable().meta({ description: 'A project; null: the whole organization.' });

const customer = id
  .nullable()
  .meta({ description: 'Only for the secrets of this customer; null: for all of the project.' });

const meSchema = z
  .object({
    type: z.enum(ACTOR_TYPES),
    id,
    name: z.string(),
    personId: id.meta({ description: 'The person who answers for what is done: of a machine, its owner.' }),
    tokenId: id.nullable(),
    organization: organizationSchema,
    groupIds: z.array(id),
    grants: z.array(z.object({ role: z.enum(ROLES), projectId: scope, customerId: customer, shared: z.boolean() })),
    rights: z.array(z.object({ projectId: scope, customerId: customer, rights: z.array(z.enum(RIGHTS)) })),
  })
  .meta({ id: 'Me' });
type MeView = z.output<typeof meSchema>;

const example: MeView = {
  type: 'person',
  id: '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11',
  name: 'Ada Lovelace',
  personId: '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11',
  tokenId: '01936f71-0d9b-7a3c-bd55-90a1f2d6c7e8',
  organization: organizationExample,
  groupIds: [],
  grants: [{ role: 'viewer', projectId: null, customerId: null, shared: false }],
  rights: [{ projectId: null, customerId: null, rights: ['secret.list', 'change.read', 'vault.read'] }],
};

export function meRoutes({ organizations }: { readonly organizations: OrganizationService }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/me',
        operationId: 'getMe',
        tag: 'access',
        summary: 'Who the token belongs to and what it may do',
        responses: { 200: { description: 'The actor', schema: meSchema, example } },
        errors: [],
        governance: 'read',
      },
      async ({ actor }) => {
        const organization = await organizations.get(actor, actor.organizationId);
        const { type, id, name, personId, tokenId, groupIds } = actor;
        const grants = actor.grants.map(({ role, projectId, customerId = null, shared = false }) => ({
          ...{ role, projectId, customerId, shared },
        }));
        const rights = rightsByScope(actor);
        return { status: 200, body: { type, id, name, personId, tokenId, organization, groupIds, grants, rights } };
      },
    ),
  ];
}

function rightsByScope(actor: Actor): MeView['rights'] {
  const scopes = new Map(
    actor.grants.map(({ projectId, customerId = null }) => [`${projectId} ${customerId}`, { projectId, customerId }]),
  );
  return [...scopes.values()].map(({ projectId, customerId }) => {
    const scope = projectId === null || customerId === null ? (projectId ?? undefined) : { projectId, customerId };
    return { projectId, customerId, rights: RIGHTS.filter((right) => can(actor, right, scope)) };
  });
}
