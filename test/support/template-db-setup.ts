import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/setup/embedded-postgres.ts';
import { applyMigrations } from '../../src/setup/migrate.ts';
import { findPostmaster } from '../../src/setup/postgres/server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the server's maintenance database. */
    postgresUrl: string;
    /** Name of the migrated database that test files clone. */
    templateDatabase: string;
  }
}

interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ends the servers of test runs that were killed before they could. */
async function sweep(): Promise<void> {
  for (const name of await readdir(os.tmpdir())) {
    const pid = Number(/^keyferry-test-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    const dataDir = path.join(os.tmpdir(), name);
    const postmaster = findPostmaster(path.join(dataDir, 'postgres', 'data'));
    if (postmaster) process.kill(postmaster.pid, 'SIGQUIT');
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** A throwaway server; durability off because nothing of it is kept. */
async function startServer(): Promise<TestServer> {
  const external = process.env.DATABASE_URL_TEST;
  if (external) return { url: external, stop: async () => {} };
  await sweep();
  const dataDir = await mkdtemp(path.join(os.tmpdir(), `keyferry-test-${process.pid}-`));
  // Run by root, PostgreSQL has another account, which must get in.
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({
    dataDir,
    tell: () => {},
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' },
  });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** One PostgreSQL for the whole run with one migrated database; see `createTestDatabase`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const template = `keyferry_template_${process.pid}`;
  const templateUrl = new URL(server.url);
  templateUrl.pathname = `/${template}`;
  await run(server.url, `create database ${template}`);
  await applyMigrations(templateUrl.href, { queue: true });
  project.provide('postgresUrl', server.url);
  project.provide('templateDatabase', template);
  return async () => {
    await run(server.url, `drop database ${template}`);
    await server.stop();
  };
}
