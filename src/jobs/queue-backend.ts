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
    application_name: 'keyferry-queue',
    options: '-c search_path=bullmq,public',
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  let ended: Promise<void> | undefined;
  return {
    connection: pool,
    factory: createPostgresBackend as unknown as QueueLink['factory'],
    pool,
    isUp: () => true,
    async close() {
      ended ??= pool.end();
      await ended;
    },
  };
}
