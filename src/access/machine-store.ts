import type { Machine } from '../../prisma/generated/client.ts';
import { type ListSlice, type PrismaDb, stated } from './prisma-db.ts';

export type { Machine };

/** In order of creation. */
export function listMachines(
  db: PrismaDb,
  organizationId: string,
  filter: { readonly disabled?: boolean | undefined; readonly ownerId?: string | undefined },
  slice: ListSlice,
): Promise<Machine[]> {
  return db.machine.findMany({ where: { organizationId, ...stated(filter), ...slice.where }, ...slice.order });
}

export function findMachine(db: PrismaDb, organizationId: string, id: string): Promise<Machine | null> {
  return db.machine.findFirst({ where: { organizationId, id } });
}

export function insertMachine(
  db: PrismaDb,
  machine: Pick<Machine, 'id' | 'organizationId' | 'name' | 'ownerId'>,
): Promise<Machine> {
  return db.machine.create({ data: machine });
}

/** Null when there is no such machine. */
export async function updateMachine(
  db: PrismaDb,
  organizationId: string,
  id: string,
  changes: { name?: string | undefined; disabled?: boolean | undefined },
): Promise<Machine | null> {
  const [machine] = await db.machine.updateManyAndReturn({ where: { organizationId, id }, data: stated(changes) });
  return machine ?? null;
}
