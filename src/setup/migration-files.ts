import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from './package-root.ts';

export interface MigrationFile {
  /** Name of the folder, such as `20261122000000_init`; they apply in order of name. */
  readonly name: string;
  readonly sql: string;
  /** What Prisma keeps in `_prisma_migrations.checksum`: SHA-256 of the file in hex. */
  readonly checksum: string;
}

/** Prisma's migration folder, in order. An empty one is an error: it would start the broker without tables. */
export async function readMigrations(
  folder: string = path.join(packageRoot(), 'prisma', 'migrations'),
): Promise<readonly MigrationFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (names.length === 0) throw new Error(`no migrations in ${folder}`);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(path.join(folder, name, 'migration.sql'));
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
}
