import { z } from 'zod';
import { id, isWellFormed, slug, WELL_FORMED } from '../api/text-schemas.ts';
import { reasonSchema } from '../secrets/read-schemas.ts';
import { OUTPUT_FORMATS } from './output-format.ts';

const LONGEST_TEMPLATE = 200_000;

export const renderSchema = z
  .strictObject({
    project: z
      .string()
      .min(1)
      .max(63)
      .meta({ description: 'Id or slug of the project whose secrets `.Secrets` gives.' }),
    customer: z
      .union([id, slug])
      .optional()
      .meta({ description: "Id or slug: that customer's secrets. Without it, those that the project shares." }),
    fallback: z.boolean().default(false).meta({
      description: 'The shared secret of a name, where the customer has none.',
    }),
    template: z.string().max(LONGEST_TEMPLATE).meta({ description: 'A Go `text/template`.' }),
    name: z
      .string()
      .min(1)
      .max(200)
      .regex(/^\P{Cc}+$/u)
      .refine(isWellFormed, WELL_FORMED)
      .default('template')
      .meta({ description: 'What errors call the template, for example its file name.' }),
    format: z.enum(OUTPUT_FORMATS).default('text').meta({
      description:
        '`text` prints values as they are. The others write each value so that a reader of the file gets exactly this value.',
    }),
    strict: z.boolean().default(false).meta({
      description: 'Refuse a value that would have to be quoted or escaped where it stands, instead of doing so.',
    }),
    check: z.boolean().default(false).meta({
      description: 'Read no value; name everything that is wrong with the template. Needs to see secrets only.',
    }),
    reason: reasonSchema.optional(),
  })
  .meta({ id: 'RenderTemplate' });
export type RenderRequest = z.output<typeof renderSchema>;

export const renderedSchema = z
  .object({
    output: z.string().nullable().meta({ description: 'Null for a check.' }),
    secrets: z
      .array(
        z.object({
          name: z.string().meta({ description: 'With its folder: `folder/name`.' }),
          version: z.int(),
          customerId: z.string().nullable().meta({ description: 'Whose it is; null: shared.' }),
          fields: z.array(z.string()).meta({ description: 'The fields that the template looks at.' }),
        }),
      )
      .meta({ description: 'The secrets that were used.' }),
  })
  .meta({ id: 'RenderedTemplate' });
export type Rendered = z.output<typeof renderedSchema>;

export const renderExample = {
  project: 'shop',
  template: 'DATABASE_URL=postgres://{{ .Secrets.database.username }}:{{ .Secrets.database.password }}@db/shop\n',
  name: '.env',
  format: 'env' as const,
};

export const renderedExample: Rendered = {
  output: 'DATABASE_URL=postgres://shop:correct-horse@db/shop\n',
  secrets: [{ name: 'database', version: 3, customerId: null, fields: ['username', 'password'] }],
};
