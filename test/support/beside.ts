import { pino } from 'pino';
import { createApp } from '../../src/api/app.ts';
import { type Broker, composeBroker } from '../../src/compose.ts';
import type { NoticeSettings } from '../../src/notifications/notices.ts';
import type { Failpoint } from '../../src/ports.ts';
import type { Tracing } from '../../src/tracing/tracing.ts';
import { startWorkers } from '../../workers/start-workers.ts';
import { loopbackAllowed } from './adapter-ports.ts';
import { must } from './answers.ts';
import { type ApiClient, apiClient, serve } from './api-client.ts';
import { noticeSettings } from './notice-settings.ts';
import type { TestBroker } from './test-broker.ts';

export interface BesideOptions {
  /** Default true. */
  readonly workers?: boolean;
  readonly leaseMs?: number;
  /** Default 100. */
  readonly scanIntervalMs?: number;
  readonly vaultTimeoutMs?: number;
  readonly failpoint?: Failpoint;
  readonly notices?: Partial<NoticeSettings>;
  /** Closed by the test. */
  readonly tracing?: Tracing;
}

/** A further broker on the database of another one, as a second process would be. Close it first. */
export interface Beside {
  readonly broker: Broker;
  readonly url: string;
  /** Its API, as the administrator of the first one. */
  readonly admin: ApiClient;
  close(): Promise<void>;
}

export async function startBeside(first: TestBroker, options: BesideOptions = {}): Promise<Beside> {
  const log = pino({ level: 'silent' });
  const settings = {
    databaseUrl: first.databaseUrl,
    redisUrl: first.redisUrl,
    masterKey: first.masterKey,
    dbPool: 10,
    vaultTimeoutMs: options.vaultTimeoutMs ?? 1_500,
    leaseMs: options.leaseMs ?? 6_000,
    settleMs: 500,
    scanIntervalMs: options.scanIntervalMs ?? 100,
    changeTtlHours: 72,
    recoveryDays: 30,
    notices: noticeSettings(options.notices),
    backlogLimit: 200_000,
    vaultAllow: loopbackAllowed,
    vaultAmbient: false,
  };
  const { failpoint, tracing } = options;
  const outside = { log, allowMemory: true, ...(failpoint ? { failpoint } : {}), ...(tracing ? { tracing } : {}) };
  const broker = await composeBroker(settings, outside);
  const app = createApp({
    routes: broker.routes,
    authenticate: broker.authenticate,
    log,
    metrics: broker.metrics,
    tracing: broker.tracing,
    readiness: { database: () => broker.db.query('select 1') },
    version: '0.0.0-test',
  });
  const server = await serve(app);
  const { id: userId } = must(await first.admin('GET', '/v1/me'), 200);
  const { token } = must(await first.admin('POST', '/v1/tokens', { name: 'beside', userId }), 201);
  const workers = options.workers === false ? undefined : startWorkers(broker, { concurrency: 8 });
  return {
    broker,
    url: server.url,
    admin: apiClient(server.url, token as string),
    async close() {
      await server.close();
      await workers?.stop(3_000);
      await broker.close();
    },
  };
}

/**
 * A failpoint that a test arms: the next to come to that point stays there, for ever as if its process were gone, or until it is
 * released as if its process had stood still.
 */
export function createTrap() {
  let armed: string | undefined;
  let sprung: () => void = () => {};
  let goOn: () => void = () => {};
  let waiting: Promise<void> = Promise.resolve();
  const failpoint: Failpoint = (name) => {
    if (name !== armed) return;
    armed = undefined;
    sprung();
    return new Promise((resolve) => {
      goOn = resolve;
    });
  };
  return {
    failpoint,
    arm(name: Parameters<Failpoint>[0]) {
      armed = name;
      waiting = new Promise((resolve) => {
        sprung = resolve;
      });
    },
    /** Resolves when somebody is stuck. */
    caught: () => waiting,
    /** Whoever is stuck goes on. */
    release: () => goOn(),
  };
}
