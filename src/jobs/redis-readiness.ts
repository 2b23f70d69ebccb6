import type { Redis } from 'ioredis';

/** One line of what INFO answers. */
export function fact(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}

/** Managed Redis often refuses CONFIG; then only what INFO tells can be judged. */
async function snapshotsConfigured(redis: Redis): Promise<boolean> {
  try {
    const [, save] = (await redis.config('GET', 'save')) as string[];
    return save !== undefined && save !== '';
  } catch {
    return true;
  }
}

/**
 * Why this Redis must not carry the queue, or `undefined` when it may. With any eviction policy but `noeviction` Redis
 * throws jobs away under memory pressure; without persistence a restart forgets them.
 */
export async function redisObjection(redis: Redis): Promise<string | undefined> {
  const info = await redis.info();
  const policy = fact(info, 'maxmemory_policy');
  if (policy !== 'noeviction') return `redis: maxmemory-policy is ${policy ?? 'unknown'}, it must be noeviction`;
  if (fact(info, 'aof_enabled') === '1' || (await snapshotsConfigured(redis))) return undefined;
  return 'redis: persistence is off, set appendonly yes (or save points)';
}
