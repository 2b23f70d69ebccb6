import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../src/setup/embedded-postgres.ts';
import { missingRedis, startTestRedis, type TestRedis } from '../support/redis.ts';
import { type BenchBroker, startBenchBroker } from './bench-broker.ts';
import { type Child, printed, startChild } from './child.ts';
import type { Row } from './report.ts';

/** A Vault emulator in a process of its own. */
export interface BenchVault {
  readonly url: string;
  readonly token: string;
}

export interface BenchVaultOptions {
  readonly latencyMs: number;
  readonly mounts?: readonly string[];
}

/** What every workload works with. Everything it starts ends with the bench. */
export interface Bench {
  readonly quick: boolean;
  /** Pairs of slices, and milliseconds of one slice. */
  readonly pairs: number;
  /** How long a fresh process works at full load before it is measured: V8 has compiled nothing before. */
  readonly warmUpMs: number;
  readonly sliceMs: number;
  /** Also measure what takes minutes. */
  readonly million: boolean;
  readonly folder: string;
  /** Null without redis-server. */
  readonly redisUrl: string | null;
  vault(options: BenchVaultOptions): Promise<BenchVault>;
  /** A broker with an empty database of its own, on the queue named. */
  broker(queue: 'postgres' | 'redis'): Promise<BenchBroker>;
  /** The limit program, reading from the same database as the broker. */
  limitProgram(databaseUrl: string): Promise<string>;
  /** Ends what `work` started when it is over. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Says what is going on. */
  tell(line: string): void;
}

export type Workload = (bench: Bench) => Promise<Row[]>;

export interface BenchOptions {
  readonly quick: boolean;
  readonly million: boolean;
}

/** Starts PostgreSQL (fsync on) and Redis, runs `work`, and ends every process that was started. */
export async function withBench<T>(
  options: BenchOptions,
  work: (bench: Bench, databaseUrl: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-bench-'));
  // Run by root, PostgreSQL has another account, which must get in.
  await chmod(folder, 0o711);
  const endings: Ending[] = [() => rm(folder, { recursive: true, force: true })];
  let leaving = false;
  const interrupted = () => {
    if (!leaving) void endAll(endings.splice(0)).finally(() => process.exit(130));
    leaving = true;
  };
  // Not once: a second signal, as from a terminal and from npm, must not leave processes behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupted);
  try {
    const settings = { max_connections: '200' };
    const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data'), tell: () => {}, settings });
    endings.push(() => postgres.stop());
    let redis: TestRedis | undefined;
    if (missingRedis() === undefined) {
      redis = await startTestRedis();
      endings.push(() => redis?.stop() ?? Promise.resolve());
    }
    let started = 0;
    const start = (program: string, args: readonly string[], env: Record<string, string>): Child => {
      const child = startChild(program, args, env, path.join(folder, `${++started}.log`));
      endings.push(() => child.stop());
      return child;
    };
    const bench: Bench = {
      quick: options.quick,
      million: options.million,
      pairs: options.quick ? 3 : 5,
      sliceMs: options.quick ? 500 : 2_000,
      warmUpMs: options.quick ? 3_000 : 8_000,
      folder,
      redisUrl: redis?.url ?? null,
      async vault({ latencyMs, mounts = ['secret'] }) {
        const args = ['--token', TOKEN, '--latency-ms', String(latencyMs), '--mounts', mounts.join(',')];
        const child = start('dist/test/support/emulators/hashicorp-vault-main.js', args, {});
        return { url: await printed(child, /^(http\S+)/m), token: TOKEN };
      },
      async broker(queue) {
        const broker = await startBenchBroker(postgres.url, queue === 'redis' ? (redis?.url ?? null) : null, start);
        endings.push(() => broker.close());
        return broker;
      },
      async limitProgram(databaseUrl) {
        const child = start('dist/test/bench/limit-main.js', [], { DATABASE_URL: databaseUrl });
        return printed(child, /^(http\S+)/m);
      },
      tell: (line) => process.stderr.write(`${line}\n`),
      async alone(work) {
        const before = endings.length;
        try {
          return await work();
        } finally {
          await endAll(endings.splice(before));
        }
      },
    };
    return await work(bench, postgres.url);
  } finally {
    await endAll(endings);
  }
}

type Ending = () => Promise<unknown>;

/** Last started first. What does not end properly must not keep the rest running. */
async function endAll(endings: Ending[]): Promise<void> {
  for (const end of endings.reverse()) {
    await end().catch((error: unknown) => process.stderr.write(`not ended: ${String(error)}\n`));
  }
}

const TOKEN = 'bench-root-token';
