import type { Reach } from '../access/permissions.ts';
import type { PrismaDb } from '../access/prisma-db.ts';
import type { Sql } from '../db.ts';

/** Somebody whom a project serves with secrets of its own. */
export interface Customer {
  readonly id: string;
  readonly projectId: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: Date;
}

const COLUMNS = `k.id, k.project_id as "projectId", k.slug, k.name, k.created_at as "createdAt"`;

/** By id or slug: a slug never has the form of an id. */
export async function findCustomer(
  db: Sql,
  organizationId: string,
  projectId: string,
  idOrSlug: string,
): Promise<Customer | undefined> {
  const [row] = await db.query<Customer>(
    `select ${COLUMNS} from customers k
     where k.organization_id = $1::uuid and k.project_id = $2::uuid and (k.id::text = $3 or k.slug = $3)`,
    [organizationId, projectId, idOrSlug],
  );
  return row;
}

/** Those of one project, or of all projects, that are within reach: in order of creation, behind `after`. */
export function listCustomers(
  db: Sql,
  of: { readonly organizationId: string; readonly projectId?: string },
  within: 'all' | Reach,
  after: string | undefined,
  limit: number,
): Promise<Customer[]> {
  const reach = within === 'all' ? [null, null] : [within.projects, within.customers];
  return db.query<Customer>(
    `select ${COLUMNS} from customers k where k.organization_id = $1::uuid and ($2::uuid is null or k.project_id = $2)
       and ($3::uuid[] is null or k.project_id = any($3) or k.id = any($4))
       and ($5::uuid is null or k.id > $5) order by k.id limit $6`,
    [of.organizationId, of.projectId ?? null, ...reach, after ?? null, limit],
  );
}

/** Throws a unique violation for a slug that the project has. */
export function insertCustomer(
  db: PrismaDb,
  customer: Omit<Customer, 'createdAt'> & { readonly organizationId: string },
): Promise<Customer> {
  return db.customer.create({ data: customer });
}

/** Undefined when it is gone. */
export async function renameCustomer(tx: Sql, id: string, name: string): Promise<Customer | undefined> {
  const [row] = await tx.query<Customer>(
    `update customers k set name = $2 where k.id = $1::uuid returning ${COLUMNS}`,
    [id, name],
  );
  return row;
}

/**
 * How many secrets the customer has, destroyed ones included: their history names it. Locks the customer, so that none is created
 * until the transaction ends.
 */
export async function countCustomerSecretsLocking(tx: Sql, id: string): Promise<number> {
  await tx.query('select id from customers where id = $1::uuid for update', [id]);
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from secrets where customer_id = $1::uuid',
    [id],
  );
  return row?.count ?? 0;
}

/** Takes the customer away with the role grants for it. */
export async function deleteCustomer(tx: Sql, id: string): Promise<void> {
  await tx.query('delete from role_grants where customer_id = $1::uuid', [id]);
  await tx.query('delete from customers where id = $1::uuid', [id]);
}
