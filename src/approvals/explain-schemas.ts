import { z } from 'zod';
import { id, timestamp } from '../api/text-schemas.ts';
import { changeUnsatisfiableSchema } from './approval-profile-schemas.ts';
import { CHANGE_STATES } from './change-request.ts';
import { missingCheckSchema } from './check-schemas.ts';

const person = z.object({ id: z.string(), name: z.string() }).meta({ id: 'PersonRef' });
export const peopleRefSchema = z
  .object({ count: z.int(), people: z.array(person).meta({ description: 'The first of them by name.' }) })
  .meta({ id: 'PeopleRef' });

/** What a change stands at. */
export const WAITS_FOR = [
  'submission',
  'votes',
  'checks',
  'people',
  'worker',
  'profile',
  'vault',
  'requester',
  'nothing',
] as const;

/** What would change the answer. */
export const WAYS = [
  'approve',
  'reject',
  'cancel',
  'override',
  'find_people',
  'submit',
  'edit',
  'rebase',
  'retry',
  'report_check',
  'wait',
] as const;

const step = z.object({
  rule: z.string(),
  step: z.string(),
  required: z.int(),
  votes: z.array(person).meta({ description: 'Whose approvals count here.' }),
  missing: z.int(),
  satisfied: z.boolean(),
  open: z.boolean().meta({ description: 'Votes are taken for it now.' }),
  canDecide: peopleRefSchema.meta({
    description: 'Who could approve here and has not decided; requester and editors are not among them.',
  }),
});

export const explanationSchema = z
  .object({
    changeId: id,
    state: z.enum(CHANGE_STATES),
    code: z.string().nullable(),
    waitsFor: z.enum(WAITS_FOR),
    summary: z.string().meta({ description: 'Why it is where it is, in a sentence.' }),
    approval: z.array(
      z.object({
        profileId: z.string(),
        profileVersion: z.int(),
        name: z.string(),
        since: z.enum(['opening', 'now']).meta({
          description: '`now`: attached, tightened or changed since the request opened. Both must be met.',
        }),
        satisfied: z.boolean(),
        steps: z.array(step),
      }),
    ),
    missingChecks: z.array(missingCheckSchema),
    uncounted: z
      .array(z.object({ ...person.shape, reason: z.enum(['may_not_review', 'not_an_approver', 'not_needed']) }))
      .meta({ description: 'Approvals that count nowhere as things stand.' }),
    barred: z.array(z.object({ ...person.shape, as: z.enum(['requester', 'editor']) })),
    ways: z.array(
      z.object({
        way: z.enum(WAYS),
        text: z.string(),
        by: peopleRefSchema.nullable().meta({ description: 'Who can; null when it is up to no person.' }),
      }),
    ),
    unsatisfiable: changeUnsatisfiableSchema.omit({ since: true }).nullable(),
    expiresAt: timestamp.nullable(),
    nextAttemptAt: timestamp.nullable().meta({ description: 'When it is tried again by itself.' }),
  })
  .meta({ id: 'ChangeExplanation' });
export type Explanation = z.output<typeof explanationSchema>;
