// For developers: writes the SQL that brings the database from the last migration to prisma/schema.prisma.
//
//   node src/setup/make-migration.mjs add_labels   a new migration; read it and extend it by hand
//   node src/setup/make-migration.mjs --init       writes the first migration anew (before it was ever released);
//                                                  its hand-written part, from the marker line on, stays as it is
//
// Each migration keeps the schema it leads to beside it (schema.prisma), so the next difference needs no database
// history. Works offline: Prisma's engine as WebAssembly on a throwaway embedded PostgreSQL. Needs "npm run build" once.
import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const migrations = path.join(root, 'prisma', 'migrations');
const schema = fs.readFileSync(path.join(root, 'prisma', 'schema.prisma'), 'utf8');
const MARKER = '-- ==== written by hand';

const { openSchemaEngine } = await import('../../dist/test/support/schema-engine.js');
const { startEmbeddedPostgres } = await import('../../dist/src/setup/embedded-postgres.js');

const datamodel = (content) => ({ tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] });

async function difference(from) {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'keyferry-migration-'));
  fs.chmodSync(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir, tell: () => {}, settings: { fsync: 'off' } });
  try {
    const engine = await openSchemaEngine(server.url, schema);
    const filters = { externalTables: [], externalEnums: [] };
    const { stdout } = await engine.diff({ from, to: datamodel(schema), script: true, exitCode: false, filters });
    // The schema exists, and creating it would ask for a right on the whole database.
    return stdout.replace('-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n\n', '').trim();
  } finally {
    await server.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

const folders = fs.readdirSync(migrations, { withFileTypes: true });
const names = folders
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
const [argument] = process.argv.slice(2);
let folder;
let sql;
if (argument === '--init') {
  folder = path.join(migrations, names[0]);
  const old = fs.readFileSync(path.join(folder, 'migration.sql'), 'utf8');
  if (names.length > 1 || !old.includes(MARKER))
    throw new Error('only the first and only migration can be written anew');
  sql = `${await difference({ tag: 'empty' })}\n\n${old.slice(old.indexOf(MARKER))}`;
} else if (/^[a-z][a-z0-9_]*$/.test(argument ?? '')) {
  const last = fs.readFileSync(path.join(migrations, names.at(-1), 'schema.prisma'), 'utf8');
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  folder = path.join(migrations, `${stamp}_${argument}`);
  sql = `${await difference(datamodel(last))}\n`;
} else {
  console.error('usage: node src/setup/make-migration.mjs <name in snake_case> | --init');
  process.exit(2);
}
fs.mkdirSync(folder, { recursive: true });
fs.writeFileSync(path.join(folder, 'migration.sql'), sql);
fs.writeFileSync(path.join(folder, 'schema.prisma'), schema);
console.log(`wrote ${path.relative(root, folder)}`);
