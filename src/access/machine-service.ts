import type { Page } from '../api/lists.ts';
import { type EditTransaction, isUniqueViolation } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { type AccessDeps, record } from './access-context.ts';
import type { Actor } from './actor.ts';
import type { CreateMachine, MachineView, UpdateMachine } from './machine-schemas.ts';
import { findMachine, insertMachine, listMachines, type Machine, updateMachine } from './machine-store.ts';
import { authorize, authorizeAnywhere } from './permissions.ts';
import { findPerson } from './person-store.ts';
import { pageById, sliceById } from './prisma-db.ts';

export interface MachineFilter {
  readonly disabled?: boolean | undefined;
  readonly ownerId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Machines: programs that act with roles of their own and a person who answers for them. */
export interface MachineService {
  list(actor: Actor, filter: MachineFilter): Promise<Page<MachineView>>;
  get(actor: Actor, id: string): Promise<MachineView>;
  /** Throws `already_exists` for a taken name, `not_found` for an owner who is nobody here. */
  create(actor: Actor, tx: EditTransaction, input: CreateMachine): Promise<MachineView>;
  update(actor: Actor, tx: EditTransaction, id: string, input: UpdateMachine): Promise<MachineView>;
}

export function createMachineService(deps: AccessDeps): MachineService {
  return {
    async list(actor, { cursor, limit, ...filter }) {
      authorizeAnywhere(actor, 'secret.list');
      const slice = sliceById(cursor, limit);
      const rows = await listMachines(await deps.db.prisma(), actor.organizationId, filter, slice);
      return pageById(rows, limit, viewOf);
    },
    async get(actor, id) {
      authorizeAnywhere(actor, 'secret.list');
      const machine = await findMachine(await deps.db.prisma(), actor.organizationId, id);
      if (machine === null) throw notFound('machine');
      return viewOf(machine);
    },
    async create(actor, tx, { name, ownerId = actor.personId }) {
      authorize(actor, 'access.administer');
      const { organizationId } = actor;
      if ((await findPerson(tx.prisma, organizationId, ownerId)) === null) throw notFound('person');
      const machine = await insertMachine(tx.prisma, { id: newId(), organizationId, name, ownerId }).catch(
        refuseTakenName,
      );
      await record(tx, deps, actor, {
        action: 'machine.created',
        objectType: 'machine',
        objectId: machine.id,
        details: { name, ownerId },
      });
      return viewOf(machine);
    },
    async update(actor, tx, id, input) {
      authorize(actor, 'access.administer');
      const machine = await updateMachine(tx.prisma, actor.organizationId, id, input).catch(refuseTakenName);
      if (machine === null) throw notFound('machine');
      await record(tx, deps, actor, {
        action: 'machine.updated',
        objectType: 'machine',
        objectId: id,
        details: { name: machine.name, disabled: machine.disabled },
      });
      return viewOf(machine);
    },
  };
}

function viewOf({ id, name, ownerId, disabled, createdAt }: Machine): MachineView {
  return { id, name, ownerId, disabled, createdAt: createdAt.toISOString() };
}

function refuseTakenName(error: unknown): never {
  if (isUniqueViolation(error)) throw new AppError('already_exists', 'A machine with this name exists.');
  throw error;
}
