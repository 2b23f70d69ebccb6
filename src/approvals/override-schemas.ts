import { z } from 'zod';
import { actorRefSchema } from '../access/actor-view.ts';
import { longText, timestamp } from '../api/text-schemas.ts';

const SHORTEST_REASON = 20;

export const overrideSchema = z
  .object({
    by: actorRefSchema,
    reason: z.string(),
    at: timestamp,
    revision: z.int().meta({ description: 'The revision it was for; it counts for no later one.' }),
    review: z
      .object({ by: actorRefSchema, comment: z.string(), at: timestamp })
      .nullable()
      .meta({ description: 'Open until somebody who could have approved has looked at it.' }),
  })
  .meta({ id: 'Override' });

export const createOverrideSchema = z
  .strictObject({
    reason: longText
      .trim()
      .min(SHORTEST_REASON)
      .meta({ description: 'Why it cannot wait. Everybody who may see the change can read it.' }),
    revision: z.int().min(1).meta({ description: 'As shown.' }),
    digest: z.string().max(200).meta({ description: 'As shown.' }),
  })
  .meta({ id: 'CreateOverride' });
export type CreateOverride = z.output<typeof createOverrideSchema>;

export const reviewOverrideSchema = z.strictObject({ comment: longText.trim().min(1) }).meta({ id: 'ReviewOverride' });
export type ReviewOverride = z.output<typeof reviewOverrideSchema>;

export const overrideExample = {
  reason: 'Payments are down: the old key was revoked by the provider.',
  revision: 1,
  digest: 'k1:5f0c…',
};
