import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { packageRoot } from '../../src/setup/package-root.ts';
import { must } from '../support/answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import { type ApiProcess, startApiProcess } from '../support/broker-process.ts';
import { createProcessDatabase, type ProcessDatabase } from '../support/process-database.ts';

/* A broker pays only for the vendors' clients that it uses. The tests build on each other. */

/** Everything that only an adapter needs. */
const VENDORS = /node_modules\/(@aws-sdk|@smithy|@google-cloud|google-gax|@grpc|protobufjs|node-vault|undici)\//;

let folder: string;
let database: ProcessDatabase;
let broker: ApiProcess;
let admin: ApiClient;

const modules = (): string[] => {
  const file = path.join(folder, 'modules');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
};
const vendors = () => [...new Set(modules().flatMap((module) => VENDORS.exec(module)?.[1] ?? []))].sort();

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-modules-'));
  database = await createProcessDatabase(inject('postgresUrl'));
  const preloaded = pathToFileURL(path.join(packageRoot(), 'test', 'support', 'module-log.mjs'));
  broker = await startApiProcess({
    DATABASE_URL: database.url,
    KEYFERRY_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
    NODE_OPTIONS: `--import=${preloaded.href}`,
    MODULE_LOG: path.join(folder, 'modules'),
  });
  admin = broker.api(broker.adminToken);
});

afterAll(async () => {
  await broker?.stop();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

test('a broker that has no vault has loaded no client of any vendor', () => {
  expect(modules().some((module) => module.includes('node_modules/express/'))).toBe(true);
  expect(vendors()).toEqual([]);
});

test('the kinds are described, and settings and attributes checked, without one', async () => {
  const { items } = must(await admin('GET', '/v1/vault-kinds'), 200) as { items: { kind: string }[] };
  expect(items.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['aws-secrets-manager', 'gcp-secret-manager', 'hashicorp-vault', 'kubernetes', 'scaleway']),
  );
  for (const { kind } of items) {
    const wrong = { name: 'wrong', kind, settings: { nobodyKnowsThis: true } };
    must(await admin('POST', '/v1/vaults', wrong), 422);
  }
  expect(modules().some((module) => module.includes('aws-secrets-manager/adapter-module'))).toBe(true);
  expect(vendors()).toEqual([]);
});

test('using the built-in vault loads none', async () => {
  const vault = must(await admin('POST', '/v1/vaults', { name: 'here', kind: 'builtin' }), 201);
  must(await admin('POST', `/v1/vaults/${vault.id}/check`, {}), 200);
  must(await admin('POST', '/v1/vault-profiles', { name: 'here', vaultId: vault.id }), 201);
  expect(vendors()).toEqual([]);
});

test('the first call to a vault loads the client of its kind and no other', async () => {
  const settings = { address: 'http://127.0.0.1:9', authMethod: 'token', token: 'hvs.nobody' };
  const vault = must(await admin('POST', '/v1/vaults', { name: 'there', kind: 'hashicorp-vault', settings }), 201);
  expect(vendors()).toEqual([]);
  must(await admin('POST', `/v1/vaults/${vault.id}/check`, {}), 200);
  expect(vendors()).toEqual(['node-vault']);
});
