import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { pino } from 'pino';
import { bootstrapInstallation } from '../../src/access/bootstrap.ts';
import { createApp } from '../../src/api/app.ts';
import { type Broker, type BrokerSettings, composeBroker } from '../../src/compose.ts';
import type { Failpoint } from '../../src/ports.ts';
import { applyMigrations } from '../../src/setup/migrate.ts';
import { packageRoot } from '../../src/setup/package-root.ts';
import type { Tracing } from '../../src/tracing/tracing.ts';
import { startWorkers, type Workers } from '../../workers/start-workers.ts';
import { loopbackAllowed } from './adapter-ports.ts';
import { type ApiClient, apiClient, serve } from './api-client.ts';
import { documentedRepliesOnly } from './documented-replies.ts';
import { noticeSettings } from './notice-settings.ts';
import { createTestDatabase } from './template-db.ts';
import { usualRedis } from './usual-redis.ts';

export interface TestBrokerOptions {
  /** Default true. Without workers, `broker.work` is called by the test. */
  readonly workers?: boolean;
  readonly settings?: Partial<BrokerSettings>;
  readonly failpoint?: Failpoint;
  readonly metricsToken?: string;
  /** A vault that did not answer is asked again within this time. */
  readonly longestPauseMs?: number;
  /** Closed by the test. */
  readonly tracing?: Tracing;
}

/** A whole broker in the test's process: real API over HTTP, real PostgreSQL, real queue and workers. */
export interface TestBroker {
  readonly broker: Broker;
  readonly url: string;
  readonly databaseUrl: string;
  /** `undefined`: the queue is in the database. */
  readonly redisUrl: string | undefined;
  readonly masterKey: string;
  /** As the first administrator of the installation. */
  readonly admin: ApiClient;
  readonly organizationId: string;
  /** Everything logged so far, at the lowest level. */
  log(): string;
  /** Ends everything and fails when something still runs. */
  close(): Promise<void>;
}

export async function startTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const database = await createTestDatabase();
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const masterKey = randomBytes(32).toString('base64');
  const settings: BrokerSettings = {
    databaseUrl: database.url,
    redisUrl: await usualRedis(database.url),
    masterKey,
    dbPool: 10,
    vaultTimeoutMs: 1_500,
    vaultAllow: loopbackAllowed,
    vaultAmbient: false,
    leaseMs: 6_000,
    settleMs: 500,
    scanIntervalMs: 150,
    changeTtlHours: 72,
    recoveryDays: 30,
    notices: noticeSettings(),
    backlogLimit: 200_000,
    ...options.settings,
  };
  if (settings.redisUrl === undefined) await applyMigrations(database.url, { queue: true });
  const { failpoint, tracing, longestPauseMs } = options;
  const outside = {
    log,
    allowMemory: true,
    longestPauseMs,
    ...(failpoint ? { failpoint } : {}),
    ...(tracing ? { tracing } : {}),
  };
  const broker = await composeBroker(settings, outside);
  const setup = await bootstrapInstallation(broker.db, broker.keyring);
  if (setup === undefined) throw new Error('the test database is not empty');
  const app = createApp({
    routes: broker.routes,
    authenticate: broker.authenticate,
    log,
    metrics: broker.metrics,
    tracing: broker.tracing,
    queueConsole: broker.queueConsole,
    consoleFolder: path.join(packageRoot(), 'dist', 'console'),
    ...(options.metricsToken === undefined ? {} : { metricsToken: options.metricsToken }),
    readiness: { database: () => broker.db.query('select 1') },
    version: '0.0.0-test',
    inspectReply: documentedRepliesOnly,
  });
  const server = await serve(app);
  const workers: Workers | undefined = options.workers === false ? undefined : startWorkers(broker, { concurrency: 8 });
  return {
    broker,
    url: server.url,
    databaseUrl: database.url,
    redisUrl: settings.redisUrl,
    masterKey,
    admin: apiClient(server.url, setup.token),
    organizationId: setup.organizationId,
    log: () => lines.join(''),
    async close() {
      await server.close();
      await workers?.stop(3_000);
      await broker.close();
      await database.drop();
    },
  };
}
