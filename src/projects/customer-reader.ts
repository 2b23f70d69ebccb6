import type { Actor } from '../access/actor.ts';
import { authorize, reachWith } from '../access/permissions.ts';
import { decodeCursor, type Page, pageOf } from '../api/lists.ts';
import type { Db } from '../db.ts';
import { notFound } from '../errors.ts';
import type { CustomerView } from './customer-schemas.ts';
import { type Customer, findCustomer, listCustomers } from './customer-store.ts';
import { findProject } from './project-store.ts';

interface PageQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export type CustomerReader = ReturnType<typeof createCustomerReader>;

/** Looks at customers of a project, as far as the actor may list their secrets. `project` and `customer` are ids or slugs. */
export function createCustomerReader({ db }: { readonly db: Db }) {
  const projectOf = async (actor: Actor, project: string): Promise<string> => {
    const found = await findProject(await db.prisma(), actor.organizationId, project);
    if (found === null) throw notFound('project');
    return found.id;
  };

  return {
    /** Of all projects where none is named. */
    async list(actor: Actor, project: string | undefined, { cursor, limit }: PageQuery): Promise<Page<CustomerView>> {
      const { organizationId } = actor;
      const of =
        project === undefined ? { organizationId } : { organizationId, projectId: await projectOf(actor, project) };
      const after = decodeCursor(cursor, 'id')?.id;
      const rows = await listCustomers(db, of, reachWith(actor, 'secret.list'), after, limit + 1);
      const page = pageOf(rows, limit, (last) => ({ sort: 'id', id: last.id }));
      return { items: page.items.map(customerView), nextCursor: page.nextCursor };
    },

    async get(actor: Actor, project: string, customer: string): Promise<CustomerView> {
      const projectId = await projectOf(actor, project);
      const found = await findCustomer(db, actor.organizationId, projectId, customer);
      if (found === undefined) throw notFound('customer');
      authorize(actor, 'secret.list', { projectId, customerId: found.id });
      return customerView(found);
    },
  };
}

export function customerView({ id, projectId, slug, name, createdAt }: Customer): CustomerView {
  return { id, projectId, slug, name, createdAt: createdAt.toISOString() };
}
