import { z } from 'zod';
import { id } from '../api/text-schemas.ts';
import { mutationAnswerSchema } from './mutation-reply.ts';
import { itemErrorSchema, referenceSchema } from './read-schemas.ts';
import { createSecretSchema, namedSecretQuery, updateContentSchema } from './secret-schemas.ts';

/** Most secrets that are written in one call. */
export const MOST_WRITTEN = 100;

/** What a secret is to be when there is none of that name yet. */
const creation = createSecretSchema
  .pick({ type: true, description: true, tags: true, attributes: true, sourceProfileId: true, targets: true })
  .meta({
    id: 'SecretToCreate',
    description: 'What the secret is to be, when there is none of that name yet; else only its type counts.',
  });

export const upsertSchema = updateContentSchema.extend({ create: creation.optional() }).meta({ id: 'UpsertSecret' });

const { comment, draft: _draft, ...content } = updateContentSchema.shape;
const where = { project: z.string().max(63), ...namedSecretQuery.omit({ path: true, fallback: true }).shape };

const item = z.union([
  z.strictObject({ secretId: id, ...content }),
  z.strictObject({ ...where, reference: referenceSchema, create: creation.optional(), ...content }),
]);
export type WriteItem = z.output<typeof item>;

export const writeSecretsSchema = z
  .strictObject({ items: z.array(item).min(1).max(MOST_WRITTEN), comment })
  .meta({ id: 'WriteSecrets' });

export const BULK_STATES = ['applied', 'open', 'incomplete'] as const;

export const writeAnswerSchema = z
  .object({
    groupId: z.string().meta({ description: 'Of the change requests: `GET /v1/change-requests?groupId=` lists them.' }),
    state: z.enum(BULK_STATES).meta({
      description:
        '`applied`: every item is done. `open`: some wait for approval or for a vault, and go on by themselves. `incomplete`: all ' +
        'have ended, some without effect.',
    }),
    items: z.array(z.object({ ...mutationAnswerSchema.shape, error: itemErrorSchema.nullable() })).meta({
      description: 'In the order given. `error`: what an item ended with that had no effect.',
    }),
  })
  .meta({ id: 'WriteAnswer' });
