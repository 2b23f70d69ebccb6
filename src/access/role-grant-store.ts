import type { RoleGrant } from '../../prisma/generated/client.ts';
import type { ListSlice, PrismaDb } from './prisma-db.ts';
import { stated } from './prisma-db.ts';
import type { SubjectType } from './role-grant-schemas.ts';

export type { RoleGrant };

interface RoleGrantFilter {
  readonly subjectId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly role?: string | undefined;
}

/** In order of creation; `within` limits them to grants in some projects. */
export function listRoleGrants(
  db: PrismaDb,
  organizationId: string,
  filter: RoleGrantFilter,
  within: 'all' | string[],
  slice: ListSlice,
): Promise<RoleGrant[]> {
  const scope = within === 'all' ? [] : [{ projectId: { in: within } }];
  const where = { organizationId, ...stated(filter), ...slice.where, AND: scope };
  return db.roleGrant.findMany({ where, ...slice.order });
}

export function findRoleGrant(db: PrismaDb, organizationId: string, id: string): Promise<RoleGrant | null> {
  return db.roleGrant.findFirst({ where: { organizationId, id } });
}

/** The grant of this role to this subject there, or null. Whether it counts for shared secrets makes it no other one. */
export function findGrantOf(
  db: PrismaDb,
  grant: Pick<RoleGrant, 'organizationId' | 'subjectType' | 'subjectId' | 'role' | 'projectId' | 'customerId'>,
): Promise<RoleGrant | null> {
  const { organizationId, subjectType, subjectId, role, projectId, customerId } = grant;
  return db.roleGrant.findFirst({ where: { organizationId, subjectType, subjectId, role, projectId, customerId } });
}

/** Name of the person, group or machine that holds the grant. */
export async function nameOfSubject(
  db: PrismaDb,
  { organizationId, subjectType, subjectId }: Pick<RoleGrant, 'organizationId' | 'subjectType' | 'subjectId'>,
): Promise<string | null> {
  const where = { organizationId, id: subjectId };
  const select = { name: true };
  const names = {
    person: () => db.person.findFirst({ where, select }),
    group: () => db.group.findFirst({ where, select }),
    machine: () => db.machine.findFirst({ where, select }),
  } satisfies Record<SubjectType, () => Promise<{ name: string } | null>>;
  return (await names[subjectType as SubjectType]())?.name ?? null;
}

export function insertRoleGrant(db: PrismaDb, grant: Omit<RoleGrant, 'createdAt'>): Promise<RoleGrant> {
  return db.roleGrant.create({ data: grant });
}

export async function deleteRoleGrant(db: PrismaDb, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.roleGrant.deleteMany({ where: { organizationId, id } });
  return count === 1;
}

/** Is there such a person, group or machine in the organization? */
export async function subjectExists(
  db: PrismaDb,
  organizationId: string,
  type: SubjectType,
  id: string,
): Promise<boolean> {
  const where = { organizationId, id };
  const counts = {
    person: () => db.person.count({ where }),
    group: () => db.group.count({ where }),
    machine: () => db.machine.count({ where }),
  } satisfies Record<SubjectType, () => Promise<number>>;
  return (await counts[type]()) === 1;
}
