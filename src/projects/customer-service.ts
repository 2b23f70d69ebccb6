import { type AccessDeps, lockOrganization, record } from '../access/access-context.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import { type EditTransaction, isUniqueViolation } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { customerView } from './customer-reader.ts';
import type { CreateCustomer, CustomerView, UpdateCustomer } from './customer-schemas.ts';
import * as store from './customer-store.ts';
import { findProject } from './project-store.ts';

/** Edits of a project's customers, which need `project.administer` in it. `project` and `customer` are ids or slugs. */
export interface CustomerService {
  /** Throws `already_exists` when the slug is taken in the project. */
  create(actor: Actor, tx: EditTransaction, project: string, input: CreateCustomer): Promise<CustomerView>;
  update(
    actor: Actor,
    tx: EditTransaction,
    project: string,
    customer: string,
    input: UpdateCustomer,
  ): Promise<CustomerView>;
  /** Throws `in_use` with how many secrets it has, destroyed ones included. */
  remove(actor: Actor, tx: EditTransaction, project: string, customer: string): Promise<void>;
}

export function createCustomerService(deps: Pick<AccessDeps, 'keyring'>): CustomerService {
  return {
    async create(actor, tx, project, input) {
      const projectId = await administered(tx, actor, project);
      const customer = { id: newId(), organizationId: actor.organizationId, projectId, ...input };
      const created = await store.insertCustomer(tx.prisma, customer).catch(refuseTakenSlug);
      await recordCustomer(tx, deps, actor, 'customer.created', created);
      return customerView(created);
    },

    async update(actor, tx, project, customer, { name }) {
      const found = await existing(tx, actor, project, customer);
      const updated = await store.renameCustomer(tx, found.id, name);
      if (updated === undefined) throw notFound('customer');
      await recordCustomer(tx, deps, actor, 'customer.updated', updated);
      return customerView(updated);
    },

    async remove(actor, tx, project, customer) {
      await lockOrganization(tx, actor.organizationId);
      const found = await existing(tx, actor, project, customer);
      const secrets = await store.countCustomerSecretsLocking(tx, found.id);
      if (secrets > 0) throw new AppError('in_use', 'The customer has secrets.', { facts: { secrets } });
      await store.deleteCustomer(tx, found.id);
      await recordCustomer(tx, deps, actor, 'customer.deleted', found);
    },
  };
}

async function administered(tx: EditTransaction, actor: Actor, project: string): Promise<string> {
  const found = await findProject(tx.prisma, actor.organizationId, project);
  if (found === null) throw notFound('project');
  authorize(actor, 'project.administer', found.id);
  return found.id;
}

async function existing(tx: EditTransaction, actor: Actor, project: string, idOrSlug: string): Promise<store.Customer> {
  const projectId = await administered(tx, actor, project);
  const found = await store.findCustomer(tx, actor.organizationId, projectId, idOrSlug);
  if (found === undefined) throw notFound('customer');
  return found;
}

function recordCustomer(
  tx: EditTransaction,
  deps: Pick<AccessDeps, 'keyring'>,
  actor: Actor,
  action: 'customer.created' | 'customer.updated' | 'customer.deleted',
  { id, projectId, slug }: store.Customer,
): Promise<void> {
  return record(tx, deps, actor, { action, objectType: 'customer', objectId: id, details: { projectId, slug } });
}

function refuseTakenSlug(error: unknown): never {
  if (isUniqueViolation(error)) throw new AppError('already_exists', 'A customer with this slug exists.');
  throw error;
}
