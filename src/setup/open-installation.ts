import pg from 'pg';
import type { Config } from '../config.ts';
import { proveKeys } from '../crypto/key-check.ts';
import { createKeyring, parseMasterKeys } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import type { Log } from '../log.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { hasMasterKey, readOrCreateMasterKey } from './master-key.ts';
import { applyMigrations } from './migrate.ts';
import { StartupError } from './startup-error.ts';

/** A database that is ready and the keys that belong to it. */
export interface Installation {
  readonly databaseUrl: string;
  readonly masterKey: string;
  /** True when the database is our own child process. */
  readonly embedded: boolean;
  stop(): Promise<void>;
}

/**
 * Starts or reaches the database, finds the master keys and brings the tables up to date. Throws {@link StartupError}, with
 * nothing written, when the database is somebody's who has other keys than we do.
 */
export async function openInstallation(config: Config, log: Log, onLost: () => void): Promise<Installation> {
  const server =
    config.databaseUrl === undefined
      ? await startEmbeddedPostgres({ dataDir: config.dataDir, tell: (line) => log.info(line), onLost })
      : { url: config.databaseUrl, stop: async () => {} };
  try {
    const masterKey = config.masterKey ?? (await embeddedKey(config.dataDir, server.url));
    const keyring = createKeyring(parseMasterKeys(masterKey));
    // Before anything is written: a migration of somebody else's database would be, too.
    await onKnownKeys(server.url, (db) => proveKeys(db, keyring));
    await applyMigrations(server.url, { queue: config.redisUrl === undefined });
    return {
      databaseUrl: server.url,
      masterKey,
      embedded: config.databaseUrl === undefined,
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** A new key for a database that was written with another one would only hide that the old one is missing. */
async function embeddedKey(dataDir: string, databaseUrl: string): Promise<string> {
  if (!(await hasMasterKey(dataDir)) && (await onKnownKeys(databaseUrl, hasKeys)) === true) {
    throw new StartupError(
      `${dataDir}/master.key is missing, and the database in this folder was written with it. Put it back from your backup.`,
    );
  }
  return (await readOrCreateMasterKey(dataDir)).text;
}

async function hasKeys(db: Sql): Promise<boolean> {
  return (await db.query('select 1 from key_checks limit 1')).length > 0;
}

/** Looks into the table of known keys; undefined when the database has none yet. */
async function onKnownKeys<T>(databaseUrl: string, look: (db: Sql) => Promise<T>): Promise<T | undefined> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    const db: Sql = {
      query: async <R>(text: string, params: readonly unknown[] = []) =>
        (await client.query(text, [...params])).rows as R[],
    };
    const [table] = await db.query<{ known: boolean }>(`select to_regclass('public.key_checks') is not null as known`);
    return table?.known === true ? await look(db) : undefined;
  } finally {
    await client.end();
  }
}
