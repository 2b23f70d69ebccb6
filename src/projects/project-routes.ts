import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import {
  createProjectSchema,
  projectExample,
  projectPageSchema,
  projectParams,
  projectQuery,
  projectSchema,
  updateProjectSchema,
} from './project-schemas.ts';
import type { ProjectService } from './project-service.ts';

interface Deps {
  readonly projects: ProjectService;
  readonly mutate: Mutate;
}

const tag = 'projects';
const one = { description: 'The project', schema: projectSchema, example: projectExample };
const page = {
  description: 'A page',
  schema: projectPageSchema,
  example: { items: [projectExample], nextCursor: null },
};

export function projectRoutes(deps: Deps): RouteDefinition[] {
  return [listProjects(deps), createProject(deps), getProject(deps), updateProject(deps), deleteProject(deps)];
}

const listProjects = ({ projects }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/projects',
      operationId: 'listProjects',
      tag,
      summary: 'Projects in which one may list secrets, in order of creation',
      query: projectQuery,
      responses: { 200: page },
      errors: [],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await projects.list(actor, query) }),
  );

const createProject = ({ projects, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/projects',
      operationId: 'createProject',
      tag,
      summary: 'Create a project',
      body: createProjectSchema,
      bodyExample: { slug: 'billing', name: 'Billing' },
      responses: { 201: one },
      errors: ['forbidden', 'already_exists'],
      governance: { exempt: UNGOVERNED.createProject },
    },
    (request) =>
      mutate(request, async (tx) => ({ status: 201, body: await projects.create(request.actor, tx, request.body) })),
  );

const getProject = ({ projects }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/projects/:project',
      operationId: 'getProject',
      tag,
      summary: 'One project, by id or slug',
      params: projectParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await projects.get(actor, params.project) }),
  );

const updateProject = ({ projects, mutate }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/projects/:project',
      operationId: 'updateProject',
      tag,
      summary: 'Change a project; its slug stays',
      params: projectParams,
      body: updateProjectSchema,
      bodyExample: { description: 'Invoices and payments' },
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.updateProject },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 200,
        body: await projects.update(request.actor, tx, request.params.project, request.body),
      })),
  );

const deleteProject = ({ projects, mutate }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/projects/:project',
      operationId: 'deleteProject',
      tag,
      summary: 'Delete a project without secrets',
      params: projectParams,
      responses: { 204: { description: 'Deleted' } },
      errors: ['forbidden', 'not_found', 'in_use'],
      governance: { exempt: UNGOVERNED.deleteProject },
    },
    (request) =>
      mutate(request, async (tx) => {
        await projects.remove(request.actor, tx, request.params.project);
        return { status: 204 };
      }),
  );
