import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/setup/package-root.ts';
import { type Account, accountFor, canEnter } from '../../../src/setup/postgres/account.ts';
import { findPostmaster } from '../../../src/setup/postgres/server.ts';
import { eventually } from '../../support/answers.ts';

const program = path.join(packageRoot(), 'dist', 'test', 'support', 'embedded-broker.js');
const isRoot = process.getuid?.() === 0;

interface Broker {
  readonly child: ChildProcess;
  readonly answer: { readonly url?: string; readonly refused?: string };
  readonly notes: () => string;
}

const brokers: Broker[] = [];
let parent: string;
let folder: string;

/** Starts a stand-in broker on a data folder, as `account` when given, and waits for its first words. */
async function start(dataDir: string = folder, account?: Account): Promise<Broker> {
  const as = account ? { uid: account.uid, gid: account.gid } : {};
  const child = spawn(process.execPath, [program, dataDir], { ...as, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  let notes = '';
  child.stderr.on('data', (data) => {
    notes += String(data);
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)));
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${notes}`)));
  });
  const broker = { child, answer: JSON.parse(line), notes: () => notes } as Broker;
  brokers.push(broker);
  return broker;
}

async function end(broker: Broker, signal: NodeJS.Signals): Promise<void> {
  if (broker.child.exitCode !== null || broker.child.signalCode !== null) return;
  const gone = new Promise((resolve) => broker.child.once('exit', resolve));
  broker.child.kill(signal);
  await gone;
}

async function query<T>(broker: Broker, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: broker.answer.url });
  await client.connect();
  const { rows } = await client.query(sql).finally(() => client.end());
  return rows as T[];
}

const data = () => path.join(folder, 'postgres', 'data');
const postmaster = () => findPostmaster(data())?.pid;

beforeAll(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'keyferry-embedded-'));
  await chmod(parent, 0o711);
  folder = path.join(parent, 'data');
});

afterEach(async () => {
  // A killed broker leaves its server behind: adopt it to stop it.
  for (const broker of brokers.splice(0)) await end(broker, 'SIGTERM');
});

afterAll(async () => {
  if (existsSync(data()) && postmaster()) await end(await start(), 'SIGTERM');
  expect(postmaster()).toBeUndefined();
  await rm(parent, { recursive: true, force: true });
});

test('two that start together on a new folder: one serves, the other is refused by folder and remedy', async () => {
  const both = await Promise.all([start(), start()]);
  const served = both.filter((broker) => broker.answer.url);
  const [refused] = both.filter((broker) => broker.answer.refused);
  expect(served).toHaveLength(1);
  expect(refused?.answer.refused).toContain(folder);
  expect(refused?.answer.refused).toContain('KEYFERRY_DATA_DIR');
  const [settings] = await query<Record<string, string>>(
    served[0] as Broker,
    `select current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
            current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
            current_setting('password_encryption') as passwords`,
  );
  expect(settings).toEqual({
    checksums: 'on',
    encoding: 'UTF8',
    listen: '127.0.0.1',
    sockets: '',
    passwords: 'scram-sha-256',
  });
  expect((await stat(path.join(folder, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
});

test('a killed broker leaves the server running; the next one adopts it with everything in it', async () => {
  const first = await start();
  await query(first, 'create table kept as select 42 as n');
  const pid = postmaster();
  await end(first, 'SIGKILL');
  expect(postmaster()).toBe(pid);
  const second = await start();
  expect(postmaster()).toBe(pid);
  expect(second.answer.url).toBe(first.answer.url);
  expect(await query(second, 'select n from kept')).toEqual([{ n: 42 }]);
});

test('broker and server both killed: the next start recovers', async () => {
  const first = await start();
  await query(first, 'insert into kept values (43)');
  const pid = postmaster() as number;
  await end(first, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  while (postmaster()) await delay(10);
  const second = await start();
  expect(await query(second, 'select n from kept order by n')).toEqual([{ n: 42 }, { n: 43 }]);
});

test('a crash of the server alone is repaired under the running broker', async () => {
  const broker = await start();
  const pid = postmaster() as number;
  process.kill(pid, 'SIGKILL');
  while (postmaster() === pid || !postmaster()) await delay(10);
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      expect(await query(broker, 'select count(*)::int as n from kept')).toEqual([{ n: 2 }]);
      break;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(50);
    }
  }
  expect((await start()).answer.refused).toContain('Another Keyferry');
});

test('a server that is killed again and again while it is repaired comes back where it was', async () => {
  const broker = await start();
  for (let kills = 0; kills < 5; kills++) {
    const pid = await eventually(async () => postmaster(), 'a server');
    process.kill(pid, 'SIGKILL');
    await eventually(async () => postmaster() !== pid, 'it is gone');
  }
  const count = () => query<{ n: number }>(broker, 'select count(*)::int as n from kept').catch(() => undefined);
  expect(await eventually(count, 'the server is back')).toEqual([{ n: 2 }]);
});

test('stops properly; a lock file that names a stranger and a taken port do not stop the next start', async () => {
  const first = await start();
  const port = Number(new URL(first.answer.url ?? '').port);
  const lock = await readFile(path.join(data(), 'postmaster.pid'), 'utf8');
  await end(first, 'SIGTERM');
  expect(postmaster()).toBeUndefined();

  const file = path.join(data(), 'postmaster.pid');
  const { uid, gid } = await stat(data());
  await writeFile(file, lock.replace(/^\d+/, String(process.pid)), { mode: 0o600 });
  if (isRoot) await chown(file, uid, gid);
  const squatter = net.createServer();
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
  const second = await start();
  squatter.close();
  expect(Number(new URL(second.answer.url ?? '').port)).not.toBe(port);
  expect(await query(second, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('the log of the server holds no statement and no password', async () => {
  const broker = await start();
  await expect(query(broker, `select 'canary-77' from nowhere`)).rejects.toThrow();
  const text = readFileSync(path.join(folder, 'postgres', 'postgres.log'), 'utf8');
  expect(text).not.toContain('canary-77');
  expect(text).not.toContain(new URL(broker.answer.url ?? '').password);
});

describe.skipIf(!isRoot)('as root', () => {
  test('keeps the database elsewhere when its account cannot enter the data folder', async () => {
    const closed = await mkdtemp(path.join(parent, 'closed-'));
    const dataDir = path.join(closed, 'clone', '.keyferry');
    await mkdir(path.dirname(dataDir));
    const first = await start(dataDir);
    const place = (await readFile(path.join(dataDir, 'postgres-folder'), 'utf8')).trim();
    expect(place).toMatch(/^\/var\/lib\/keyferry\/db-/);
    expect(first.notes()).toContain(place);
    await query(first, 'create table kept as select 1 as n');
    await end(first, 'SIGTERM');
    const second = await start(dataDir);
    expect(await query(second, 'select n from kept')).toEqual([{ n: 1 }]);
    await end(second, 'SIGTERM');
    await rm(place, { recursive: true });
  });

  const nameless: Account = { name: 'nobody knows', uid: 54_321, gid: 54_321 };

  test.skipIf(!isRoot || !canEnter(nameless, path.dirname(program)))(
    'a user id without a name is told why',
    async () => {
      const home = await mkdtemp(path.join(parent, 'nameless-'));
      await chown(home, nameless.uid, nameless.gid);
      const { answer } = await start(path.join(home, '.keyferry'), nameless);
      expect(answer.refused).toContain('The user id 54321 has no entry in /etc/passwd');
      expect(answer.refused).toContain('DATABASE_URL');
    },
  );

  describe('and as a normal user', () => {
    const user = isRoot ? accountFor('/nowhere') : undefined;
    const reachable = user && canEnter(user, path.dirname(program));

    test.skipIf(!reachable)('runs as that user and writes nowhere else', async () => {
      const home = await mkdtemp(path.join(parent, 'home-'));
      const { uid, gid } = user as Account;
      await chown(home, uid, gid);
      const dataDir = path.join(home, '.keyferry');
      const broker = await start(dataDir, user);
      expect(await query(broker, 'select 1 as n')).toEqual([{ n: 1 }]);
      expect((await stat(path.join(dataDir, 'postgres'))).uid).toBe(uid);
      expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
      expect(broker.notes()).toBe('');
      // Root takes the owner's account for an existing database.
      await end(broker, 'SIGTERM');
      expect(await query(await start(dataDir), 'select 1 as n')).toEqual([{ n: 1 }]);
    });
  });
});
