import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type MigrationFile, readMigrations } from './migration-files.ts';
import { StartupError } from './startup-error.ts';

export interface MigrateOptions {
  /** Also BullMQ's tables (schema `bullmq`), for the job queue on PostgreSQL. */
  readonly queue: boolean;
  /** Prisma's migrations folder; by default the package's own. */
  readonly folder?: string;
}

/** Key of the advisory lock that Prisma's own `migrate deploy` takes, so that the two never run side by side. */
const PRISMA_MIGRATE_LOCK = 72707369;
const LOCK_WAIT = '10min';
const UNDEFINED_TABLE = '42P01';

/** As Prisma's schema engine creates it, so that `prisma migrate status` and `deploy` elsewhere agree. */
const HISTORY_TABLE = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

interface HistoryRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

function isUndefinedTable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE;
}

async function readHistory(client: pg.Client): Promise<ReadonlyMap<string, HistoryRow>> {
  try {
    const { rows } = await client.query<HistoryRow>(
      `select migration_name, checksum, finished_at is not null as finished
       from _prisma_migrations where rolled_back_at is null`,
    );
    return new Map(rows.map((row) => [row.migration_name, row]));
  } catch (error) {
    if (isUndefinedTable(error)) return new Map();
    throw error;
  }
}

/** What is still to apply. Refuses a history that this program's files do not explain. */
async function pendingMigrations(
  client: pg.Client,
  files: readonly MigrationFile[],
): Promise<readonly MigrationFile[]> {
  const history = await readHistory(client);
  return files.filter((file) => {
    const row = history.get(file.name);
    if (row === undefined) return true;
    if (!row.finished) {
      throw new StartupError(
        `Migration ${file.name} failed halfway in this database. Repair it, then mark it with "prisma migrate resolve".`,
      );
    }
    if (row.checksum !== file.checksum) {
      throw new StartupError(
        `Migration ${file.name} was changed after this database applied it. Restore the file, or start on a new database.`,
      );
    }
    return false;
  });
}

/** The script and its history row commit together, so a process killed at any moment leaves all of it or nothing. */
async function applyOne(client: pg.Client, file: MigrationFile): Promise<void> {
  await client.query('begin');
  try {
    await client.query(file.sql);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, clock_timestamp(), clock_timestamp(), 1)`,
      [randomUUID(), file.checksum, file.name],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function queueIsCurrent(client: pg.Client): Promise<boolean> {
  const { LATEST_SCHEMA_VERSION } = await import('bullmq');
  try {
    const { rows } = await client.query<{ version: number | null }>(
      'select max(version)::int as version from bullmq.migration',
    );
    return (rows[0]?.version ?? 0) >= LATEST_SCHEMA_VERSION;
  } catch (error) {
    if (isUndefinedTable(error)) return false;
    throw error;
  }
}

async function migrateUnderLock(client: pg.Client, files: readonly MigrationFile[], queue: boolean): Promise<string[]> {
  await client.query(`set lock_timeout = '${LOCK_WAIT}'`);
  await client.query('select pg_advisory_lock($1)', [PRISMA_MIGRATE_LOCK]);
  await client.query(`set client_min_messages = warning`);
  await client.query(HISTORY_TABLE);
  const pending = await pendingMigrations(client, files);
  for (const file of pending) await applyOne(client, file);
  if (queue && !(await queueIsCurrent(client))) {
    const { runMigrations } = await import('bullmq');
    await runMigrations(client);
  }
  return pending.map((file) => file.name);
}

/** How the tables of a database stand to this program. */
export interface MigrationState {
  /** Names of what is still to be applied. */
  readonly pending: readonly string[];
  /** Names of what was applied and this program does not have. */
  readonly unknown: readonly string[];
  /** Always true where the queue needs no tables. */
  readonly queueIsCurrent: boolean;
}

/** Looks, and changes nothing. Throws {@link StartupError} for a history that this program's files do not explain. */
export async function readMigrationState(databaseUrl: string, options: MigrateOptions): Promise<MigrationState> {
  const files = await readMigrations(options.folder);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'keyferry-migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    const known = new Set(files.map(({ name }) => name));
    return {
      pending: (await pendingMigrations(client, files)).map(({ name }) => name),
      unknown: [...(await readHistory(client)).keys()].filter((name) => !known.has(name)),
      queueIsCurrent: !options.queue || (await queueIsCurrent(client)),
    };
  } finally {
    await client.end();
  }
}

/**
 * Brings the database to this program's schema and returns the names of what it applied. Safe when several processes
 * start together; one query when there is nothing to do. Scripts run inside a transaction, so a migration must not use
 * statements that refuse one (`create index concurrently`).
 */
export async function applyMigrations(databaseUrl: string, options: MigrateOptions): Promise<readonly string[]> {
  const files = await readMigrations(options.folder);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'keyferry-migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    const current = (await pendingMigrations(client, files)).length === 0;
    if (current && (!options.queue || (await queueIsCurrent(client)))) return [];
    return await migrateUnderLock(client, files, options.queue);
  } finally {
    // Ending the session also gives the lock back.
    await client.end();
  }
}
