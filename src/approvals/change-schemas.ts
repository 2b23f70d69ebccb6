import { z } from 'zod';
import { actorRefSchema } from '../access/actor-view.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, longText, timestamp } from '../api/text-schemas.ts';
import { CHANGE_OPERATIONS } from './approval-policy.ts';
import { CHANGE_STATES } from './change-request.ts';

const step = z.object({
  name: z.string(),
  required: z.int(),
  votes: z.array(z.string()).meta({ description: 'Ids of people whose approval counts here.' }),
  satisfied: z.boolean(),
  open: z.boolean().meta({ description: 'Votes are taken for it now.' }),
});

export const changeSchema = z
  .object({
    id,
    projectId: z.string(),
    secretId: z.string(),
    operation: z.enum(CHANGE_OPERATIONS),
    state: z.enum(CHANGE_STATES),
    revision: z.int(),
    digest: z.string().meta({ description: 'Covers everything a decision is about; a review echoes it.' }),
    baseVersion: z.int(),
    plan: z.looseObject({}).meta({ description: 'What will be done, without any value.' }),
    comment: z.string(),
    requester: actorRefSchema,
    code: z.string().nullable().meta({ description: 'Why it failed, conflicts or waits.' }),
    resultVersion: z.int().nullable(),
    attempts: z.int(),
    expiresAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'ChangeRequest' });
export type ChangeView = z.output<typeof changeSchema>;

export const changeDetailSchema = z
  .object({
    ...changeSchema.shape,
    approval: z.array(
      z.object({
        profileId: z.string(),
        profileVersion: z.int(),
        name: z.string(),
        satisfied: z.boolean(),
        steps: z.array(step),
      }),
    ),
    reviews: z.array(
      z.object({
        id: z.string(),
        revision: z.int(),
        reviewer: actorRefSchema,
        decision: z.enum(['approve', 'reject']),
        comment: z.string(),
        createdAt: timestamp,
      }),
    ),
    editors: z
      .array(z.string())
      .meta({ description: 'Ids of everybody who wrote a revision; none of them may decide.' }),
  })
  .meta({ id: 'ChangeRequestDetail' });
export type ChangeDetailView = z.output<typeof changeDetailSchema>;

export const changePageSchema = pageSchema(changeSchema, 'ChangeRequestPage');
export const changeParams = z.strictObject({ changeId: id });
export const changeQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(CHANGE_STATES).optional(),
  operation: z.enum(CHANGE_OPERATIONS).optional(),
  secretId: id.optional(),
  project: z.string().max(63).optional().meta({ description: 'Id or slug.' }),
  requester: id.optional().meta({ description: 'Id of a person.' }),
});
export type ChangeQuery = z.output<typeof changeQuery>;
export const changeWaitQuery = z.strictObject({
  wait: z.enum(['applied', 'synced']).optional().meta({
    description:
      'Answer when the change has ended, or when every target holds its version; at the latest after `timeout`.',
  }),
  timeout: z
    .string()
    .regex(/^[0-9]{1,2}$/)
    .transform(Number)
    .prefault('30')
    .meta({ description: 'Seconds, at most 60.' }),
});

export const reviewSchema = z
  .strictObject({
    decision: z.enum(['approve', 'reject']),
    revision: z.int().min(1).meta({ description: 'As shown to the reviewer.' }),
    digest: z.string().max(200).meta({ description: 'As shown to the reviewer.' }),
    comment: longText.default(''),
  })
  .meta({ id: 'CreateReview' });
