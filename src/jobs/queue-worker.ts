import { setTimeout as delay } from 'node:timers/promises';
import { type Job as QueuedJob, Worker } from 'bullmq';
import { describeError, type Log } from '../log.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { type Job, parseJob } from './definitions.ts';
import type { QueueLink } from './queue-backend.ts';

/** Does one job. The signal fires when the process has to end; rejecting only marks the job as failed. */
export type JobProcess = (job: Job, signal: AbortSignal) => Promise<void>;

export interface QueueWorker {
  /** Jobs running now. */
  readonly running: number;
  /** Takes no more jobs, waits `graceMs` for the running ones, then aborts them and leaves. */
  close(graceMs: number): Promise<void>;
}

const SAFE_CODE = /^[a-z][a-z_]{1,39}$/;
const ABORT_GRACE_MS = 1_000;

/**
 * What may be written into the queue about a failure: it lies there in clear, and a NUL in it would run the job twice.
 * So a fixed code of ours and no stack.
 */
function queueError(error: unknown): Error {
  const { code } = (error ?? {}) as { code?: unknown };
  const safe = new Error(typeof code === 'string' && SAFE_CODE.test(code) ? code : 'internal');
  safe.stack = safe.message;
  return safe;
}

async function endsWithin(work: Promise<void>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(milliseconds, false, { signal: timer.signal }).catch(() => false);
  return Promise.race([work.then(() => true), late]).finally(() => timer.abort());
}

/** Runs jobs of the queue over `link` until closed; closes the link as well. */
export function startQueueWorker(
  queueName: string,
  link: QueueLink,
  work: { readonly process: JobProcess; readonly concurrency: number; readonly log: Log; readonly tracing: Tracing },
): QueueWorker {
  const abort = new AbortController();
  let running = 0;

  const handle = async (queued: QueuedJob): Promise<void> => {
    const job = parseJob(queued.name, queued.data);
    if (!job) throw queueError({ code: 'unknown_job' });
    running += 1;
    try {
      await work.tracing.continuing(queued.opts.telemetry?.metadata, () => work.process(job, abort.signal));
    } catch (error) {
      work.log.warn({ job: job.name, ...job.data, error: describeError(error) }, 'job failed');
      throw queueError(error);
    } finally {
      running -= 1;
    }
  };

  const worker = new Worker(
    queueName,
    handle,
    { connection: link.connection as never, concurrency: work.concurrency, runRetryDelay: 1_000 },
    link.factory,
  );
  worker.on('error', (error) => work.log.warn({ error: describeError(error) }, 'queue worker'));

  return {
    get running() {
      return running;
    },
    async close(graceMs) {
      const closed = worker.close();
      // Without its connection BullMQ waits for an answer that cannot come.
      const grace = running === 0 && !link.isUp() ? 0 : graceMs;
      if (!(await endsWithin(closed, grace))) {
        abort.abort();
        await endsWithin(closed, ABORT_GRACE_MS);
      }
      await link.close();
    },
  };
}
