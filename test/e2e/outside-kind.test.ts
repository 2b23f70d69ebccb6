import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { packageRoot } from '../../src/setup/package-root.ts';
import { must, targetsIn } from '../support/answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import { type ApiProcess, startApiProcess } from '../support/broker-process.ts';
import { createProcessDatabase, type ProcessDatabase } from '../support/process-database.ts';

/* A kind from outside this repository, added to the broker as it is delivered. */

let folder: string;
let database: ProcessDatabase;
let broker: ApiProcess;
let admin: ApiClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-outside-'));
  database = await createProcessDatabase(inject('postgresUrl'));
  const kind = path.join(packageRoot(), 'dist', 'test', 'support', 'directory-kind', 'register-main.js');
  broker = await startApiProcess({
    DATABASE_URL: database.url,
    KEYFERRY_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
    NODE_OPTIONS: `--import=${pathToFileURL(kind).href}`,
  });
  admin = broker.api(broker.adminToken);
  must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
});

afterAll(async () => {
  await broker?.stop();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function profile(name: string, kind: string, settings: object): Promise<string> {
  const vault = must(await admin('POST', '/v1/vaults', { name, kind, settings }), 201);
  return must(await admin('POST', '/v1/vault-profiles', { name, vaultId: vault.id }), 201).id as string;
}

test('it is offered, described and checked like every other', async () => {
  const { items } = must(await admin('GET', '/v1/vault-kinds'), 200) as { items: { kind: string; title: string }[] };
  expect(items.find(({ kind }) => kind === 'directory')).toMatchObject({ title: 'Files in a folder' });
  const refused = await admin('POST', '/v1/vaults', { name: 'x', kind: 'directory', settings: { folder: '/a/../b' } });
  expect([refused.status, refused.json.detail]).toEqual([
    422,
    '/settings/folder: expected an absolute path in its plain form',
  ]);
  const unknown = await admin('POST', '/v1/vaults', { name: 'x', kind: 'nowhere', settings: {} });
  expect([unknown.status, unknown.json.code]).toEqual([422, 'invalid_input']);
  expect(unknown.json.errors).toEqual([{ pointer: '/kind', expected: 'a kind of GET /v1/vault-kinds' }]);
});

test('it is a source and a target: written, changed, read and removed', async () => {
  const here = path.join(folder, 'source');
  const there = path.join(folder, 'target');
  const sourceProfileId = await profile('source', 'directory', { folder: here });
  const targets = [
    { profileId: await profile('target', 'directory', { folder: there }) },
    { profileId: await profile('copy', 'builtin', {}) },
  ];
  const secret = { project: 'shop', name: 'db', type: 'api_key', sourceProfileId, targets, payload: { value: 'one' } };
  const id = must(await admin('POST', '/v1/secrets', secret), 201).secretId as string;
  await targetsIn(admin, id, 'synced');
  must(await admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'two' } }), 201);
  await targetsIn(admin, id, 'synced');
  expect(must(await admin('GET', `/v1/secrets/${id}/versions/latest/content`), 200)).toMatchObject({
    version: 2,
    payload: { value: 'two' },
  });
  expect(await Promise.all([here, there].map((place) => readdir(place)))).toEqual([
    [expect.stringMatching(/%2Fshop%2Fdb\.entry$/)],
    [expect.stringMatching(/%2Fshop%2Fdb\.entry$/)],
  ]);
});
