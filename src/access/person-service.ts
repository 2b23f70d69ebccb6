import type { Page } from '../api/lists.ts';
import { type EditTransaction, isUniqueViolation } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { type AccessDeps, keepAnAdministrator, lockOrganization, record } from './access-context.ts';
import type { Actor } from './actor.ts';
import { authorize, authorizeAnywhere } from './permissions.ts';
import type { CreatePerson, PersonView, UpdatePerson } from './person-schemas.ts';
import { findPerson, insertPerson, listPeople, type Person, updatePerson } from './person-store.ts';
import { type PrismaDb, pageById, sliceById } from './prisma-db.ts';

export interface PersonFilter {
  readonly disabled?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** People of the actor's organization. Reading needs any role, since reviews name people; editing `access.administer`. */
export interface PersonService {
  list(actor: Actor, filter: PersonFilter): Promise<Page<PersonView>>;
  get(actor: Actor, id: string): Promise<PersonView>;
  /** Throws `already_exists` when the e-mail address is taken in the organization. */
  create(actor: Actor, tx: EditTransaction, input: CreatePerson): Promise<PersonView>;
  /** Throws `in_use` when it would disable the last administrator. */
  update(actor: Actor, tx: EditTransaction, id: string, input: UpdatePerson): Promise<PersonView>;
}

export function createPersonService(deps: AccessDeps): PersonService {
  return {
    async list(actor, { disabled, cursor, limit }) {
      authorizeAnywhere(actor, 'secret.list');
      const slice = sliceById(cursor, limit);
      const rows = await listPeople(await deps.db.prisma(), actor.organizationId, { disabled }, slice);
      return pageById(rows, limit, personView);
    },
    async get(actor, id) {
      authorizeAnywhere(actor, 'secret.list');
      return personView(await existing(await deps.db.prisma(), actor, id));
    },
    async create(actor, tx, input) {
      authorize(actor, 'access.administer');
      const person = await insertPerson(tx.prisma, {
        id: newId(),
        organizationId: actor.organizationId,
        ...input,
      }).catch(refuseTakenEmail);
      await record(tx, deps, actor, {
        action: 'person.created',
        objectType: 'person',
        objectId: person.id,
        details: { name: person.name },
      });
      return personView(person);
    },
    async update(actor, tx, id, input) {
      authorize(actor, 'access.administer');
      await lockOrganization(tx, actor.organizationId);
      const before = await existing(tx.prisma, actor, id);
      const person = await updatePerson(tx.prisma, actor.organizationId, id, input).catch(refuseTakenEmail);
      if (person === null) throw notFound('person');
      if (person.disabled && !before.disabled) await keepAnAdministrator(tx, actor.organizationId);
      await record(tx, deps, actor, {
        action: 'person.updated',
        objectType: 'person',
        objectId: id,
        details: { name: person.name, disabled: person.disabled, fields: Object.keys(input).sort() },
      });
      return personView(person);
    },
  };
}

async function existing(prisma: PrismaDb, actor: Actor, id: string): Promise<Person> {
  const person = await findPerson(prisma, actor.organizationId, id);
  if (person === null) throw notFound('person');
  return person;
}

export function personView({ id, name, email, disabled, createdAt }: Person): PersonView {
  return { id, name, email, disabled, createdAt: createdAt.toISOString() };
}

function refuseTakenEmail(error: unknown): never {
  if (isUniqueViolation(error)) throw new AppError('already_exists', 'A person with this e-mail address exists.');
  throw error;
}
