import type { Project } from '../../prisma/generated/client.ts';
import { type ListSlice, type PrismaDb, stated } from '../access/prisma-db.ts';
import type { Sql } from '../db.ts';

export type { Project };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** In order of creation; `within` limits them to some. */
export function listProjects(
  db: PrismaDb,
  organizationId: string,
  within: 'all' | string[],
  slice: ListSlice,
): Promise<Project[]> {
  const only = within === 'all' ? [] : [{ id: { in: within } }];
  return db.project.findMany({ where: { organizationId, ...slice.where, AND: only }, ...slice.order });
}

/** By id or slug: a slug never has the form of an id. */
export function findProject(db: PrismaDb, organizationId: string, idOrSlug: string): Promise<Project | null> {
  const which = UUID.test(idOrSlug) ? { id: idOrSlug } : { slug: idOrSlug };
  return db.project.findFirst({ where: { organizationId, ...which } });
}

export function insertProject(db: PrismaDb, project: Omit<Project, 'createdAt' | 'pausedAt'>): Promise<Project> {
  return db.project.create({ data: project });
}

/** Null when there is no such project. */
export async function updateProject(
  db: PrismaDb,
  organizationId: string,
  id: string,
  changes: {
    name?: string | undefined;
    description?: string | undefined;
    plainIdentifiers?: boolean | undefined;
    writeOnly?: boolean | undefined;
    revealReason?: string | undefined;
    maxSecrets?: number | null | undefined;
    maxVersions?: number | null | undefined;
  },
): Promise<Project | null> {
  const [project] = await db.project.updateManyAndReturn({ where: { organizationId, id }, data: stated(changes) });
  return project ?? null;
}

/** What was written to the project while it was write-only stays so. */
export async function keepWriteOnly(tx: Sql, projectId: string): Promise<void> {
  await tx.query(
    `update secret_versions v set write_only = true from secrets s
     where s.id = v.secret_id and s.project_id = $1::uuid and not v.write_only`,
    [projectId],
  );
}

/**
 * How many secrets the project has, destroyed ones included: their history names it. Locks the project, so that none is
 * created until the transaction ends.
 */
export async function countSecretsLocking(tx: Sql, organizationId: string, projectId: string): Promise<number> {
  await tx.query('select id from projects where organization_id = $1::uuid and id = $2::uuid for update', [
    organizationId,
    projectId,
  ]);
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from secrets
     where organization_id = $1::uuid and project_id = $2::uuid`,
    [organizationId, projectId],
  );
  return row?.count ?? 0;
}

/** Takes the project away with its customers and the role grants in it. */
export async function deleteProject(db: PrismaDb, organizationId: string, id: string): Promise<void> {
  await db.roleGrant.deleteMany({ where: { organizationId, projectId: id } });
  await db.customer.deleteMany({ where: { organizationId, projectId: id } });
  await db.project.deleteMany({ where: { organizationId, id } });
}
