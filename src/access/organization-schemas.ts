import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, slug, timestamp } from '../api/text-schemas.ts';
import { createPersonSchema, personExample, personSchema } from './person-schemas.ts';

export const organizationSchema = z
  .object({
    id,
    slug: z.string(),
    name: z.string(),
    isOperator: z.boolean().meta({ description: 'Its administrators may create organizations.' }),
    approvalProfileId: id
      .nullable()
      .meta({ description: 'Who must agree anywhere in the organization, beside the policies of vault profiles.' }),
    createdAt: timestamp,
  })
  .meta({ id: 'Organization' });
export type OrganizationView = z.output<typeof organizationSchema>;

export const organizationPageSchema = pageSchema(organizationSchema, 'OrganizationPage');
export const organizationParams = z.strictObject({ organizationId: id });
export const organizationQuery = z.strictObject(pageQuery);

export const createOrganizationSchema = z
  .strictObject({ slug, name: nameText, administrator: createPersonSchema })
  .meta({ id: 'CreateOrganization' });
export type CreateOrganization = z.output<typeof createOrganizationSchema>;

export const updateOrganizationSchema = z
  .strictObject({
    name: nameText.optional(),
    approvalProfileId: id
      .nullable()
      .optional()
      .meta({ description: 'The approval profile that is asked everywhere; null: none.' }),
  })
  .meta({ id: 'UpdateOrganization' });
export type UpdateOrganization = z.output<typeof updateOrganizationSchema>;

export const createdOrganizationSchema = z
  .object({
    organization: organizationSchema,
    administrator: personSchema,
    token: z.string().meta({ description: "The administrator's first token: shown in this answer only." }),
  })
  .meta({ id: 'CreatedOrganization' });
export type CreatedOrganizationView = z.output<typeof createdOrganizationSchema>;

export const organizationExample: OrganizationView = {
  id: '01936f73-2b1d-7e44-a0f1-c7d2e3b4a596',
  slug: 'acme',
  name: 'Acme',
  isOperator: false,
  approvalProfileId: null,
  createdAt: '2026-11-02T09:35:00.000Z',
};

export const createdOrganizationExample: CreatedOrganizationView = {
  organization: organizationExample,
  administrator: personExample,
  token: 'kf_Zm9yLXRoZS1kb2N1bWVudGF0aW9uLW9ubHktMzItYnl0ZXM',
};
