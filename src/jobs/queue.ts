import { Queue } from 'bullmq';
import { describeError, type Log } from '../log.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import { createBellBox, type Ring } from './bell-box.ts';
import type { Doorbell } from './doorbell.ts';
import { openPostgresLink, openRedisLink, type QueueLink } from './queue-backend.ts';
import type { QueueBoard } from './queue-board.ts';
import { type JobProcess, type QueueWorker, startQueueWorker } from './queue-worker.ts';
import { redisObjection } from './redis-readiness.ts';

const QUEUE_NAME = 'keyferry';
const OBJECTION_CACHE_MS = 30_000;
const ANSWER_TIMEOUT_MS = 2_000;

/** Done jobs leave at once; failed ones stay a while for whoever looks into the queue. */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: { age: 3_600, count: 500 } };

export interface JobQueueOptions {
  /** Present: the queue is in Redis; else in PostgreSQL at `databaseUrl`, in BullMQ's own schema. */
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly tracing?: Tracing;
}

export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
  /** Doorbells of this process that never reached the queue. */
  readonly lost: number;
}

/** The doorbell and who answers it. Losing all of it loses nothing: rows are the truth. */
export interface JobQueue extends Doorbell {
  readonly backend: 'redis' | 'postgres';
  startWorker(process: JobProcess, options: { readonly concurrency: number }): QueueWorker;
  /** `undefined` when the queue works, else why not, in words for an operator. */
  objection(): Promise<string | undefined>;
  /** Rejects when the queue does not answer. */
  counts(): Promise<QueueCounts>;
  /** For administrators who want to look into it; loaded at the first call. */
  board(basePath: string): Promise<QueueBoard>;
  /** Close the workers first. */
  close(): Promise<void>;
}

async function answerWithin<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the queue does not answer')), ANSWER_TIMEOUT_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** One line when the queue goes away and one when it is back, however many doorbells fail meanwhile. */
function quietly(log: Log): { failed(error: unknown): void; worked(): void } {
  let down = false;
  return {
    failed(error) {
      if (!down) log.warn({ error: describeError(error) }, 'queue not reachable; the scanner takes over');
      down = true;
    },
    worked() {
      if (down) log.info('queue reachable again');
      down = false;
    },
  };
}

/** Asks Redis rarely for its settings and every time whether it is there. */
function redisCheck(link: QueueLink): () => Promise<string | undefined> {
  let approvedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const { redis } = link;
    if (!redis) return undefined;
    if (performance.now() - approvedAt < OBJECTION_CACHE_MS) {
      await redis.ping();
      return undefined;
    }
    const objection = await redisObjection(redis);
    if (objection === undefined) approvedAt = performance.now();
    return objection;
  };
}

/** The trace context lies where BullMQ keeps its own, beside the data; nothing but two ids and a flag. */
function queued({ job: { name, data }, traceParent }: Ring) {
  return traceParent === undefined ? { name, data } : { name, data, opts: { telemetry: { metadata: traceParent } } };
}

/** Opens the queue. Returns at once: connecting goes on in the background, see `objection`. */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { redisUrl, databaseUrl, log, tracing = noTracing } = options;
  const trouble = quietly(log);
  const open = (use: 'produce' | 'work'): QueueLink =>
    redisUrl === undefined
      ? openPostgresLink(databaseUrl, trouble.failed)
      : openRedisLink(redisUrl, use, trouble.failed);
  const link = open('produce');
  const queue = new Queue(
    QUEUE_NAME,
    { connection: link.connection as never, defaultJobOptions: JOB_OPTIONS },
    link.factory,
  );
  queue.on('error', trouble.failed);
  const check = redisCheck(link);
  const box = createBellBox(
    async (rings) => {
      await queue.addBulk(rings.map(queued));
      trouble.worked();
    },
    trouble.failed,
    tracing.current,
  );

  return {
    backend: redisUrl === undefined ? 'postgres' : 'redis',
    ring: box.ring,
    startWorker: (process, { concurrency }) =>
      startQueueWorker(QUEUE_NAME, open('work'), { process, concurrency, log, tracing }),
    async objection() {
      try {
        if (link.pool) await answerWithin(link.pool.query('select 1 from bullmq.migration limit 1'));
        return await answerWithin(check());
      } catch {
        return `queue: ${redisUrl === undefined ? 'PostgreSQL' : 'Redis'} does not answer`;
      }
    },
    async counts() {
      const found = await answerWithin(queue.getJobCounts('wait', 'active', 'failed'));
      return { waiting: found.wait ?? 0, active: found.active ?? 0, failed: found.failed ?? 0, lost: box.lost };
    },
    board: async (basePath) => (await import('./queue-board.ts')).createQueueBoard(queue, basePath),
    async close() {
      if (link.isUp()) {
        await answerWithin(box.settled()).catch(() => {});
        await answerWithin(queue.close()).catch(() => {});
      }
      await link.close();
    },
  };
}
