import { z } from 'zod';
import { actorRefSchema } from '../access/actor-view.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, longText, nameText, slug, timestamp } from '../api/text-schemas.ts';

const MOST_REFERENCES = 200;
const LONGEST_REFERENCE = 700;

const referenceText = z.string().min(1).max(LONGEST_REFERENCE);
const shownReference = z.object({
  reference: z.string().meta({ description: 'As the secret is called now: `folder/name@3`.' }),
  secretId: z.string(),
  customerId: z.string().nullable(),
});

export const consumerSchema = z
  .object({
    id,
    projectId: z.string(),
    name: z.string(),
    description: z.string(),
    webhookId: z.string().nullable(),
    references: z.array(shownReference),
    createdBy: actorRefSchema,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Consumer' });
export type ConsumerView = z.output<typeof consumerSchema>;

export const consumerPageSchema = pageSchema(consumerSchema, 'ConsumerPage');
export const consumerParams = z.strictObject({ consumerId: id });
export const consumerQuery = z.strictObject({
  ...pageQuery,
  project: z.string().max(63).optional().meta({ description: 'Id or slug.' }),
  secretId: id.optional(),
});

const reads = {
  customer: z
    .union([id, slug])
    .optional()
    .meta({ description: "Id or slug: names are those of this customer's secrets, else of those that are shared." }),
  fallback: z
    .boolean()
    .default(false)
    .meta({ description: 'The shared secret of a name, where the customer has none.' }),
  references: z
    .array(referenceText)
    .min(1)
    .max(MOST_REFERENCES)
    .optional()
    .meta({ description: '`folder/name`, with `@3`, `@latest` or `@latest_enabled` (the default) behind it.' }),
  template: z
    .string()
    .max(200_000)
    .optional()
    .meta({ description: 'Instead: a template; what it refers to is kept, and the text is not.' }),
};
const description = longText;
const webhookId = id.nullable().meta({
  description: 'The webhook that is told; null: those that are told of `consumer.affected` in the project.',
});

const oneOf = { params: { expected: 'either `references` or `template`' } };

export const createConsumerSchema = z
  .strictObject({
    project: z.string().max(63).meta({ description: 'Id or slug of the project.' }),
    name: nameText,
    description: description.default(''),
    webhookId: webhookId.default(null),
    ...reads,
  })
  .refine(({ references, template }) => (references === undefined) !== (template === undefined), oneOf)
  .meta({ id: 'CreateConsumer' });
export type CreateConsumer = z.output<typeof createConsumerSchema>;

export const updateConsumerSchema = z
  .strictObject({ description: description.optional(), webhookId: webhookId.optional(), ...reads })
  .refine(({ references, template }) => references === undefined || template === undefined, oneOf)
  .meta({ id: 'UpdateConsumer' });
export type UpdateConsumer = z.output<typeof updateConsumerSchema>;

/** Who reads a secret, and which version. */
export const secretUseSchema = z
  .object({
    id: z.string().meta({ description: 'Of the consumer.' }),
    name: z.string(),
    selector: z.string().meta({ description: 'A number, `latest` or `latest_enabled`.' }),
    version: z.int().nullable().meta({ description: 'What the selector comes out at now.' }),
  })
  .meta({ id: 'SecretUse' });
export const secretUsesSchema = z.object({ items: z.array(secretUseSchema) }).meta({ id: 'SecretUses' });

export const consumerExample: ConsumerView = {
  id: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b3d',
  projectId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a',
  name: 'shop deployment',
  description: '',
  webhookId: null,
  references: [
    { reference: 'database@latest_enabled', secretId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b4e', customerId: null },
  ],
  createdBy: {
    type: 'machine',
    id: '01936f72-5f7c-7d21-8c33-0a6bb1c9d4e6',
    name: 'deployer',
    personId: '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11',
  },
  createdAt: '2026-11-02T09:40:00.000Z',
  updatedAt: '2026-11-02T09:40:00.000Z',
};
