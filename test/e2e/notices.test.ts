import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually, must } from '../support/answers.ts';
import { type ApiProcess, startApiProcess, startWorkerProcess } from '../support/broker-process.ts';
import { type HookReceiver, startHookReceiver } from '../support/hook-receiver.ts';
import { bodyOf } from '../support/notice-desk.ts';
import type { Program } from '../support/process.ts';
import { createProcessDatabase, type ProcessDatabase } from '../support/process-database.ts';

/* Processes are killed while they turn events into deliveries and send them; the receiver says what arrived. */

let database: ProcessDatabase;
let receiver: HookReceiver;
let api: ApiProcess;
let worker: Program | undefined;
let env: Record<string, string>;

beforeAll(async () => {
  database = await createProcessDatabase(inject('postgresUrl'));
  receiver = await startHookReceiver();
  env = {
    DATABASE_URL: database.url,
    KEYFERRY_MASTER_KEY: randomBytes(32).toString('base64'),
    KEYFERRY_SCAN_INTERVAL_MS: '100',
    KEYFERRY_LEASE_MS: '500',
    KEYFERRY_NOTICE_TIMEOUT_MS: '250',
  };
  api = await startApiProcess({ ...env, KEYFERRY_ROLE: 'api' });
});
afterAll(async () => {
  await Promise.all([api, worker].map((program) => program?.stop()));
  await receiver?.close();
  await database?.drop();
});

const KILLS = 3;
const EVENTS_BETWEEN = 8;

test('whoever is killed, every event arrives; what arrives twice has the same id and says the same', async () => {
  const admin = api.api(api.adminToken);
  must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
  const vault = must(await admin('POST', '/v1/vaults', { name: 'inside', kind: 'builtin' }), 201);
  const profile = must(await admin('POST', '/v1/vault-profiles', { name: 'inside', vaultId: vault.id }), 201);
  const hook = { name: 'all', url: `${receiver.url}/in`, kinds: ['change.applied'] };
  must(await admin('POST', '/v1/webhooks', hook), 201);
  const made: unknown[] = [];
  for (let round = 0; round <= KILLS; round++) {
    worker = await startWorkerProcess(env);
    for (let i = 0; i < EVENTS_BETWEEN; i++) {
      const body = { project: 'shop', name: `s-${round}-${i}`, type: 'generic', sourceProfileId: profile.id };
      made.push(must(await admin('POST', '/v1/secrets', { ...body, payload: { value: 'v' } }), 201).secretId);
    }
    const before = receiver.received.length;
    await eventually(async () => receiver.received.length > before, 'something on its way');
    if (round < KILLS) await worker.kill();
  }
  const arrived = () => new Set(receiver.received.map((each) => (bodyOf(each).data.subject as { id: string }).id));
  await eventually(async () => made.every((id) => arrived().has(String(id))), 'every event');
  const bodies = new Map<unknown, Set<string>>();
  for (const { headers, body } of receiver.received) {
    bodies.set(headers['webhook-id'], (bodies.get(headers['webhook-id']) ?? new Set()).add(body));
  }
  expect(bodies.size).toBe(made.length);
  for (const said of bodies.values()) expect(said.size).toBe(1);
});
