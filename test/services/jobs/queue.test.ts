import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import type { Job } from '../../../src/jobs/definitions.ts';
import { createJobQueue, type JobQueue } from '../../../src/jobs/queue.ts';
import type { QueueWorker } from '../../../src/jobs/queue-worker.ts';
import { createLog } from '../../../src/log.ts';
import { noTracing, type Tracing } from '../../../src/tracing/tracing.ts';
import { missingRedis, startTestRedis, type TestRedis } from '../../support/redis.ts';
import { describeIf } from '../../support/require.ts';
import { startingDatabase } from '../../support/starting-database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/template-db.ts';

const log = createLog('silent');
const syncJob = (): Job => ({ name: 'sync-profile', data: { profileId: randomUUID() } });

async function until(what: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what.toString()}`);
    await delay(10);
  }
}

/** The same promises on both backends. */
function queueTests(options: () => { redisUrl: string | undefined; databaseUrl: string }): void {
  let queue: JobQueue;
  let worker: QueueWorker | undefined;
  const open = (tracing: Tracing = noTracing): JobQueue => {
    queue = createJobQueue({ ...options(), log, tracing });
    return queue;
  };

  afterEach(async () => {
    await worker?.close(5_000);
    worker = undefined;
    await queue.close();
  });

  test('carries doorbells to the worker, equal ones of one tick once', async () => {
    const seen: Job[] = [];
    const [one, two] = [syncJob(), syncJob()];
    open().ring(one, two, one);
    queue.ring(one);
    worker = queue.startWorker(async (job) => void seen.push(job), { concurrency: 4 });
    await until(() => seen.length === 2);
    await delay(100);
    expect(new Set(seen.map((job) => JSON.stringify(job)))).toEqual(
      new Set([one, two].map((job) => JSON.stringify(job))),
    );
    expect(seen).toHaveLength(2);
  });

  test('a doorbell that rings while its job runs is heard afterwards, also after a failure', async () => {
    const job = syncJob();
    let runs = 0;
    let release: () => void = () => {};
    open();
    worker = queue.startWorker(
      async () => {
        runs += 1;
        if (runs > 1) return;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        throw new AppError('vault_busy', 'canary-in-message');
      },
      { concurrency: 2 },
    );
    queue.ring(job);
    await until(() => runs === 1);
    queue.ring(job);
    await until(() => runs === 2);
    release();
    await until(async () => (await queue.counts()).failed >= 1);
  });

  test('carries the trace in which each doorbell rang, and nothing when nobody traces', async () => {
    const contexts: (string | undefined)[] = [];
    let current: string | undefined;
    open({
      ...noTracing,
      current: () => current,
      continuing: (context, run) => {
        contexts.push(context);
        return run();
      },
    });
    for (const digit of ['1', '2', undefined]) {
      current = digit && `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
      queue.ring(syncJob());
    }
    worker = queue.startWorker(async () => {}, { concurrency: 1 });
    await until(() => contexts.length === 3);
    expect(contexts.map((context) => context?.slice(3, 5))).toEqual(['11', '22', undefined]);
  });

  test('says it is ready, counts, and leaves promptly with nothing to do', async () => {
    open();
    worker = queue.startWorker(async () => {}, { concurrency: 1 });
    await until(async () => (await queue.objection()) === undefined);
    expect(await queue.counts()).toMatchObject({ waiting: 0, active: 0, lost: 0 });
    const before = performance.now();
    await worker.close(5_000);
    await queue.close();
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  test('closing waits for a running job, then aborts what does not end', async () => {
    let done = false;
    let aborted = false;
    open();
    worker = queue.startWorker(
      async (job, signal) => {
        if (job.name === 'run-change') {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          aborted = true;
        } else {
          await delay(300);
          done = true;
        }
      },
      { concurrency: 1 },
    );
    queue.ring(syncJob());
    await until(() => worker?.running === 1);
    await worker.close(5_000);
    expect(done).toBe(true);

    worker = queue.startWorker(
      async (_job, signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted = true;
      },
      { concurrency: 1 },
    );
    queue.ring({ name: 'run-change', data: { changeId: randomUUID() } });
    await until(() => worker?.running === 1);
    await worker.close(200);
    expect(aborted).toBe(true);
  });
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('on PostgreSQL', () => {
  queueTests(() => ({ redisUrl: undefined, databaseUrl: database.url }));

  test('opened while PostgreSQL starts up it works once that is there, and asks with patience until then', async () => {
    const starting = await startingDatabase(database.url);
    const queue = createJobQueue({ redisUrl: undefined, databaseUrl: starting.url, log });
    const seen: Job[] = [];
    const worker = queue.startWorker(async (job) => void seen.push(job), { concurrency: 1 });
    queue.ring(syncJob());
    await until(() => starting.refused >= 6);
    const before = starting.refused;
    await delay(500);
    expect(starting.refused - before).toBeLessThan(30);
    starting.start();
    const late = syncJob();
    await until(async () => {
      queue.ring(late);
      await delay(50);
      return seen.some((job) => JSON.stringify(job) === JSON.stringify(late));
    });
    await worker.close(1_000);
    await queue.close();
    starting.close();
  });

  test('nothing of an error but its code is stored', async () => {
    const queue = createJobQueue({ redisUrl: undefined, databaseUrl: database.url, log });
    const worker = queue.startWorker(
      async (job) => {
        const error = new Error('canary-8d1f\u0000in a message', { cause: new Error('canary-8d1f') });
        throw job.name === 'sync-profile' ? error : new AppError('vault_denied', 'canary-8d1f');
      },
      { concurrency: 1 },
    );
    const { failed } = await queue.counts();
    queue.ring(syncJob(), { name: 'run-change', data: { changeId: randomUUID() } });
    // What an earlier test left in the queue fails here as well.
    await until(async () => {
      const now = await queue.counts();
      return now.failed >= failed + 2 && now.waiting + now.active === 0;
    });
    await worker.close(1_000);
    await queue.close();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const tables = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'bullmq'`,
    );
    let dump = '';
    for (const { name } of tables.rows) {
      const rows = await client.query<{ row: string }>(`select t::text as row from bullmq.${name} t`);
      dump += rows.rows.map(({ row }) => row).join('\n');
    }
    await client.end();
    expect(dump).toContain('vault_denied');
    expect(dump).toContain('internal');
    expect(dump).not.toContain('canary');
  });
});

describeIf('redis', missingRedis(), () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());

  describe('on Redis', () => queueTests(() => ({ redisUrl: redis.url, databaseUrl: database.url })));

  test('ringing without Redis neither throws nor waits, and the queue works again when it is back', async () => {
    const seen: Job[] = [];
    const queue = createJobQueue({ redisUrl: redis.url, databaseUrl: database.url, log });
    const worker = queue.startWorker(async (job) => void seen.push(job), { concurrency: 1 });
    await until(async () => (await queue.objection()) === undefined);
    await redis.kill();
    expect(queue.ring(syncJob())).toBeUndefined();
    await until(async () => (await queue.objection()) === 'queue: Redis does not answer');
    await redis.start();
    await until(async () => (await queue.objection()) === undefined);
    // Lost, or sent again by the client once Redis is back: a doorbell may be either.
    await until(async () => (await queue.counts()).lost === 1 || seen.length === 1);
    const late = syncJob();
    await until(async () => {
      queue.ring(late);
      await delay(50);
      return seen.some((job) => JSON.stringify(job) === JSON.stringify(late));
    });
    await worker.close(1_000);
    await queue.close();
  });

  test('closes promptly while Redis is away, from the start or since then', async () => {
    const away = createJobQueue({ redisUrl: 'redis://127.0.0.1:1', databaseUrl: database.url, log });
    const awayWorker = away.startWorker(async () => {}, { concurrency: 1 });
    away.ring(syncJob());
    await delay(100);
    let before = performance.now();
    await awayWorker.close(15_000);
    await away.close();
    expect(performance.now() - before).toBeLessThan(6_000);

    const own = await startTestRedis();
    const queue = createJobQueue({ redisUrl: own.url, databaseUrl: database.url, log });
    const worker = queue.startWorker(async () => {}, { concurrency: 1 });
    await until(async () => (await queue.objection()) === undefined);
    await own.stop();
    await delay(200);
    before = performance.now();
    await worker.close(15_000);
    await queue.close();
    expect(performance.now() - before).toBeLessThan(6_000);
  });

  test.each([
    [['--maxmemory-policy', 'allkeys-lru'], 'redis: maxmemory-policy is allkeys-lru, it must be noeviction'],
    [['--appendonly', 'no'], 'redis: persistence is off, set appendonly yes (or save points)'],
  ])('refuses a Redis that may lose jobs: %j', async (settings, objection) => {
    const own = await startTestRedis(settings);
    const queue = createJobQueue({ redisUrl: own.url, databaseUrl: database.url, log });
    await until(async () => (await queue.objection()) !== 'queue: Redis does not answer');
    expect(await queue.objection()).toBe(objection);
    await queue.close();
    await own.stop();
  });
});
