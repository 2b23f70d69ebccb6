import { z } from 'zod';
import { isEntryPath } from '../../adapters/lib/safe-path.ts';
import { actorRefSchema } from '../access/actor-view.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, longText, timestamp } from '../api/text-schemas.ts';
import { SECRET_TYPES } from '../secrets/payload/secret-type.ts';
import { secretNameSchema, secretPathSchema } from '../secrets/secret-name.ts';
import { IMPORT_STATES, ITEM_STATES } from './import.ts';
import { MOST_ENTRIES } from './import-lister.ts';

/** Most entries that one request names: they have to fit into its body. */
const MOST_NAMED = 2_000;

const entryPath = z
  .string()
  .max(1_024)
  .superRefine((text, context) => {
    if (isEntryPath(text)) return;
    context.addIssue({ code: 'custom', params: { expected: 'segments joined by /' }, input: undefined });
  });

const wantedEntrySchema = z
  .strictObject({
    entry: entryPath.meta({ description: 'As `GET …/entries` lists it.' }),
    name: secretNameSchema.optional().meta({ description: 'Proposed when absent.' }),
    path: secretPathSchema.optional().meta({ description: 'Folder of the secret; proposed when absent.' }),
    type: z.enum(SECRET_TYPES).optional().meta({ description: 'Guessed from the content when absent, and shown.' }),
  })
  .meta({ id: 'ImportEntry' });

export const createImportSchema = z
  .strictObject({
    project: z.string().min(1).max(63).meta({ description: 'Id or slug.' }),
    entries: z.array(wantedEntrySchema).min(1).max(MOST_NAMED).optional(),
    prefix: z
      .union([z.literal(''), entryPath])
      .optional()
      .meta({
        description: `Everything below this folder, at most ${MOST_ENTRIES} entries; empty for the whole place.`,
      }),
    marker: z.boolean().default(false).meta({
      description: 'Write the ownership marker on each entry. Nothing else is ever written by an import.',
    }),
    onCollision: z.enum(['skip', 'fail']).default('skip').meta({
      description: 'What it means for an item that its name or its entry is taken: passed over, or failed.',
    }),
    dryRun: z.boolean().default(false).meta({ description: 'Only say what would be made.' }),
    comment: longText.default(''),
  })
  .superRefine(({ entries, prefix }, context) => {
    if ((entries === undefined) !== (prefix === undefined)) return;
    const expected = 'either entries or a prefix';
    context.addIssue({ code: 'custom', path: ['entries'], params: { expected }, input: undefined });
  })
  .meta({ id: 'CreateImport' });
export type CreateImport = z.output<typeof createImportSchema>;

const counts = z
  .object({ total: z.int(), ...Object.fromEntries(ITEM_STATES.map((state) => [state, z.int()])) } as Record<
    'total' | (typeof ITEM_STATES)[number],
    z.ZodInt
  >)
  .meta({ id: 'ImportCounts', description: 'Items by their state. Of a listing: those found so far.' });

export const importSchema = z
  .object({
    id,
    projectId: z.string(),
    profileId: z.string(),
    dryRun: z.boolean(),
    prefix: z.string().nullable(),
    marker: z.boolean(),
    onCollision: z.enum(['skip', 'fail']),
    state: z.enum(IMPORT_STATES),
    code: z.string().nullable().meta({ description: 'Why it failed or waits.' }),
    counts,
    comment: z.string(),
    requester: actorRefSchema,
    nextAttemptAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'Import' });
export type ImportView = z.output<typeof importSchema>;

export const importDetailSchema = z
  .object({
    ...importSchema.shape,
    digest: z.string().nullable().meta({
      description: 'Covers every change request of the import; a review of all of them echoes it. Null without any.',
    }),
  })
  .meta({ id: 'ImportDetail' });
export type ImportDetailView = z.output<typeof importDetailSchema>;

const foundSchema = z
  .object({
    because: z.string().optional().meta({ description: 'Why it is of its type.' }),
    fieldNames: z.array(z.string()).optional(),
    facts: z.looseObject({}).optional(),
    expected: z.string().optional().meta({ description: 'What was expected of the content and is not so.' }),
    cannotBe: z
      .array(z.object({ type: z.enum(SECRET_TYPES), expected: z.string() }))
      .optional()
      .meta({
        description: 'Of a dry run: types the content cannot have, with what they expect.',
      }),
  })
  .meta({ id: 'ImportFound', description: 'What was found at the entry, without any value.' });

export const importItemSchema = z
  .object({
    position: z.int(),
    entry: z.string(),
    state: z.enum(ITEM_STATES),
    code: z.string().nullable(),
    path: z.string().nullable(),
    name: z.string().nullable(),
    type: z.enum(SECRET_TYPES).nullable(),
    found: foundSchema.nullable(),
    changeRequestId: z.string().nullable(),
    secretId: z.string().nullable(),
    attempts: z.int(),
    nextAttemptAt: timestamp.nullable(),
  })
  .meta({ id: 'ImportItem' });
export type ImportItemView = z.output<typeof importItemSchema>;

export const importPageSchema = pageSchema(importSchema, 'ImportPage');
export const importItemPageSchema = pageSchema(importItemSchema, 'ImportItemPage');
export const importParams = z.strictObject({ importId: id });
export const importQuery = z.strictObject({ ...pageQuery, profileId: id.optional() });
export type ImportQuery = z.output<typeof importQuery>;
export const importItemQuery = z.strictObject({ ...pageQuery, state: z.enum(ITEM_STATES).optional() });
export type ImportItemQuery = z.output<typeof importItemQuery>;
export const importWaitQuery = z.strictObject({
  wait: z.enum(['ended']).optional().meta({ description: 'Answer when it has ended; at the latest after `timeout`.' }),
  timeout: z
    .string()
    .regex(/^[0-9]{1,2}$/)
    .transform(Number)
    .prefault('30')
    .meta({ description: 'Seconds, at most 60.' }),
});

export const reviewImportSchema = z
  .strictObject({
    decision: z.enum(['approve', 'reject']),
    digest: z.string().max(200).meta({ description: 'As shown to the reviewer.' }),
    comment: longText.default(''),
  })
  .meta({ id: 'CreateImportReview' });
export type ReviewImport = z.output<typeof reviewImportSchema>;

export const importReviewSchema = z
  .object({
    decided: z.int().meta({ description: 'Changes that were decided on by this request.' }),
    refused: z.int().meta({ description: 'Changes that moved meanwhile; look at them again.' }),
    left: z.int().meta({ description: 'Changes that still wait for this decision: repeat the request.' }),
  })
  .meta({ id: 'ImportReview' });
export type ImportReviewView = z.output<typeof importReviewSchema>;
