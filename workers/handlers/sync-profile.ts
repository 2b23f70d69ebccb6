import type { Handler } from '../handlers.ts';

/** Converges what is due at one vault profile. */
export const syncProfile: Handler<'sync-profile'> = (work, job, signal) => work.syncs.run(job.data.profileId, signal);
