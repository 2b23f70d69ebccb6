import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPostmaster } from '../../src/setup/postgres/server.ts';
import { type ApiProcess, startApiProcess } from '../support/broker-process.ts';
import { startProgram } from '../support/process.ts';

/* `npm run doctor` on an embedded installation of its own. The tests build on each other. */

let folder: string;
let env: Record<string, string>;
let broker: ApiProcess | undefined;

const dataDir = () => path.join(folder, 'data');

async function doctor(more: Record<string, string> = {}, ...args: string[]) {
  const program = startProgram('src/doctor/main.js', { env: { ...env, NODE_ENV: 'production', ...more }, args });
  const { code } = await program.ended;
  return { code, output: program.output() };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-doctor-'));
  await chmod(folder, 0o711);
  env = { KEYFERRY_DATA_DIR: dataDir() };
});
afterAll(async () => {
  if (broker?.running()) await broker.stop();
  await rm(folder, { recursive: true, force: true });
});

test('before anything is installed it says what to do, and makes nothing', async () => {
  const { code, output } = await doctor();
  expect(output).toContain('Run: npm start');
  expect(code).toBe(1);
  expect((await doctor({}, '--everything')).code).toBe(2);
});

test('beside a running broker all is well', async () => {
  broker = await startApiProcess(env);
  const { code, output } = await doctor();
  expect(output).toContain('All is well.');
  expect(code).toBe(0);
  const { findings, exitCode } = JSON.parse((await doctor({}, '--json')).output) as {
    findings: { area: string; level: string }[];
    exitCode: number;
  };
  expect(exitCode).toBe(0);
  expect(new Set(findings.map(({ area }) => area))).toEqual(
    new Set(['configuration', 'data folder', 'database', 'keys', 'audit', 'queue', 'clocks', 'vaults']),
  );
});

test('a stopped installation is looked at as well, and left stopped', async () => {
  await broker?.stop();
  const { code, output } = await doctor();
  expect(output).toContain('was started for this look');
  expect(code).toBe(0);
  expect(findPostmaster(path.join(dataDir(), 'postgres', 'data'))).toBeUndefined();
});

test('a key that others can read, and a variable nobody knows', async () => {
  await chmod(path.join(dataDir(), 'master.key'), 0o644);
  const open = await doctor();
  expect(open.output).toMatch(/fail {2}data folder +master\.key +.*can be read by others \(0644\)\.\n.*chmod 600/);
  expect(open.code).toBe(2);
  const unknown = await doctor({ KEYFERRY_LEASE: 'canary-51c0' });
  expect(unknown.output).toContain('Did you mean KEYFERRY_LEASE_MS?');
  expect(unknown.output).not.toContain('canary-51c0');
  expect(unknown.code).toBe(2);
});
