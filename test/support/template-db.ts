import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  /** Connection string of a migrated, empty database of one's own. */
  readonly url: string;
  /** Drops it. Fails when connections are still open: something the test started still runs. */
  drop(): Promise<void>;
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Who is still connected; closing takes the server a moment, so it gets one. */
async function remainingConnections(client: pg.Client, name: string): Promise<readonly string[]> {
  for (let tries = 0; ; tries++) {
    const { rows } = await client.query<{ who: string }>(
      `select application_name || ' (' || coalesce(state, '') || ')' as who from pg_stat_activity
       where datname = $1 and backend_type = 'client backend'`,
      [name],
    );
    if (rows.length === 0 || tries === 50) return rows.map((row) => row.who);
    await delay(20);
  }
}

/** A clone of the migrated template, for one test file: call in `beforeAll`, and `drop` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `keyferry_test_${randomBytes(6).toString('hex')}`;
  await onServer((client) =>
    client.query(`create database ${name} template ${inject('templateDatabase')} strategy file_copy`),
  );
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      onServer(async (client) => {
        const open = await remainingConnections(client, name);
        await client.query(`drop database ${name} with (force)`);
        if (open.length > 0) throw new Error(`still connected to the test database: ${open.join(', ')}`);
      }),
  };
}
