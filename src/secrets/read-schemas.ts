import { z } from 'zod';
import { id, isWellFormed, WELL_FORMED } from '../api/text-schemas.ts';
import { APP_ERROR_CODES } from '../errors.ts';
import { isFieldName } from './payload/payload-type.ts';
import { parseSecretReference, selectorOf } from './secret-reference.ts';
import { contentSchema, namedSecretQuery } from './secret-schemas.ts';

/** Most secrets that are read in one call. */
export const MOST_READ = 100;

const fieldName = z
  .string()
  .max(128)
  .refine(isFieldName, { params: { expected: 'the name of a field' } })
  .meta({ description: 'Only this field.' });

const REFERENCE_EXPECTED =
  'a name such as `folder/name`, with or without `@3`, `@latest` or `@latest_enabled` behind it';

const parsed = (text: string, context: z.core.$RefinementCtx<string>) => {
  const reference = parseSecretReference(text);
  if (reference !== undefined) return reference;
  context.addIssue({ code: 'custom', params: { expected: REFERENCE_EXPECTED } });
  return z.NEVER;
};

/** `folder/name@3` in bodies. */
export const referenceSchema = z
  .string()
  .max(700)
  .transform(parsed)
  .meta({
    description: `Folder, name and version of a secret: ${REFERENCE_EXPECTED}.`,
    example: 'payments/db-login@3',
  });

/** `name@3` in paths; the folder is apart. */
export const namedContentParams = z.strictObject({
  project: z.string().max(63).meta({ description: 'Id or slug of the project.' }),
  reference: z
    .string()
    .max(160)
    .regex(/^[^/]*$/)
    .transform(parsed)
    .meta({
      description: 'Name of a secret, with or without `@3`, `@latest` or `@latest_enabled` behind it.',
      example: 'db-login@3',
    }),
});

/** Why somebody reads a value. */
export const reasonSchema = z
  .string()
  .trim()
  .min(5)
  .max(500)
  .regex(/^\P{Cc}+$/u)
  .refine(isWellFormed, WELL_FORMED)
  .meta({ description: 'Why it is read, for the audit trail; never a value. Projects may ask people for it.' });

export const contentQuery = z.strictObject({ field: fieldName.optional(), reason: reasonSchema.optional() });
export const namedVersionQuery = namedSecretQuery;
export const namedContentQuery = namedSecretQuery.extend(contentQuery.shape);

const version = z
  .string()
  .regex(/^(latest|latest_enabled|[1-9][0-9]{0,8})$/)
  .default('latest_enabled')
  .transform(selectorOf)
  .meta({ description: 'A number, `latest` or `latest_enabled`.' });

const item = z.union([
  z.strictObject({ secretId: id, version, field: fieldName.optional() }),
  z.strictObject({
    project: z.string().max(63),
    reference: referenceSchema,
    customer: namedSecretQuery.shape.customer,
    fallback: z
      .boolean()
      .default(false)
      .meta({ description: 'The shared secret of this name, when the customer has none.' }),
    field: fieldName.optional(),
  }),
]);
export type ReadItem = z.output<typeof item>;

export const readSecretsSchema = z
  .strictObject({
    items: z.array(item).min(1).max(MOST_READ),
    reason: reasonSchema.optional(),
    leaveReadOnce: z.boolean().default(false).meta({
      description:
        'For reading everything there is: a version that may be read once is not used up, and refused with `read_once`.',
    }),
  })
  .meta({ id: 'ReadSecrets' });

/** Why one item of several was refused: as the problem document of a request for it alone. */
export const itemErrorSchema = z
  .looseObject({ code: z.enum(APP_ERROR_CODES), status: z.int(), title: z.string(), detail: z.string() })
  .meta({ id: 'ItemError' });

export const readAnswerSchema = z
  .object({
    items: z.array(z.object({ content: contentSchema.nullable(), error: itemErrorSchema.nullable() })).meta({
      description: 'In the order asked for: each has its content or why there is none.',
    }),
  })
  .meta({ id: 'ReadAnswer' });
