import { z } from 'zod';
import { id } from '../api/text-schemas.ts';
import { lackSchema, policyInputSchema } from './approval-profile-schemas.ts';
import { peopleRefSchema } from './explain-schemas.ts';

export const previewEligibilitySchema = z
  .strictObject({
    policy: policyInputSchema,
    requesterId: id.optional().meta({
      description: 'As if this person asked for the change. When absent, anybody who can ask for changes may.',
    }),
  })
  .meta({ id: 'PreviewEligibility' });
export type PreviewEligibility = z.output<typeof previewEligibilitySchema>;

const placedLackSchema = z
  .object({
    ...lackSchema.shape,
    ruleAt: z.int().meta({ description: 'Place of the rule in the policy, from 0.' }),
    stepAt: z.int().meta({ description: 'Place of the step in the rule, from 0.' }),
    projectId: z.string().nullable().meta({ description: 'The project of the rule where people are missing.' }),
  })
  .meta({ id: 'PlacedLack' });

export const eligibilitySchema = z
  .object({
    unsatisfiable: placedLackSchema
      .nullable()
      .meta({ description: 'The first step that the people who are there cannot meet, all steps taken together.' }),
    rules: z.array(
      z.object({
        rule: z.string(),
        steps: z.array(
          z.object({
            step: z.string(),
            required: z.int(),
            canDecide: peopleRefSchema.meta({
              description: 'Who could approve here, in one of the projects of the rule or anywhere.',
            }),
            mayNotReview: peopleRefSchema.meta({
              description: 'Whom the step names though they lack the right change.review.',
            }),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Eligibility' });
export type Eligibility = z.output<typeof eligibilitySchema>;
