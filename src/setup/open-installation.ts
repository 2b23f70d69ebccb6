import pg from 'pg';
import type { Config } from '../config.ts';
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
  if (!(await hasMasterKey(dataDir)) && (await knowsKeys(databaseUrl))) {
    throw new StartupError(
      `${dataDir}/master.key is missing, and the database in this folder was written with it. Put it back from your backup.`,
    );
  }
  return (await readOrCreateMasterKey(dataDir)).text;
}

async function knowsKeys(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ known: boolean }>(
      `select to_regclass('public.key_checks') is not null as known`,
    );
    if (rows[0]?.known !== true) return false;
    return (await client.query('select 1 from key_checks limit 1')).rows.length > 0;
  } finally {
    await client.end();
  }
}
