import { setTimeout as delay } from 'node:timers/promises';
import { type BackendFactory, createPostgresBackend, createRedisBackend, type IQueueBackend } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

/** One connection of the queue and how BullMQ uses it. Whoever opens it closes it. */
export interface QueueLink {
  readonly connection: unknown;
  readonly factory: BackendFactory<IQueueBackend, never>;
  readonly redis?: Redis;
  readonly pool?: pg.Pool;
  /** False while the other side is known to be away. */
  isUp(): boolean;
  /** At once, whatever state the other side is in. May be called twice. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Each worker holds one connection to listen on. */
const POSTGRES_CONNECTIONS = 4;
const READINESS_PAUSE_MS = 250;

/** What BullMQ keeps of the question whether its schema is there. */
interface Readiness {
  readyPromise?: Promise<void> | undefined;
  waitUntilReady(): Promise<void>;
}

/**
 * BullMQ asks once and keeps the answer, also a refusal: opened while PostgreSQL restarts, a queue would stay deaf for the
 * life of its process, and a worker would ask in a loop that lets nothing else run. So a refusal is forgotten after a pause.
 */
function asksAgain(part: Readiness): void {
  const ask = part.waitUntilReady.bind(part);
  part.waitUntilReady = async () => {
    const asked = ask();
    const kept = part.readyPromise;
    try {
      await asked;
    } catch (error) {
      await delay(READINESS_PAUSE_MS);
      if (part.readyPromise === kept) part.readyPromise = undefined;
      throw error;
    }
  };
}

const patientPostgresBackend: typeof createPostgresBackend = (name, options, factoryOptions) => {
  const backend = createPostgresBackend(name, options, factoryOptions);
  const { connection } = backend as unknown as { connection: Readiness };
  asksAgain(connection);
  asksAgain(backend as unknown as Readiness);
  return backend;
};

/**
 * `produce`: a command fails at once while Redis is away. `work`: it waits and the connection is retried for ever, as
 * BullMQ demands of workers.
 */
export function openRedisLink(url: string, use: 'produce' | 'work', onError: (error: unknown) => void): QueueLink {
  const patience =
    use === 'produce' ? { enableOfflineQueue: false, maxRetriesPerRequest: 1 } : { maxRetriesPerRequest: null };
  const redis = new Redis(url, {
    ...patience,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (times) => Math.min(100 * times, 2_000),
  });
  redis.on('error', onError);
  return {
    connection: redis,
    factory: createRedisBackend as unknown as QueueLink['factory'],
    redis,
    isUp: () => redis.status === 'ready',
    async close() {
      redis.disconnect();
    },
  };
}

/** The search path is for BullMQ's SQL, which names its tables and functions without their schema. */
export function openPostgresLink(url: string, onError: (error: unknown) => void): QueueLink {
  const pool = new pg.Pool({
    connectionString: url,
    max: POSTGRES_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'keyferry-queue',
    options: '-c search_path=bullmq,public',
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  let ended: Promise<void> | undefined;
  return {
    connection: pool,
    factory: patientPostgresBackend as unknown as QueueLink['factory'],
    pool,
    isUp: () => true,
    async close() {
      ended ??= pool.end();
      await ended;
    },
  };
}
