import type { Handler } from '../handlers.ts';

/** Connects a granted change with the service that carries it out. */
export const runChange: Handler<'run-change'> = async (work, job) => {
  const grant = await work.executions.begin(job.data.changeId);
  if (grant !== undefined) await work.executor.execute(grant.change, { recovering: grant.recovering, patient: true });
};
