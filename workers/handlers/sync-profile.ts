import type { Handler } from '../handlers.ts';

/** Has what is due at one vault profile converged, without holding a slot of the queue meanwhile. */
export const syncProfile: Handler<'sync-profile'> = (work, job) => work.lanes.start(job.data.profileId);
