import type { TestProject } from 'vitest/node';
import { missingRedis, startTestRedis } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of the suite `redis`; each test file takes databases of its own there. */
    redisUrl: string;
  }
}

const MOST_DATABASES = 2_000;

/** One Redis for the run. The suite is asked for by name, so a missing server is an error. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = missingRedis();
  if (missing !== undefined) throw new Error(missing);
  const redis = await startTestRedis(['--databases', String(MOST_DATABASES)]);
  project.provide('redisUrl', redis.url);
  return () => redis.stop();
}
