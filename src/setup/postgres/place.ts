import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { makeDataDir } from '../data-dir.ts';
import { StartupError } from '../startup-error.ts';
import { type Account, accountFor, canEnter, runAs } from './account.ts';
import { type Binaries, postgresProgram, runnableBinaries } from './binaries.ts';

/** Everything needed to run one embedded database. */
export interface Place {
  /** Holds `data`, `password`, `port` and `postgres.log`. */
  readonly folder: string;
  /** PostgreSQL's own data folder. */
  readonly data: string;
  readonly password: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
}

/** Where root keeps what the lent account must reach. */
const SHARED_FOLDER = '/var/lib/keyferry';
const INITDB_TIMEOUT_MS = 120_000;
const ABANDONED_MS = 600_000;

interface Choice {
  readonly folder: string;
  readonly account: Account | undefined;
}

/**
 * `<data folder>/postgres`; for root, when the lent account cannot get there, a folder of its own whose name is kept in
 * `<data folder>/postgres-folder`. Once chosen it stays.
 */
async function chooseFolder(dataDir: string, tell: (line: string) => void): Promise<Choice> {
  await makeDataDir(dataDir);
  const note = path.join(dataDir, 'postgres-folder');
  if (existsSync(note)) {
    const folder = readFileSync(note, 'utf8').trim();
    return { folder, account: accountFor(folder) };
  }
  const inside = path.join(dataDir, 'postgres');
  const account = accountFor(inside);
  if (account === undefined || canEnter(account, dataDir)) return { folder: inside, account };
  if (existsSync(inside)) {
    throw new StartupError(
      `${inside} belongs to ${account.name}, who cannot reach it. Move the data folder to where that account can go.`,
    );
  }
  await mkdir(SHARED_FOLDER, { recursive: true });
  await chmod(SHARED_FOLDER, 0o755);
  const folder = path.join(SHARED_FOLDER, `db-${randomBytes(6).toString('hex')}`);
  await writeFile(note, `${folder}\n`, { flag: 'wx', mode: 0o600 });
  tell(
    `PostgreSQL does not run as root and ${account.name} cannot enter ${dataDir}: the database is kept in ${folder}`,
  );
  return { folder, account };
}

/** initdb looks its user up and gives up on an id without a name, as some container platforms choose. */
function assertNamedUser(): void {
  try {
    userInfo();
  } catch {
    throw new StartupError(
      `The user id ${process.getuid?.()} has no entry in /etc/passwd, and PostgreSQL needs one to create its database. Add one, start as another user, or set DATABASE_URL.`,
    );
  }
}

async function initdb(binaries: Binaries, account: Account | undefined, folder: string): Promise<void> {
  if (account === undefined) assertNamedUser();
  const args = [
    ...['-D', path.join(folder, 'data'), '-U', 'keyferry', `--pwfile=${path.join(folder, 'password')}`],
    ...['--auth=scram-sha-256', '--encoding=UTF8', '--data-checksums', '--no-instructions'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    // The password is 256 random bits: iterating its hash protects nothing and costs every connection 5 ms.
    ...['-c', 'scram_iterations=1'],
  ];
  const child = spawn(postgresProgram(binaries, 'initdb'), args, {
    ...runAs(account),
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: 'ignore',
    timeout: INITDB_TIMEOUT_MS,
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) {
    throw new StartupError(
      `Creating the database in ${folder} failed (initdb exit ${code}). Is the disk full or read-only?`,
    );
  }
}

/** What killed starts left; a young one may belong to a process that is creating it right now. */
async function removeAbandoned(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = path.join(parent, name);
    if (!name.startsWith(prefix) || Date.now() - statSync(folder).mtimeMs < ABANDONED_MS) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

/** Made under another name and renamed when whole, so a process killed meanwhile leaves nothing that looks like a database. */
async function createDatabase(choice: Choice, binaries: Binaries): Promise<void> {
  const { folder, account } = choice;
  const parent = path.dirname(folder);
  const prefix = `${path.basename(folder)}.unfinished-`;
  await mkdir(parent, { recursive: true, mode: 0o755 });
  await removeAbandoned(parent, prefix);
  const unfinished = path.join(parent, prefix + randomBytes(4).toString('hex'));
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(path.join(unfinished, 'password'), randomBytes(32).toString('base64url'), { mode: 0o600 });
  if (account) {
    for (const file of [path.join(unfinished, 'password'), unfinished]) await chown(file, account.uid, account.gid);
  }
  await initdb(binaries, account, unfinished);
  try {
    await rename(unfinished, folder);
  } catch (error) {
    // Another process starting on the same folder was faster: its database is the one.
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function checkMajor(data: string, binaries: Binaries): void {
  const have = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim();
  const major = binaries.version.split('.')[0];
  if (have === major) return;
  throw new StartupError(
    `The database in ${data} is of PostgreSQL ${have}, this program brings ${major}. Upgrade it with pg_upgrade.`,
  );
}

/** Finds the database of a data folder, or creates it. */
export async function openPlace(dataDir: string, tell: (line: string) => void): Promise<Place> {
  try {
    const choice = await chooseFolder(dataDir, tell);
    const binaries = await runnableBinaries(choice.account, SHARED_FOLDER, (folder) =>
      tell(`copying PostgreSQL to ${folder}, where it can run without root`),
    );
    if (!existsSync(choice.folder)) await createDatabase(choice, binaries);
    const data = path.join(choice.folder, 'data');
    checkMajor(data, binaries);
    const password = (await readFile(path.join(choice.folder, 'password'), 'utf8')).trim();
    return { ...choice, binaries, data, password };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new StartupError(
      `No access to the data folder ${dataDir} or the database it names. Start as the user who made it.`,
    );
  }
}
