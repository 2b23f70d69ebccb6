import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, queryFlag, timestamp } from '../api/text-schemas.ts';

const email = z.string().trim().toLowerCase().max(254).pipe(z.email());

export const personSchema = z
  .object({ id, name: z.string(), email: z.string(), disabled: z.boolean(), createdAt: timestamp })
  .meta({ id: 'Person' });
export type PersonView = z.output<typeof personSchema>;

export const personPageSchema = pageSchema(personSchema, 'PersonPage');
export const personParams = z.strictObject({ userId: id });
export const personQuery = z.strictObject({ ...pageQuery, disabled: queryFlag.optional() });

export const createPersonSchema = z.strictObject({ name: nameText, email }).meta({ id: 'CreatePerson' });
export type CreatePerson = z.output<typeof createPersonSchema>;

export const updatePersonSchema = z
  .strictObject({
    name: nameText.optional(),
    email: email.optional(),
    disabled: z.boolean().optional().meta({ description: 'A disabled person, and its machines, can do nothing.' }),
  })
  .meta({ id: 'UpdatePerson' });
export type UpdatePerson = z.output<typeof updatePersonSchema>;

export const personExample: PersonView = {
  id: '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  disabled: false,
  createdAt: '2026-11-02T09:30:00.000Z',
};
