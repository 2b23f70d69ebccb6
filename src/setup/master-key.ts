import { randomBytes } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { makeDataDir } from './data-dir.ts';
import { StartupError } from './startup-error.ts';

const OTHERS = 0o077;

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Complete or absent: the key is on disk before it gets its name, and an existing key is never replaced. */
async function createKey(file: string): Promise<void> {
  const unfinished = `${file}.${randomBytes(4).toString('hex')}`;
  await writeDurably(unfinished, `k1:${randomBytes(32).toString('base64')}\n`);
  try {
    await link(unfinished, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(unfinished);
  }
}

/** Is there a key file already? */
export async function hasMasterKey(dataDir: string): Promise<boolean> {
  return stat(path.join(dataDir, 'master.key')).then(
    () => true,
    () => false,
  );
}

/**
 * The master keys of an embedded installation: the text of `<data folder>/master.key`, made at first start. Without this
 * file the database beside it cannot be read: back up both, apart from each other.
 *
 * Throws {@link StartupError} when others than its owner may read it.
 */
export async function readOrCreateMasterKey(
  dataDir: string,
): Promise<{ readonly text: string; readonly file: string; readonly created: boolean }> {
  const file = path.join(dataDir, 'master.key');
  await makeDataDir(dataDir);
  const exists = await hasMasterKey(dataDir);
  if (!exists) await createKey(file);
  const { mode } = await stat(file);
  if ((mode & OTHERS) !== 0) {
    throw new StartupError(`${file} can be read by others. Run: chmod 600 ${file}`);
  }
  return { text: (await readFile(file, 'utf8')).trim(), file, created: !exists };
}
