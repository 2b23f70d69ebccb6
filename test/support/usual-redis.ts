import { Redis } from 'ioredis';

const databases = new Map<string, Promise<string>>();

/**
 * Where brokers on that database have their queue when a test does not say: in PostgreSQL (`undefined`), or in a run of the
 * suite `redis` in a Redis database of their own.
 */
export async function usualRedis(databaseUrl: string): Promise<string | undefined> {
  const server = process.env.TEST_REDIS_URL;
  if (server === undefined) return undefined;
  const known = databases.get(databaseUrl) ?? nextDatabase(server);
  databases.set(databaseUrl, known);
  return known;
}

/** Database 0 counts those that are taken, by whichever test file. */
async function nextDatabase(server: string): Promise<string> {
  const redis = new Redis(server);
  try {
    return `${server}/${await redis.incr('taken')}`;
  } finally {
    redis.disconnect();
  }
}

/** Everything in that Redis database is gone. */
export async function flushRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  try {
    await redis.flushdb();
  } finally {
    redis.disconnect();
  }
}
