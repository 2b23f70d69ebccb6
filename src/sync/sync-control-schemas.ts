import { z } from 'zod';
import { id, slug, timestamp } from '../api/text-schemas.ts';

const pausedAt = timestamp.nullable().meta({ description: 'Null: not paused.' });

export const pauseSchema = z.object({ pausedAt }).meta({ id: 'Pause' });
export type PauseView = z.output<typeof pauseSchema>;

export const syncOverviewSchema = z
  .object({
    pausedAt,
    underWay: z.int().meta({ description: 'Copies that workers are at now, anywhere. 0 while paused: drained.' }),
    backlog: z
      .int()
      .meta({ description: 'Copies of this organization that are out of step, counted up to the limit.' }),
    backlogLimit: z.int().meta({ description: 'From here on new content is refused with `backlog_full`.' }),
    restore: z
      .object({
        suspected: z.boolean(),
        since: timestamp.nullable(),
        reason: z.enum(['database_changed', 'copy_ahead']).nullable(),
        profiles: z.array(z.object({ id: z.string(), name: z.string(), since: timestamp, ahead: z.int() })).meta({
          description: 'Profiles with copies that name a version unknown here, and how many still do.',
        }),
        missing: z
          .int()
          .meta({ description: 'Copies that are not there and are not made anew before somebody settles this.' }),
        advice: z.string().nullable(),
      })
      .meta({ description: 'Does the database seem to be older than the vaults?' }),
  })
  .meta({ id: 'SyncOverview' });
export type SyncOverview = z.output<typeof syncOverviewSchema>;

export const profileParams = z.strictObject({ profileId: id });
export const projectParams = z.strictObject({ project: z.union([id, slug]).meta({ description: 'Id or slug.' }) });
