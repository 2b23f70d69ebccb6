import { Redis } from 'ioredis';
import { fact, redisObjection } from './redis-readiness.ts';

/** What a Redis says about itself, asked once and without leaving anything behind. */
export interface QueueInspection {
  /** Why nothing was learned: a code, `refused the login`. */
  readonly refusal?: string;
  readonly version?: string;
  /** Why it must not carry the queue. */
  readonly objection?: string;
  /** Its clock, and ours before and after, in milliseconds since 1970. */
  readonly clock?: { readonly says: number; readonly askedAt: number; readonly answeredAt: number };
}

const TIMEOUT_MS = 5_000;

/** Never rejects, never shows an answer or an address. */
export async function inspectRedis(url: string): Promise<QueueInspection> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let trouble: unknown;
  redis.on('error', (error) => {
    trouble = error;
  });
  try {
    await redis.connect();
    const version = fact(await redis.info('server'), 'redis_version');
    const objection = await redisObjection(redis);
    const askedAt = Date.now();
    const [seconds, microseconds] = await redis.time();
    const says = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    const clock = { says, askedAt, answeredAt: Date.now() };
    return {
      ...(version === undefined ? {} : { version }),
      ...(objection === undefined ? {} : { objection }),
      clock,
    };
  } catch (error) {
    return { refusal: refusalOf(trouble ?? error) };
  } finally {
    redis.disconnect();
  }
}

function refusalOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof message === 'string' && /^(NOAUTH|WRONGPASS|NOPERM|ERR invalid password)/.test(message)) {
    return 'refused the login';
  }
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? code : 'no answer';
}
