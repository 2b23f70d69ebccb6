import path from 'node:path';
import pg from 'pg';
import type { VaultAdapter } from '../../../adapters/adapter.ts';
import { startEmbeddedPostgres } from '../../../src/setup/embedded-postgres.ts';
import { findPostmaster } from '../../../src/setup/postgres/server.ts';
import { eventually } from '../../support/answers.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { type ApiProcess, startApiProcess, startWorkerProcess } from '../../support/broker-process.ts';
import {
  type MixedVaultProcess,
  PROCESS_KINDS,
  type ProcessKind,
  startMixedVault,
} from '../../support/mixed-vault-process.ts';
import type { Program } from '../../support/process.ts';
import type { TestRedis } from '../../support/redis.ts';
import { buildEstate, type Estate } from './estate.ts';

/** Brokers, their servers and a vault of every kind. All but the vaults can be killed and come back. */
export interface Cluster {
  /** As administrator, at the API that runs now; connections fail while none does. */
  readonly admin: ApiClient;
  readonly estate: Estate;
  vault(kind: ProcessKind): MixedVaultProcess;
  /** The loop's own way to the entries of that vault. */
  adapter(kind: ProcessKind): VaultAdapter;
  /** Names of what can be killed. */
  readonly members: readonly string[];
  kill(member: string): Promise<void>;
  restart(member: string): Promise<void>;
  query<T>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** Members that ended though nobody killed them, with what they said last. */
  fallen(): readonly string[];
  /** Warnings and errors that the running members have logged. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

export interface ClusterOptions {
  readonly masterKey: string;
  /** For the database and the journals. */
  readonly folder: string;
  /** Present: the queue is there. */
  readonly redis: TestRedis | undefined;
  readonly workers: number;
  /** Whether every commit reaches the disk; a killed process does not need it. */
  readonly fsync: boolean;
}

const VAULT_LATENCY_MS = 4;

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { masterKey, folder, redis } = options;
  const postgres = await startPostgres(folder, options.fsync);
  const env = {
    DATABASE_URL: postgres.url,
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    KEYFERRY_MASTER_KEY: masterKey,
    KEYFERRY_ROLE: 'api',
    KEYFERRY_LEASE_MS: '2000',
    KEYFERRY_VAULT_SETTLE_MS: '1000',
    KEYFERRY_SCAN_INTERVAL_MS: '250',
    KEYFERRY_VAULT_TIMEOUT_MS: '1500',
    KEYFERRY_DB_POOL: '6',
  };
  const vaults = await Promise.all(
    PROCESS_KINDS.map((kind) => startMixedVault(kind, { folder, latencyMs: VAULT_LATENCY_MS })),
  );
  const adapters = new Map(await Promise.all(vaults.map(async (vault) => [vault.kind, await vault.open()] as const)));
  let api: ApiProcess = await startApiProcess(env);
  const { adminToken } = api;
  const running = new Map<string, Program>();
  const killed = new Set<Program>();
  const fallen: string[] = [];
  const join = (name: string, program: Program): void => {
    running.set(name, program);
    void program.ended.then(({ code, signal }) => {
      if (killed.has(program)) return;
      fallen.push(`${name} with ${signal ?? `exit code ${code}`}: ${program.output().slice(-6_000)}`);
    });
  };
  join('api', api);
  for (let number = 1; number <= options.workers; number++) join(`worker ${number}`, await startWorkerProcess(env));
  const estate = await buildEstate(api.api(adminToken), vaults);
  const servers = new Map<string, { kill(): Promise<void>; start(): Promise<void> }>([['postgres', postgres]]);
  if (redis !== undefined) servers.set('redis', redis);

  return {
    get admin() {
      return api.api(adminToken);
    },
    estate,
    vault: (kind) => found(vaults.find((vault) => vault.kind === kind)),
    adapter: (kind) => found(adapters.get(kind)),
    members: [...running.keys(), ...servers.keys()],
    async kill(member) {
      const program = running.get(member);
      // One that has ended already did so by itself.
      if (program?.running()) killed.add(program);
      await (servers.get(member) ?? program)?.kill();
    },
    async restart(member) {
      if (servers.has(member)) return servers.get(member)?.start();
      if (member !== 'api') return join(member, await startWorkerProcess(env));
      api = await startApiProcess(env);
      join(member, api);
    },
    query: postgres.query,
    fallen: () => fallen,
    complaints: () =>
      [...running].flatMap(([name, program]) =>
        program
          .output()
          .split('\n')
          .filter((line) => /"level":"(warn|error|fatal)"/.test(line))
          .map((line) => `${name}: ${line}`),
      ),
    async close() {
      await Promise.all([...adapters.values()].map((adapter) => adapter.close()));
      await Promise.all([...running.values(), ...vaults].map((program) => program.stop()));
      await postgres.stop();
    },
  };
}

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new Error('there is no such vault');
  return one;
}

/** A server of the run's own. Killed, it is started again on its folder by whoever started it, as in the product. */
async function startPostgres(folder: string, fsync: boolean) {
  const dataDir = path.join(folder, 'server');
  const settings = { max_connections: '150', ...(fsync ? {} : { fsync: 'off', full_page_writes: 'off' }) };
  let lost = false;
  const onLost = (): void => {
    lost = true;
  };
  const server = await startEmbeddedPostgres({ dataDir, tell: () => {}, settings, onLost });
  const postmaster = () => findPostmaster(path.join(dataDir, 'postgres', 'data'));
  const query = async <T>(sql: string, params: readonly unknown[] = []): Promise<T[]> => {
    // A server that is killed while it accepts somebody may leave them without a word.
    const client = new pg.Client({
      connectionString: server.url,
      connectionTimeoutMillis: 5_000,
      query_timeout: 20_000,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query(sql, [...params])).rows as T[];
    } finally {
      await client.end().catch(() => {});
    }
  };
  return {
    url: server.url,
    query,
    async kill() {
      const running = postmaster();
      if (running === undefined) throw new Error('no PostgreSQL to kill');
      process.kill(running.pid, 'SIGKILL');
    },
    async start() {
      const answers = () =>
        query('select 1').then(
          () => true,
          () => {
            if (lost) throw new Error('PostgreSQL was given up');
            return false;
          },
        );
      await eventually(answers, 'PostgreSQL is back', 90_000);
    },
    stop: server.stop,
  };
}
