import type { Person } from '../../prisma/generated/client.ts';
import { type ListSlice, type PrismaDb, stated } from './prisma-db.ts';

export type { Person };

/** In order of creation. */
export function listPeople(
  db: PrismaDb,
  organizationId: string,
  filter: { readonly disabled?: boolean | undefined },
  slice: ListSlice,
): Promise<Person[]> {
  return db.person.findMany({ where: { organizationId, ...stated(filter), ...slice.where }, ...slice.order });
}

export function findPerson(db: PrismaDb, organizationId: string, id: string): Promise<Person | null> {
  return db.person.findFirst({ where: { organizationId, id } });
}

export function insertPerson(
  db: PrismaDb,
  person: Pick<Person, 'id' | 'organizationId' | 'name' | 'email'>,
): Promise<Person> {
  return db.person.create({ data: person });
}

/** Null when there is no such person. */
export async function updatePerson(
  db: PrismaDb,
  organizationId: string,
  id: string,
  changes: { name?: string | undefined; email?: string | undefined; disabled?: boolean | undefined },
): Promise<Person | null> {
  const [person] = await db.person.updateManyAndReturn({ where: { organizationId, id }, data: stated(changes) });
  return person ?? null;
}
