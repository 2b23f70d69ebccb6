import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, slug, timestamp } from '../api/text-schemas.ts';
import { SHARED } from '../vaults/remote-naming.ts';

export const customerSchema = z
  .object({ id, projectId: id, slug: z.string(), name: z.string(), createdAt: timestamp })
  .meta({ id: 'Customer' });
export type CustomerView = z.output<typeof customerSchema>;

export const customerPageSchema = pageSchema(customerSchema, 'CustomerPage');

const project = z.union([id, slug]).meta({ description: 'Id or slug of the project.' });
export const customersParams = z.strictObject({ project });
export const customerParams = z.strictObject({
  project,
  customer: z.union([id, slug]).meta({ description: 'Id or slug of the customer.' }),
});
export const customerQuery = z.strictObject(pageQuery);

export const createCustomerSchema = z
  .strictObject({
    slug: slug
      .refine((text) => text !== SHARED, { params: { expected: `a slug other than \`${SHARED}\`` } })
      .meta({ description: `Stands in paths at vaults; cannot change. Not \`${SHARED}\`.` }),
    name: nameText,
  })
  .meta({ id: 'CreateCustomer' });
export type CreateCustomer = z.output<typeof createCustomerSchema>;

export const updateCustomerSchema = z.strictObject({ name: nameText }).meta({ id: 'UpdateCustomer' });
export type UpdateCustomer = z.output<typeof updateCustomerSchema>;

export const customerExample: CustomerView = {
  id: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b2c',
  projectId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a',
  slug: 'acme',
  name: 'Acme Corp.',
  createdAt: '2026-11-02T09:37:00.000Z',
};
