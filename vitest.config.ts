import { defineConfig } from 'vitest/config';

/** Nothing is asserted about time: the limits only end what hangs, and are far from what a busy machine needs. */
const patience = { testTimeout: 240_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } } as const;

/**
 * The files that a worker runs share its modules, which are read and compiled once, and warm. So no file may leave anything
 * in a module or in its process (variables of the environment through `vi.stubEnv`).
 */
const shared = { pool: 'forks', isolate: false, unstubEnvs: true, ...patience } as const;

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
