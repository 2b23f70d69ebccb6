import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id } from '../api/text-schemas.ts';
import { TARGET_STATES } from './target-state.ts';

const lagSeconds = z.number().meta({ description: 'Out of step for so long.' });

const copySchema = z
  .object({
    targetId: z.string(),
    profileId: z.string(),
    state: z.enum(TARGET_STATES),
    desiredVersion: z.int().nullable().meta({ description: 'Null: the copy must be absent.' }),
    observedVersion: z.int().nullable().meta({ description: 'What was last proved to be there.' }),
    code: z.string().nullable().meta({ description: 'Why it is not in step.' }),
    lagSeconds: lagSeconds.nullable(),
  })
  .meta({ id: 'SyncMapCopy' });

const rowSchema = z
  .object({
    secretId: z.string(),
    projectId: z.string(),
    path: z.string(),
    name: z.string(),
    sourceProfileId: z.string(),
    latestVersion: z.int().nullable().meta({ description: 'Null: no version yet.' }),
    copies: z.array(copySchema),
  })
  .meta({ id: 'SyncMapRow' });
export type MapRowView = z.output<typeof rowSchema>;

export const syncMapPageSchema = pageSchema(rowSchema, 'SyncMapPage');

export const syncMapQuery = z.strictObject({
  ...pageQuery,
  project: z.string().max(63).optional().meta({ description: 'Id or slug.' }),
  name: z.string().max(128).optional().meta({ description: 'Part of the name.' }),
  profileId: id.optional().meta({ description: 'Source or target.' }),
  targetState: z.enum(TARGET_STATES).optional().meta({ description: 'Secrets with a copy in this state.' }),
});
export type SyncMapQuery = z.output<typeof syncMapQuery>;

const waitingSchema = z
  .object({
    profileId: z.string(),
    states: z.partialRecord(z.enum(TARGET_STATES), z.int()).meta({ description: 'Copies by the state they are in.' }),
    lagSeconds,
  })
  .meta({ id: 'WaitingCopies' });
export type WaitingView = z.output<typeof waitingSchema>;

const rateSchema = z
  .object({
    profileId: z.string(),
    settled: z.int().meta({ description: 'Copies that came to where they should be, or were removed as they should.' }),
    failed: z.int().meta({ description: 'Copies that began to fail, or failed in another way than before.' }),
    toDecide: z.int().meta({ description: 'Copies whose entry was found to be changed by others, or not to be ours.' }),
  })
  .meta({ id: 'SyncRate' });
export type RateView = z.output<typeof rateSchema>;

export const rateListSchema = z
  .object({
    seconds: z.int().meta({ description: 'So much time is counted, up to now.' }),
    items: z.array(rateSchema),
  })
  .meta({ id: 'SyncRateList' });

export const waitingListSchema = z.object({ items: z.array(waitingSchema) }).meta({ id: 'WaitingCopiesList' });
