import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { must } from './answers.ts';
import type { ApiClient } from './api-client.ts';
import { type Beside, type BesideOptions, startBeside } from './beside.ts';
import type { TestBroker } from './test-broker.ts';

/** A copy of a broker's database as it was at one moment. */
export interface Backup {
  /** A broker on the copy, as if it had been restored: its API answers the administrator of the first one. */
  start(options?: BesideOptions): Promise<Beside>;
  drop(): Promise<void>;
}

async function onServer(statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Copies the database of a running broker, which loses its connections for that moment and makes new ones. */
export async function backUp(first: TestBroker): Promise<Backup> {
  const { id: userId } = must(await first.admin('GET', '/v1/me'), 200);
  const { token } = must(await first.admin('POST', '/v1/tokens', { name: 'backup', userId }), 201);
  const name = new URL(first.databaseUrl).pathname.slice(1);
  const copy = `keyferry_test_${randomBytes(6).toString('hex')}`;
  try {
    await onServer([
      `alter database ${name} allow_connections false`,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      `create database ${copy} template ${name} strategy file_copy`,
    ]);
  } finally {
    await onServer([`alter database ${name} allow_connections true`]);
  }
  const url = new URL(first.databaseUrl);
  url.pathname = `/${copy}`;
  const known = async (method: string) => ({ status: method === 'GET' ? 200 : 201, json: { id: userId, token } });
  const restored = { ...first, databaseUrl: url.href, admin: known as unknown as ApiClient };
  return {
    start: (options) => startBeside(restored, options),
    drop: () => onServer([`drop database ${copy} with (force)`]),
  };
}
