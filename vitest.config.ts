import { defineConfig } from 'vitest/config';

const shared = { pool: 'forks', testTimeout: 20_000, hookTimeout: 30_000 } as const;

/** Where nothing depends on the queue one of them is enough, except for `npm run test:faults`. */
const ALSO_WITH_REDIS = [
  'test/workers/faults/{drift,entries,refusals,sources,targets}.test.ts',
  'test/workers/faults/queues-*.test.ts',
  'test/workers/{placements,sync-faults,sync-order,sync-races}.test.ts',
  'test/services/secrets/**/*.test.ts',
  'test/services/audit/**/*.test.ts',
  'test/e2e/{failpoints,secrecy,shutdown}.test.ts',
];

export default defineConfig(({ mode }) => ({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/support/totals-reporter.ts'],
    coverage: { provider: 'v8', include: ['src/**', 'adapters/**', 'workers/**'] },
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          ...shared,
          name: 'real',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**'],
          globalSetup: ['test/support/template-db-setup.ts'],
        },
      },
      ...(mode === 'faults'
        ? [
            {
              test: {
                ...shared,
                name: 'redis',
                include: ALSO_WITH_REDIS,
                setupFiles: ['test/support/queue-in-redis.ts'],
                globalSetup: ['test/support/template-db-setup.ts', 'test/support/redis-setup.ts'],
              },
            },
          ]
        : []),
    ],
  },
}));
