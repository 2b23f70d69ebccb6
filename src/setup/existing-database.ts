import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { databaseUrl, findPostmaster } from './postgres/server.ts';

/** A database that is there, for looking at it. */
export interface ExistingDatabase {
  readonly url: string;
  /** Was started to be looked at; `stop` ends it again. */
  readonly started: boolean;
  stop(): Promise<void>;
}

/**
 * The database of this installation, without creating or changing anything: the one of a running broker is used beside it, a
 * stopped embedded one is started. Undefined when nothing was installed yet.
 */
export async function openExistingDatabase(
  config: Pick<Config, 'dataDir' | 'databaseUrl'>,
): Promise<ExistingDatabase | undefined> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, started: false, stop: async () => {} };
  const folder = folderOf(config.dataDir);
  if (!existsSync(path.join(folder, 'data', 'PG_VERSION'))) return undefined;
  const running = findPostmaster(path.join(folder, 'data'));
  if (running === undefined) {
    const server = await startEmbeddedPostgres({ dataDir: config.dataDir, tell: () => {} });
    return { url: server.url, started: true, stop: () => server.stop() };
  }
  const password = (await readFile(path.join(folder, 'password'), 'utf8')).trim();
  return { url: databaseUrl({ password }, running.port), started: false, stop: async () => {} };
}

function folderOf(dataDir: string): string {
  const note = path.join(dataDir, 'postgres-folder');
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : path.join(dataDir, 'postgres');
}

/** The text of the generated master key; undefined when there is none to read. */
export async function readExistingKey(dataDir: string): Promise<string | undefined> {
  return readFile(path.join(dataDir, 'master.key'), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}
