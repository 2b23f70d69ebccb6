import { pino } from 'pino';
import { createApp } from '../../src/api/app.ts';
import { type Broker, composeBroker } from '../../src/compose.ts';
import type { Failpoint } from '../../src/ports.ts';
import { startWorkers } from '../../workers/start-workers.ts';
import { loopbackAllowed } from './adapter-ports.ts';
import { must } from './answers.ts';
import { type ApiClient, apiClient, serve } from './api-client.ts';
import type { TestBroker } from './test-broker.ts';

export interface BesideOptions {
  /** Default true. */
  readonly workers?: boolean;
  readonly leaseMs?: number;
  readonly vaultTimeoutMs?: number;
  readonly failpoint?: Failpoint;
}

/** A further broker on the database of another one, as a second process would be. Close it first. */
export interface Beside {
  readonly broker: Broker;
  /** Its API, as the administrator of the first one. */
  readonly admin: ApiClient;
  close(): Promise<void>;
}

export async function startBeside(first: TestBroker, options: BesideOptions = {}): Promise<Beside> {
  const log = pino({ level: 'silent' });
  const settings = {
    databaseUrl: first.databaseUrl,
    redisUrl: undefined,
    masterKey: first.masterKey,
    dbPool: 10,
    vaultTimeoutMs: options.vaultTimeoutMs ?? 1_500,
    leaseMs: options.leaseMs ?? 6_000,
    scanIntervalMs: 100,
    changeTtlHours: 72,
    recoveryDays: 30,
    vaultAllow: loopbackAllowed,
    vaultAmbient: false,
  };
  const outside = { log, allowMemory: true, ...(options.failpoint ? { failpoint: options.failpoint } : {}) };
  const broker = await composeBroker(settings, outside);
  const app = createApp({
    routes: broker.routes,
    authenticate: broker.authenticate,
    log,
    metrics: broker.metrics,
    readiness: { database: () => broker.db.query('select 1') },
    version: '0.0.0-test',
  });
  const server = await serve(app);
  const { id: userId } = must(await first.admin('GET', '/v1/me'), 200);
  const { token } = must(await first.admin('POST', '/v1/tokens', { name: 'beside', userId }), 201);
  const workers = options.workers === false ? undefined : startWorkers(broker, { concurrency: 8 });
  return {
    broker,
    admin: apiClient(server.url, token as string),
    async close() {
      await server.close();
      await workers?.stop(3_000);
      await broker.close();
    },
  };
}

/** A failpoint that a test arms: the next to come to that point stays there for ever, as if its process were gone. */
export function createTrap() {
  let armed: string | undefined;
  let sprung: () => void = () => {};
  let waiting: Promise<void> = Promise.resolve();
  const failpoint: Failpoint = (name) => {
    if (name !== armed) return;
    armed = undefined;
    sprung();
    return new Promise(() => {});
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
  };
}
