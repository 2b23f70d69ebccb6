import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyMigrations } from '../../../src/setup/migrate.ts';
import { readMigrations } from '../../../src/setup/migration-files.ts';
import { packageRoot } from '../../../src/setup/package-root.ts';
import { openSchemaEngine } from '../../support/schema-engine.ts';
import { createTestDatabase, type TestDatabase } from '../../support/template-db.ts';

const folder = path.join(packageRoot(), 'prisma', 'migrations');
let database: TestDatabase;
let scratch: string;
let client: pg.Client;

/** An empty database: nothing of ours in it. */
async function emptied(): Promise<string> {
  await client.query('drop schema public cascade; create schema public; drop schema if exists bullmq cascade');
  return database.url;
}

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  scratch = await mkdtemp(path.join(os.tmpdir(), 'keyferry-migrations-'));
});

afterAll(async () => {
  await client.end();
  await database.drop();
  await rm(scratch, { recursive: true });
});

test('the last migration leads to the schema as it is now', async () => {
  const names = (await readMigrations()).map((file) => file.name);
  const last = path.join(folder, names.at(-1) ?? '', 'schema.prisma');
  const current = path.join(packageRoot(), 'prisma', 'schema.prisma');
  expect(await readFile(last, 'utf8'), 'run src/setup/make-migration.mjs').toBe(await readFile(current, 'utf8'));
});

test('several processes that start together apply each migration once', async () => {
  const url = await emptied();
  const results = await Promise.all([1, 2, 3, 4].map(() => applyMigrations(url, { queue: true })));
  const names = (await readMigrations()).map((file) => file.name);
  expect(results.filter((applied) => applied.length > 0)).toEqual([names]);
  const { rows } = await client.query('select migration_name as name from _prisma_migrations order by 1');
  expect(rows.map((row) => row.name)).toEqual(names);
  expect(await applyMigrations(url, { queue: true })).toEqual([]);
});

test("Prisma's own engine agrees with the history we keep", async () => {
  const url = await emptied();
  await applyMigrations(url, { queue: false });
  const schema = await readFile(path.join(packageRoot(), 'prisma', 'schema.prisma'), 'utf8');
  const engine = await openSchemaEngine(url, schema);
  const migrationsList = {
    baseDir: folder,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(path.join(folder, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: (await readMigrations()).map((file) => ({
      path: file.name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: file.sql } },
    })),
  };
  const filters = { externalTables: [], externalEnums: [] };
  const state = await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters });
  expect(state).toMatchObject({ editedMigrationNames: [], failedMigrationNames: [], hasMigrationsTable: true });
  expect(state.history ?? null).toBeNull();
  expect(await engine.applyMigrations({ migrationsList, filters })).toEqual({ appliedMigrationNames: [] });
  engine.free();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
});

test('a failing migration leaves nothing behind and is tried again', async () => {
  const url = await emptied();
  const own = path.join(scratch, 'failing');
  await cp(folder, own, { recursive: true });
  const bad = path.join(own, '29990101000000_bad');
  await mkdir(bad);
  await writeFile(path.join(bad, 'migration.sql'), 'create table half_done (n int);\nselect 1 / 0;\n');
  await expect(applyMigrations(url, { queue: false, folder: own })).rejects.toThrow('division by zero');
  expect((await client.query(`select to_regclass('half_done') as t`)).rows).toEqual([{ t: null }]);
  await writeFile(path.join(bad, 'migration.sql'), 'create table half_done (n int);\n');
  expect(await applyMigrations(url, { queue: false, folder: own })).toEqual(['29990101000000_bad']);
});

test('a migration that was edited after it was applied is refused by name', async () => {
  const url = await emptied();
  await applyMigrations(url, { queue: false });
  const own = path.join(scratch, 'edited');
  await cp(folder, own, { recursive: true });
  const [first] = await readMigrations();
  await writeFile(path.join(own, first?.name ?? '', 'migration.sql'), `${first?.sql}-- edited\n`);
  await expect(applyMigrations(url, { queue: false, folder: own })).rejects.toThrow(`${first?.name} was changed`);
});

test('audit events can be added and never changed', async () => {
  await applyMigrations(await emptied(), { queue: false });
  const id = '00000000-0000-7000-8000-000000000001';
  await client.query(
    `insert into audit_events (organization_id, seq, id, at, actor, action, object_type, object_id, details, key_id,
       previous_mac, mac) values ($1, 1, $1, now(), '{}', 'a', 'b', 'c', '{}', 'k', '', '')`,
    [id],
  );
  for (const statement of [
    'update audit_events set action = $$x$$',
    'delete from audit_events',
    'truncate audit_events',
  ]) {
    await expect(client.query(statement), statement).rejects.toThrow('append-only');
  }
});
