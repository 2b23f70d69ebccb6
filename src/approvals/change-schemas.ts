import { z } from 'zod';
import { actorRefSchema } from '../access/actor-view.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, isWellFormed, longText, queryFlag, timestamp, WELL_FORMED } from '../api/text-schemas.ts';
import { APP_ERROR_CODES } from '../errors.ts';
import { changeUnsatisfiableSchema } from './approval-profile-schemas.ts';
import { CHANGE_SORTS } from './change-list-store.ts';
import { CHANGE_OPERATIONS, SUBJECT_TYPES } from './change-operation.ts';
import { CHANGE_STATES } from './change-request.ts';
import { overrideSchema } from './override-schemas.ts';

const step = z.object({
  rule: z.string(),
  name: z.string(),
  required: z.int(),
  votes: z.array(z.string()).meta({ description: 'Ids of people whose approval counts here.' }),
  satisfied: z.boolean(),
  open: z.boolean().meta({ description: 'Votes are taken for it now.' }),
});

export const changeSchema = z
  .object({
    id,
    subjectType: z.enum(SUBJECT_TYPES),
    subjectId: z.string().meta({ description: 'What it is about: an id of that type.' }),
    customerId: z.string().nullable().meta({ description: "Of a customer's secret." }),
    projectId: z.string().nullable().meta({ description: 'Null for what belongs to the whole organization.' }),
    secretId: z.string().nullable().meta({ description: 'The subject, when it is a secret.' }),
    groupId: z
      .string()
      .nullable()
      .meta({ description: 'Asked for in one call with others: none takes effect before all of them are granted.' }),
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
    unsatisfiable: changeUnsatisfiableSchema.nullable(),
    override: overrideSchema.nullable().meta({ description: 'Put through without the votes.' }),
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
    sync: z
      .object({
        version: z.int().nullable(),
        reached: z.boolean(),
        needed: z.int(),
        verified: z.int(),
        laggards: z.array(
          z.object({
            targetId: z.string().nullable().meta({ description: 'Null: the profile holds no copy of the secret.' }),
            profileId: z.string(),
            profileName: z.string().nullable(),
            state: z.string().nullable(),
            code: z.string().nullable(),
            observedVersion: z.int().nullable(),
          }),
        ),
      })
      .optional()
      .meta({
        description:
          'With `wait=synced`, once the change is applied: how many copies are verified at its version, and which are not.',
      }),
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
  groupId: id.optional().meta({ description: 'Those that were asked for in one call.' }),
  project: z.string().max(63).optional().meta({ description: 'Id or slug.' }),
  requester: id.optional().meta({ description: 'Id of a person.' }),
  subjectType: z.enum(SUBJECT_TYPES).optional(),
  waitingFor: z.enum(['me']).optional().meta({
    description: 'Only those on which my approval would count now, by the policies they were opened under.',
  }),
  mine: queryFlag.optional().meta({ description: 'Only those I asked for, myself or through a machine of mine.' }),
  openedAfter: timestamp.optional(),
  openedBefore: timestamp.optional(),
  overridden: queryFlag.optional(),
  overrideOpen: queryFlag
    .optional()
    .meta({ description: 'Overridden, and not yet looked at by somebody who could have approved.' }),
  sort: z.enum(CHANGE_SORTS).default('newest'),
});
export type ChangeQuery = z.output<typeof changeQuery>;
const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const QUORUM = new RegExp(`^(?:[0-9]{1,4}|${UUID}(?:,${UUID}){0,99})$`);

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
  quorum: z
    .string()
    .regex(QUORUM)
    .transform((text) => (/^[0-9]+$/.test(text) ? Number(text) : text.split(',')))
    .optional()
    .meta({
      description:
        'With `wait=synced`: how many copies must be verified, or the ids of the profiles where, separated by commas. Default: ' +
        'every copy.',
      example: '2',
    }),
});

export const reviewSchema = z
  .strictObject({
    decision: z.enum(['approve', 'reject']),
    revision: z.int().min(1).meta({ description: 'As shown to the reviewer.' }),
    digest: z.string().max(200).meta({ description: 'As shown to the reviewer.' }),
    comment: longText.default(''),
  })
  .meta({ id: 'CreateReview' });

const counted = z.int().meta({ description: 'Up to `countedUpTo`.' });
export const changeCountsSchema = z
  .object({
    waitingForMe: counted,
    mineOpen: counted,
    mineDrafts: counted,
    mineWithoutEffect: counted.meta({ description: 'Failed, in conflict or rejected: up to `countedUpTo`.' }),
    waiting: counted,
    overridesToReview: counted,
    countedUpTo: z.int().meta({ description: 'Where counting ends: this number means as many or more.' }),
  })
  .meta({ id: 'ChangeCounts' });
export type ChangeCounts = z.output<typeof changeCountsSchema>;

const MOST_REVIEWS = 50;
export const bulkReviewSchema = z
  .strictObject({
    reviews: z
      .array(z.strictObject({ changeRequestId: id, ...reviewSchema.shape }))
      .min(1)
      .max(MOST_REVIEWS),
  })
  .meta({ id: 'CreateReviews' });
export type BulkReview = z.output<typeof bulkReviewSchema>;
export const bulkReviewResultSchema = z
  .object({
    items: z.array(
      z.object({
        changeRequestId: id,
        status: z.int().meta({ description: 'What the review alone would have been answered with.' }),
        changeRequest: changeSchema.nullable(),
        problem: z
          .object({ code: z.enum(APP_ERROR_CODES), detail: z.string() })
          .nullable()
          .meta({ description: 'Why it was refused.' }),
      }),
    ),
  })
  .meta({ id: 'ReviewResults' });

export const commentSchema = z
  .object({ id, revision: z.int(), author: actorRefSchema, text: z.string(), createdAt: timestamp })
  .meta({ id: 'ChangeComment' });
export const commentPageSchema = pageSchema(commentSchema, 'ChangeCommentPage');
export const commentQuery = z.strictObject(pageQuery);
export const createCommentSchema = z
  .strictObject({
    text: z
      .string()
      .trim()
      .min(1)
      .max(4000)
      .regex(/^[\P{Cc}\t\n\r]*$/u)
      .refine(isWellFormed, WELL_FORMED),
  })
  .meta({ id: 'CreateChangeComment' });
