import type { Handler } from '../handlers.ts';

/** Goes on with one import. */
export const runImport: Handler<'run-import'> = (work, job, signal) => work.imports.run(job.data.importId, signal);
