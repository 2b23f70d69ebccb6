import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPostmaster } from '../../src/setup/postgres/server.ts';
import { eventually, must, targetsIn } from '../support/answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import { type ApiProcess, startApiProcess, startRefused } from '../support/broker-process.ts';
import { startProgram } from '../support/process.ts';
import { startVaultProcess, type VaultProcess } from '../support/vault-process.ts';
import { newSecret, openProfile } from './estate.ts';

/* The broker as `npm start` runs it, on a folder of its own. The tests build on each other. */

let folder: string;
let env: Record<string, string>;
let broker: ApiProcess;
let token: string;
let source: VaultProcess;
let target: VaultProcess;

const admin: ApiClient = Object.assign((...call: Parameters<ApiClient>) => broker.api(token)(...call), {
  as: (other: string | undefined) => broker.api(other),
});
const postmaster = () => findPostmaster(path.join(folder, 'data', 'postgres', 'data'))?.pid;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-e2e-'));
  // Run by root, the embedded PostgreSQL has an account of its own, which must get in.
  await chmod(folder, 0o711);
  env = {
    KEYFERRY_DATA_DIR: path.join(folder, 'data'),
    KEYFERRY_LEASE_MS: '1000',
    KEYFERRY_VAULT_SETTLE_MS: '1000',
    KEYFERRY_SCAN_INTERVAL_MS: '150',
    KEYFERRY_VAULT_TIMEOUT_MS: '1000',
  };
  source = await startVaultProcess({ journalFile: path.join(folder, 'source.jsonl') });
  target = await startVaultProcess({ journalFile: path.join(folder, 'target.jsonl') });
});

afterAll(async () => {
  await Promise.all([source, target].map((vault) => vault?.stop()));
  if (broker?.running()) await broker.stop();
  if (postmaster() !== undefined) await (await startApiProcess(env)).stop();
  expect(postmaster()).toBeUndefined();
  await rm(folder, { recursive: true, force: true });
});

/** `kill -9` and a new start on the same folder. */
async function crash(): Promise<void> {
  await broker.kill();
  broker = await startApiProcess(env);
  expect(broker.adminToken).toBeUndefined();
}

test('a first start makes the folder, the key for its owner only, and an administrator', async () => {
  broker = await startApiProcess(env);
  expect(broker.adminToken).toMatch(/^kf_/);
  token = broker.adminToken ?? '';
  expect((await stat(path.join(folder, 'data', 'master.key'))).mode & 0o777).toBe(0o600);
  must(await admin('GET', '/v1/me'), 200);
});

test('killed between any two steps of the tour, the broker goes on where it was', async () => {
  const project = must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
  await crash();
  expect(must(await admin('GET', '/v1/projects/shop'), 200).id).toBe(project.id);
  const sourceProfileId = await openProfile(admin, 'source', source);
  const profileId = await openProfile(admin, 'target', target);
  await crash();
  const person = must(await admin('POST', '/v1/users', { name: 'Grace', email: 'grace@example.com' }), 201);
  must(await admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId: person.id, role: 'approver' }), 201);
  const grace = must(await admin('POST', '/v1/tokens', { name: 'tour', userId: person.id }), 201).token as string;
  const steps = [{ name: 'review', approvers: { users: [person.id], groups: [], roles: [] }, required: 1 }];
  const policy = must(await admin('POST', '/v1/approval-profiles', { name: 'four eyes', steps }), 201);
  must(await admin('PATCH', `/v1/vault-profiles/${sourceProfileId}`, { approvalProfileId: policy.id }), 200);
  await crash();
  const body = newSecret({ sourceProfileId, targets: [{ profileId }] }, 'tour', 'first');
  const asked = must(await admin('POST', '/v1/secrets', body), 202);
  await crash();
  await approve(grace, asked);
  await crash();
  const id = asked.secretId as string;
  await targetsIn(admin, id, 'synced');
  await crash();
  expect(must(await admin('GET', `/v1/secrets/${id}/versions/1/content`), 200).payload).toEqual({ mark: 'first' });

  // The target's vault is away when the second version is approved; broker and database go down together.
  target.pause();
  const second = must(await admin('POST', `/v1/secrets/${id}/versions`, { payload: { mark: 'second' } }), 202);
  await approve(grace, second);
  await eventually(
    async () => must(await admin('GET', `/v1/secrets/${id}`), 200).latestVersion === 2,
    'the second version',
  );
  const pid = postmaster() ?? 0;
  await broker.kill();
  process.kill(pid, 'SIGKILL');
  target.resume();
  await eventually(async () => postmaster() === undefined, 'the database is gone');
  broker = await startApiProcess(env);
  await targetsIn(admin, id, 'synced');
  expect(await target.read('default/shop/tour')).toMatchObject({ data: { mark: 'second' } });
  for (const vault of [source, target]) {
    expect(
      vault
        .journal()
        .filter((entry) => entry.kind === 'write')
        .map((entry) => entry.version),
    ).toEqual(['1', '2']);
  }
  expect(must(await admin('GET', '/v1/audit-events/verify'), 200).intact).toBe(true);
});

async function approve(reviewer: string, asked: Record<string, unknown>): Promise<void> {
  const { id } = asked.changeRequest as { id: string };
  const shown = must(await admin.as(reviewer)('GET', `/v1/change-requests/${id}`), 200);
  const { revision, digest } = shown;
  const vote = { decision: 'approve', revision, digest };
  must(await admin.as(reviewer)('POST', `/v1/change-requests/${id}/reviews`, vote), 200);
}

test('a second broker on the folder is refused, told why, and disturbs nothing', async () => {
  const { code, output } = await startRefused(env);
  expect(code).toBe(1);
  expect(output).toContain(`Another Keyferry is running on the data folder ${env.KEYFERRY_DATA_DIR}`);
  expect(output).toContain('KEYFERRY_DATA_DIR');
  must(await admin('GET', '/v1/me'), 200);
});

test('SIGTERM ends broker and database within the limit', async () => {
  const began = performance.now();
  expect(await broker.stop()).toEqual({ code: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(postmaster()).toBeUndefined();
});

test('without its master key, or with another one, the broker refuses to start', async () => {
  const file = path.join(folder, 'data', 'master.key');
  await rename(file, `${file}.away`);
  const missing = await startRefused(env);
  expect(missing.code).toBe(1);
  expect(missing.output).toContain('master.key is missing');
  expect(existsSync(file)).toBe(false);
  const other = randomBytes(32).toString('base64');
  const foreign = await startRefused({ ...env, KEYFERRY_MASTER_KEY: `k1:${other}` });
  expect(foreign.code).toBe(1);
  expect(foreign.output).toContain('not the key this database was written with');
  expect(foreign.output).not.toContain(other);
  await rename(`${file}.away`, file);
  expect(postmaster()).toBeUndefined();
});

test('the break-glass command gives a person the right to override', async () => {
  const run = async (...args: string[]) => {
    const command = startProgram('src/setup/break-glass-main.js', { env, args });
    return { ...(await command.ended), output: command.output() };
  };
  expect(await run()).toMatchObject({ code: 2, output: expect.stringContaining('usage:') });
  expect(await run('default', 'nobody@example.com')).toMatchObject({
    code: 1,
    output: expect.stringContaining('No enabled person'),
  });
  const someone = ['default', 'administrator@localhost.invalid'];
  expect(await run(...someone)).toMatchObject({ code: 0, output: expect.stringContaining('from now on') });
  expect(await run(...someone)).toMatchObject({ code: 0, output: expect.stringContaining('already') });
});

test('the admin-token command makes a token that works', async () => {
  const command = startProgram('src/setup/admin-token-main.js', { env });
  expect(await command.ended).toEqual({ code: 0, signal: null });
  const [, made] = /(kf_\S+)/.exec(command.output()) ?? [];
  broker = await startApiProcess(env);
  expect(must(await broker.api(made)('GET', '/v1/me'), 200).rights).toEqual(
    must(await admin('GET', '/v1/me'), 200).rights,
  );
  const beside = startProgram('src/setup/admin-token-main.js', { env });
  expect((await beside.ended).code).toBe(1);
  expect(beside.output()).toContain('Another Keyferry is running');
});
