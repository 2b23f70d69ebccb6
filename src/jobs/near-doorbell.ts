import { setTimeout as delay } from 'node:timers/promises';
import { describeError, type Log } from '../log.ts';
import type { Job } from './definitions.ts';
import type { Doorbell } from './doorbell.ts';
import type { JobProcess } from './queue-worker.ts';

/** A doorbell that is answered in this process when it has workers, without the way through the queue. */
export interface NearDoorbell extends Doorbell {
  /** From now on `process` answers, as long as it is not too busy; the queue gets the rest. */
  answer(process: JobProcess): void;
  /** Answers no more, waits `graceMs` for what runs, then aborts it. */
  stop(graceMs: number): Promise<void>;
}

/** Beyond this many jobs at once the queue spreads them over all processes. */
const MOST_AT_ONCE = 64;
const ABORT_GRACE_MS = 1_000;

/**
 * Whoever commits due rows is the nearest to carry them out: it saves the queue's milliseconds, and the value is at hand. As
 * with any doorbell nothing is lost when the process dies: the rows stay due.
 */
export function createNearDoorbell(queue: Doorbell, log: Log): NearDoorbell {
  const abort = new AbortController();
  const running = new Set<Promise<void>>();
  let process: JobProcess | undefined;

  const take = (answering: JobProcess, job: Job): void => {
    const work: Promise<void> = new Promise(setImmediate)
      .then(() => answering(job, abort.signal))
      .catch((error: unknown) => log.warn({ job: job.name, ...job.data, error: describeError(error) }, 'job failed'))
      .finally(() => running.delete(work));
    running.add(work);
  };

  return {
    ring(...jobs) {
      const left = jobs.filter((job) => {
        if (process === undefined || running.size >= MOST_AT_ONCE) return true;
        take(process, job);
        return false;
      });
      if (left.length > 0) queue.ring(...left);
    },
    answer(answering) {
      process = answering;
    },
    async stop(graceMs) {
      process = undefined;
      const ended = Promise.all(running).then(() => true);
      if (await Promise.race([ended, delay(graceMs, false, { ref: false })])) return;
      abort.abort();
      await Promise.race([ended, delay(ABORT_GRACE_MS, false, { ref: false })]);
    },
  };
}
