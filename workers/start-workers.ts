import type { Broker } from '../src/compose.ts';
import type { Job } from '../src/jobs/definitions.ts';
import type { JobProcess } from '../src/jobs/queue-worker.ts';
import type { SpanFacts } from '../src/tracing/tracing.ts';
import { HANDLERS, type Handler } from './handlers.ts';

/** Workers of this process. */
export interface Workers {
  /** Takes nothing new, lets running work end for `graceMs`, then aborts it: its leases run out and others go on. */
  stop(graceMs: number): Promise<void>;
}

/** Answers doorbells and scans for what nobody rang for. */
export function startWorkers(broker: Broker, options: { readonly concurrency: number }): Workers {
  const process: JobProcess = (job: Job, signal) =>
    broker.tracing.span(`job.${job.name}`, { kind: 'consumer', facts: factsOf(job) }, () =>
      (HANDLERS[job.name] as Handler<typeof job.name>)(broker.work, job as never, signal),
    );
  const worker = broker.queue.startWorker(process, options);
  broker.doorbell.answer(process);
  broker.scanner.start();
  return {
    async stop(graceMs) {
      const { lanes, scanLanes } = broker.work;
      await broker.scanner.stop();
      await Promise.all([
        broker.doorbell.stop(graceMs),
        worker.close(graceMs),
        lanes.stop(graceMs),
        scanLanes.stop(graceMs),
      ]);
    },
  };
}

function factsOf(job: Job): SpanFacts {
  switch (job.name) {
    case 'run-change':
      return { 'keyferry.change.id': job.data.changeId };
    case 'run-import':
      return { 'keyferry.import.id': job.data.importId };
    case 'sync-profile':
    case 'scan-profile':
      return { 'keyferry.profile.id': job.data.profileId };
    case 'deliver-notices':
      return { 'keyferry.organization.id': job.data.organizationId };
  }
}
