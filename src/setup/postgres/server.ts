import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { StartupError } from '../startup-error.ts';
import { runAs } from './account.ts';
import { postgresProgram } from './binaries.ts';
import type { Place } from './place.ts';

export const DATABASE = 'keyferry';
const POLL_MS = 20;
const START_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A killed server's last processes bar the folder and the port for a moment: starts that fail by then say nothing. */
const SETTLED_MS = 10_000;
const RESTART_PAUSE_MS = 200;
const LOG_LIMIT = 1_000_000;

/** Small and quiet: one broker uses it. Durability settings stay as PostgreSQL ships them (everything on). */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '80',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_parallel_workers_per_gather: '0',
  io_method: 'sync',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements and key values stay out of the log file.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** A running server's process and port, as its lock file names them. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** Pid 25 of the lock file may be anything after a reboot; the real one has its data folder as working directory. */
function isPostmasterOf(pid: number, data: string): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return false;
  }
}

/** The live server of this data folder, whoever started it. */
export function findPostmaster(data: string): Postmaster | undefined {
  const file = path.join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return pid > 0 && port > 0 && isPostmasterOf(pid, data) ? { pid, port } : undefined;
}

/** PostgreSQL refuses to start when the pid in a left-over lock file belongs to any other live process of its user. */
function dropForeignLock(data: string): void {
  const file = path.join(data, 'postmaster.pid');
  if (process.platform !== 'linux' || !existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (pid > 0 && existsSync(`/proc/${pid}`) && !isPostmasterOf(pid, data)) rmSync(file, { force: true });
}

function portIsFree(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const chosen = (server.address() as net.AddressInfo).port;
      server.close(() => resolve(chosen));
    });
  });
}

/** The port of last time when it is still free, so that connections outlive a restart of the server. */
async function choosePort(folder: string): Promise<number> {
  const file = path.join(folder, 'port');
  const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const port = (remembered > 0 ? await portIsFree(remembered) : undefined) ?? (await portIsFree(0));
  if (port === undefined) throw new StartupError('No free port on 127.0.0.1 for the embedded PostgreSQL.');
  if (port !== remembered) await writeFile(file, `${port}\n`);
  return port;
}

/** In a session of its own: neither Ctrl-C nor our death reaches it, only `stopPostmaster`. */
function spawnPostmaster(place: Place, port: number, settings: Readonly<Record<string, string>>): ChildProcess {
  const logFile = path.join(place.folder, 'postgres.log');
  const tooLong = existsSync(logFile) && statSync(logFile).size > LOG_LIMIT;
  const log = openSync(logFile, tooLong ? 'w' : 'a', 0o600);
  const options = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    const child = spawn(
      postgresProgram(place.binaries, 'postgres'),
      ['-D', place.data, '-p', String(port), ...options],
      {
        ...runAs(place.account),
        cwd: '/',
        // Not our environment: it may hold the master key.
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', log, log],
        detached: true,
      },
    );
    child.on('error', () => {});
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

export function databaseUrl(place: Pick<Place, 'password'>, port: number, database: string = DATABASE): string {
  return `postgresql://keyferry:${place.password}@127.0.0.1:${port}/${database}`;
}

/** A connection, or `undefined` while the server is not ready for one. */
export async function tryConnect(url: string): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'keyferry-lock',
    // A server that is killed while it accepts somebody may leave them without a word.
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === '28P01')
      throw new StartupError('The embedded PostgreSQL does not accept the password kept beside it.');
    if (code === '3D000') await createDatabase(url);
    return undefined;
  }
}

async function createDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const client = new pg.Client({ connectionString: maintenance.href, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => {});
  await client.connect();
  // A second process may have created it meanwhile; the caller connects again and sees.
  await client.query(`create database ${DATABASE}`).catch(() => {});
  await client.end();
}

/** Connects to the running server of this place, or starts one; `wanted`: on that port and no other. */
export async function connectOrStart(
  place: Place,
  settings: Readonly<Record<string, string>>,
  wanted?: number,
): Promise<{ client: pg.Client; postmaster: Postmaster }> {
  const began = Date.now();
  let child: ChildProcess | undefined;
  while (Date.now() - began < START_TIMEOUT_MS) {
    const postmaster = findPostmaster(place.data);
    if (postmaster) {
      const client = await tryConnect(databaseUrl(place, postmaster.port));
      if (client) return { client, postmaster };
    } else if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      if (child !== undefined) {
        if (Date.now() - began > SETTLED_MS) break;
        await delay(RESTART_PAUSE_MS);
      }
      const port = wanted === undefined ? await choosePort(place.folder) : await portIsFree(wanted);
      if (port !== undefined) {
        dropForeignLock(place.data);
        child = spawnPostmaster(place, port, settings);
      }
    }
    await delay(POLL_MS);
  }
  throw new StartupError(`The embedded PostgreSQL did not start; ${path.join(place.folder, 'postgres.log')} says why.`);
}

/** Ends all sessions and waits until everything is on disk ("fast" shutdown, PostgreSQL manual 18.5). */
export async function stopPostmaster(place: Place): Promise<void> {
  const postmaster = findPostmaster(place.data);
  if (!postmaster) return;
  process.kill(postmaster.pid, 'SIGINT');
  while (isPostmasterOf(postmaster.pid, place.data)) await delay(POLL_MS);
}
