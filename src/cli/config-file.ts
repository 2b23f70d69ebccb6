import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CliError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';

/** Where to work: an API, as whom, and what need not be said each time. */
export interface Context {
  readonly url: string;
  readonly token: string;
  readonly project?: string;
  /** Vault profile of new secrets. */
  readonly source?: string;
}

export interface ConfigFile {
  readonly current: string | undefined;
  readonly contexts: Readonly<Record<string, Context>>;
}

/** `$XDG_CONFIG_HOME/keyferry/config.json`, usually below `~/.config`. */
export function configPath(io: Io): string {
  const base = io.env.XDG_CONFIG_HOME || path.join(io.env.HOME || os.homedir(), '.config');
  return path.join(base, 'keyferry', 'config.json');
}

/** What was kept; nothing when there is no file. Throws when it is damaged, or open to others: it holds tokens. */
export async function readConfig(io: Io): Promise<ConfigFile> {
  const file = configPath(io);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: undefined, contexts: {} };
    throw new CliError(EXIT.failed, `${file} cannot be read.`, 'Look at its owner and mode.');
  }
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new CliError(EXIT.failed, `${file} can be read by others.`, `chmod 600 ${file}`);
  }
  const config = parse(text);
  if (config === undefined) throw new CliError(EXIT.failed, `${file} is damaged.`, 'Remove it and sign in again.');
  return config;
}

function parse(text: string): ConfigFile | undefined {
  try {
    const { current, contexts } = JSON.parse(text) as { current?: unknown; contexts?: unknown };
    if (typeof contexts !== 'object' || contexts === null) return undefined;
    const sound = Object.values(contexts).every(
      (context: Partial<Context> | null) => typeof context?.url === 'string' && typeof context.token === 'string',
    );
    if (!sound) return undefined;
    return { current: typeof current === 'string' ? current : undefined, contexts: contexts as ConfigFile['contexts'] };
  } catch {
    return undefined;
  }
}

/** Keeps it, for nobody else to read; as a whole or not at all. */
export async function writeConfig(io: Io, config: ConfigFile): Promise<void> {
  const file = configPath(io);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}
