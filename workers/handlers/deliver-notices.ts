import type { Handler } from '../handlers.ts';

/** Tells the subscribers of one organization what happened. */
export const deliverNotices: Handler<'deliver-notices'> = (work, job, signal) =>
  work.notices.deliver(job.data.organizationId, signal);
