import { inject } from 'vitest';

/* Set-up of every test file of the suite `redis`; see `usual-redis.ts`. */
process.env.TEST_REDIS_URL = inject('redisUrl');
