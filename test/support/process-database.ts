import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** An empty database on a PostgreSQL server, for broker processes that migrate it themselves. */
export interface ProcessDatabase {
  readonly url: string;
  query<T>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

/** @param serverUrl any database of the server, with the right to create others */
export async function createProcessDatabase(serverUrl: string): Promise<ProcessDatabase> {
  const name = `keyferry_processes_${randomBytes(6).toString('hex')}`;
  await query(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    query: (sql, params = []) => query(url.href, sql, params),
    drop: async () => void (await query(serverUrl, `drop database ${name} with (force)`)),
  };
}

async function query<T>(url: string, sql: string, params: readonly unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, [...params])).rows as T[];
  } finally {
    await client.end();
  }
}
