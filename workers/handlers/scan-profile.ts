import type { Handler } from '../handlers.ts';

/** Looks whether copies at one vault profile are as they were left, without holding a slot of the queue meanwhile. */
export const scanProfile: Handler<'scan-profile'> = (work, job) => work.scanLanes.start(job.data.profileId);
