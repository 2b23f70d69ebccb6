import { z } from 'zod';
import { actorRefSchema } from '../access/actor-view.ts';
import { timestamp } from '../api/text-schemas.ts';
import { lackSchema, policyInputSchema } from './approval-profile-schemas.ts';
import { CHANGE_OPERATIONS, SUBJECT_TYPES } from './change-operation.ts';
import { CHANGE_STATES } from './change-request.ts';

const MOST_CHANGES = 500;

const range = {
  since: timestamp.optional().meta({ description: 'Only changes that were opened from then on.' }),
  limit: z.int().min(1).max(MOST_CHANGES).default(100).meta({ description: 'At most so many, the newest.' }),
};

export const replaySchema = z.strictObject({ policy: policyInputSchema, ...range }).meta({ id: 'ReplayPolicy' });
export type ReplayPolicy = z.output<typeof replaySchema>;

export const replayProfileSchema = z
  .strictObject({
    policy: policyInputSchema.optional().meta({ description: 'A draft; the current policy when absent.' }),
    ...range,
  })
  .meta({ id: 'ReplayApprovalProfile' });
export type ReplayApprovalProfile = z.output<typeof replayProfileSchema>;

const replayedSchema = z
  .object({
    changeId: z.string(),
    operation: z.enum(CHANGE_OPERATIONS),
    subjectType: z.enum(SUBJECT_TYPES),
    subjectId: z.string(),
    requester: actorRefSchema,
    createdAt: timestamp,
    state: z.enum(CHANGE_STATES).meta({ description: 'What became of it.' }),
    waited: z.boolean().meta({ description: 'Policies of that time asked about it.' }),
    wouldWait: z.boolean().meta({ description: 'This one would ask about it.' }),
    rules: z.array(z.string()).meta({ description: 'The rules that would apply.' }),
    wouldBeApproved: z
      .boolean()
      .meta({ description: 'The votes it got would suffice, without a rejection that counts.' }),
    wouldBeRejected: z.boolean().meta({ description: 'Somebody rejected it who could do so here.' }),
    unsatisfiable: lackSchema
      .nullable()
      .meta({ description: 'A step that nobody but its requester and editors could meet.' }),
  })
  .meta({ id: 'ReplayedChange' });

export const replayReportSchema = z
  .object({
    counts: z.object({
      changes: z.int(),
      wouldNotWait: z.int(),
      wouldWait: z.int(),
      wouldBeApproved: z.int(),
      wouldBeRejected: z.int(),
      wouldStillWait: z.int().meta({ description: 'Neither approved nor rejected by the votes they got.' }),
      unsatisfiable: z.int(),
      newlyAsked: z.int().meta({ description: 'Would wait and did not.' }),
      noLongerAsked: z.int().meta({ description: 'Waited and would not.' }),
    }),
    unsatisfiable: lackSchema.nullable().meta({ description: 'Why this policy would be refused when saved.' }),
    items: z.array(replayedSchema),
  })
  .meta({ id: 'ReplayReport' });
export type ReplayReport = z.output<typeof replayReportSchema>;
