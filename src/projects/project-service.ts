import { type AccessDeps, lockOrganization, record } from '../access/access-context.ts';
import type { Actor } from '../access/actor.ts';
import { authorize, projectsWith } from '../access/permissions.ts';
import { type PrismaDb, pageById, sliceById } from '../access/prisma-db.ts';
import type { Page } from '../api/lists.ts';
import { type EditTransaction, isUniqueViolation } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import type { CreateProject, ProjectView, UpdateProject } from './project-schemas.ts';
import * as store from './project-store.ts';
import { countLiveSecrets } from './quota-store.ts';

/** Projects: the places in an organization that hold secrets. `idOrSlug` names one. */
export interface ProjectService {
  /** Those in which the actor may list secrets. */
  list(actor: Actor, paging: { cursor?: string | undefined; limit: number }): Promise<Page<ProjectView>>;
  get(actor: Actor, idOrSlug: string): Promise<ProjectView>;
  /** Throws `already_exists` when the slug is taken in the organization. */
  create(actor: Actor, tx: EditTransaction, input: CreateProject): Promise<ProjectView>;
  update(actor: Actor, tx: EditTransaction, idOrSlug: string, input: UpdateProject): Promise<ProjectView>;
  /** Throws `in_use` once it holds secrets, destroyed ones included. */
  remove(actor: Actor, tx: EditTransaction, idOrSlug: string): Promise<void>;
}

export function createProjectService(deps: AccessDeps): ProjectService {
  return {
    async list(actor, { cursor, limit }) {
      const within = projectsWith(actor, 'secret.list');
      const slice = sliceById(cursor, limit);
      const rows = await store.listProjects(await deps.db.prisma(), actor.organizationId, within, slice);
      return pageById(rows, limit, (project) => viewOf(project, null));
    },
    async get(actor, idOrSlug) {
      const project = await existing(await deps.db.prisma(), actor, idOrSlug);
      authorize(actor, 'secret.list', project.id);
      return viewOf(project, await countLiveSecrets(deps.db, project.id));
    },
    async create(actor, tx, input) {
      authorize(actor, 'project.administer');
      const project = { id: newId(), organizationId: actor.organizationId, ...input };
      const created = await store.insertProject(tx.prisma, project).catch(refuseTakenSlug);
      await recordProject(tx, deps, actor, 'project.created', created);
      return viewOf(created, 0);
    },
    async update(actor, tx, idOrSlug, input) {
      const { id, writeOnly } = await existing(tx.prisma, actor, idOrSlug);
      authorize(actor, 'project.administer', id);
      if (writeOnly && input.writeOnly === false) await store.keepWriteOnly(tx, id);
      const updated = await store.updateProject(tx.prisma, actor.organizationId, id, input);
      if (updated === null) throw notFound('project');
      await recordProject(tx, deps, actor, 'project.updated', updated);
      return viewOf(updated, await countLiveSecrets(tx, id));
    },
    async remove(actor, tx, idOrSlug) {
      await lockOrganization(tx, actor.organizationId);
      const project = await existing(tx.prisma, actor, idOrSlug);
      authorize(actor, 'project.administer', project.id);
      const secrets = await store.countSecretsLocking(tx, actor.organizationId, project.id);
      if (secrets > 0) throw new AppError('in_use', 'The project holds secrets.', { facts: { secrets } });
      await store.deleteProject(tx.prisma, actor.organizationId, project.id);
      await recordProject(tx, deps, actor, 'project.deleted', project);
    },
  };
}

function recordProject(
  tx: EditTransaction,
  deps: AccessDeps,
  actor: Actor,
  action: 'project.created' | 'project.updated' | 'project.deleted',
  { id, slug, plainIdentifiers, writeOnly, revealReason, maxSecrets, maxVersions }: store.Project,
): Promise<void> {
  const details = { slug, plainIdentifiers, writeOnly, revealReason, maxSecrets, maxVersions };
  return record(tx, deps, actor, { action, objectType: 'project', objectId: id, details });
}

async function existing(prisma: PrismaDb, actor: Actor, idOrSlug: string): Promise<store.Project> {
  const project = await store.findProject(prisma, actor.organizationId, idOrSlug);
  if (project === null) throw notFound('project');
  return project;
}

function viewOf(project: store.Project, secrets: number | null): ProjectView {
  const { id, slug, name, description, plainIdentifiers, writeOnly, pausedAt, createdAt } = project;
  const { maxSecrets, maxVersions } = project;
  const revealReason = project.revealReason === 'required' ? 'required' : 'optional';
  const usage = secrets === null ? null : { secrets };
  const shared = { id, slug, name, description, plainIdentifiers, writeOnly, maxSecrets, maxVersions, usage };
  return { ...shared, revealReason, pausedAt: pausedAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
}

function refuseTakenSlug(error: unknown): never {
  if (isUniqueViolation(error)) throw new AppError('already_exists', 'A project with this slug exists.');
  throw error;
}
