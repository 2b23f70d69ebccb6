import { Redis } from 'ioredis';
import type { Haystack } from './canaries.ts';

/** Every key of that Redis database with its name, and everything it holds. */
export async function dumpRedis(url: string): Promise<Haystack> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys('*');
    return await Promise.all(
      keys.map(async (key) => [`redis ${key}`, `${key}\n${JSON.stringify(await contentOf(redis, key))}`] as const),
    );
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`nobody reads Redis keys of type ${type}`);
  }
}
