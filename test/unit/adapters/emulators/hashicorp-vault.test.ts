import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  startVaultEmulator,
  type VaultEmulator,
  type VaultEmulatorOptions,
} from '../../../support/emulators/hashicorp-vault.ts';

async function start(options?: VaultEmulatorOptions): Promise<VaultEmulator> {
  const emulator = await startVaultEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function curl(
  emulator: VaultEmulator,
  method: string,
  path: string,
  options: { readonly body?: unknown; readonly token?: string; readonly namespace?: string; readonly ms?: number } = {},
): Promise<Answer> {
  const response = await fetch(`${emulator.url}/v1/${path}`, {
    method,
    signal: AbortSignal.timeout(options.ms ?? 5_000),
    headers: {
      'x-vault-token': options.token ?? emulator.token,
      ...(options.namespace !== undefined && { 'x-vault-namespace': options.namespace }),
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const write = (emulator: VaultEmulator, text: string, cas?: number) =>
  curl(emulator, 'POST', 'secret/data/app', {
    body: { data: { value: text }, ...(cas !== undefined && { options: { cas } }) },
  });

test('an answer has the documented envelope', async () => {
  const emulator = await start();
  const { body } = await write(emulator, 'a');
  expect(body).toMatchObject({
    lease_id: '',
    renewable: false,
    auth: null,
    data: { version: 1, deletion_time: '', destroyed: false, custom_metadata: null },
  });
  expect((await curl(emulator, 'GET', 'secret/data/app')).body).toMatchObject({
    data: { data: { value: 'a' }, metadata: { version: 1, destroyed: false } },
  });
});

test('check-and-set wants the current version, of a removed entry as well', async () => {
  const emulator = await start();
  expect((await write(emulator, 'a', 0)).status).toBe(200);
  const mismatch = { errors: ['check-and-set parameter did not match the current version'] };
  expect(await write(emulator, 'b', 0)).toEqual({ status: 400, body: mismatch });
  expect((await curl(emulator, 'DELETE', 'secret/data/app')).status).toBe(204);
  expect((await write(emulator, 'b', 0)).status).toBe(400);
  expect((await write(emulator, 'b', 1)).status).toBe(200);
});

test('a removed version is a 404 with metadata, a missing one without', async () => {
  const emulator = await start();
  await write(emulator, 'a');
  await curl(emulator, 'DELETE', 'secret/data/app');
  expect(await curl(emulator, 'GET', 'secret/data/app')).toMatchObject({
    status: 404,
    body: { data: { data: null, metadata: { version: 1 } } },
  });
  expect(await curl(emulator, 'GET', 'secret/data/other')).toEqual({ status: 404, body: { errors: [] } });
});

test('the newest ten versions are kept', async () => {
  const emulator = await start();
  for (let version = 1; version <= 12; version++) await write(emulator, `v${version}`);
  expect((await curl(emulator, 'GET', 'secret/data/app?version=2')).status).toBe(404);
  expect((await curl(emulator, 'GET', 'secret/data/app?version=3')).status).toBe(200);
});

test('a listing shows one level, removed keys included, and an empty one is 404', async () => {
  const emulator = await start();
  for (const path of ['app/a', 'app/b/c', 'app/b/d']) {
    await curl(emulator, 'POST', `secret/data/${path}`, { body: { data: {} } });
  }
  await curl(emulator, 'DELETE', 'secret/data/app/a');
  expect((await curl(emulator, 'GET', 'secret/metadata/app?list=true')).body).toMatchObject({
    data: { keys: ['a', 'b/'] },
  });
  expect(await curl(emulator, 'GET', 'secret/metadata/none?list=true')).toEqual({ status: 404, body: { errors: [] } });
});

test('namespaces are apart, and header and path mean the same', async () => {
  const emulator = await start({ namespaces: ['team-a'] });
  await curl(emulator, 'POST', 'secret/data/app', { body: { data: { value: 'a' } }, namespace: 'team-a/' });
  expect((await curl(emulator, 'GET', 'secret/data/app')).status).toBe(404);
  expect((await curl(emulator, 'GET', 'team-a/secret/data/app')).status).toBe(200);
  expect(emulator.journal).toMatchObject([{ seq: 1, namespace: 'team-a', path: 'team-a/secret/app', version: '1' }]);
});

test('policies and tokens decide', async () => {
  const emulator = await start();
  const token = emulator.tokens.create({ policy: [{ path: 'secret/data/*', capabilities: ['read'] }] });
  expect((await curl(emulator, 'GET', 'secret/data/app', { token })).status).toBe(404);
  expect((await curl(emulator, 'POST', 'secret/data/app', { token, body: { data: {} } })).status).toBe(403);
  expect((await curl(emulator, 'GET', 'auth/token/lookup-self', { token })).status).toBe(200);
  emulator.tokens.revoke(token);
  expect((await curl(emulator, 'GET', 'auth/token/lookup-self', { token })).status).toBe(403);
  expect((await curl(emulator, 'GET', 'sys/health', { token: '' })).status).toBe(200);
  emulator.seal(true);
  expect(await curl(emulator, 'GET', 'secret/data/app')).toEqual({
    status: 503,
    body: { errors: ['Vault is sealed'] },
  });
});

test('every step does what its name says, and the journal tells what was applied', async () => {
  const emulator = await start();
  await write(emulator, 'v1');
  const once = async (steps: Parameters<VaultEmulator['script']>[0]['steps'], ms = 200) => {
    emulator.script({ method: 'POST', steps, count: 1 });
    const { status } = await curl(emulator, 'POST', 'secret/data/app', { body: { data: { value: 'x' } }, ms }).catch(
      () => ({ status: 0 }),
    );
    await emulator.settled();
    return [status, emulator.journal.length];
  };
  expect(await once({ status: 418 })).toEqual([418, 1]);
  expect(await once('hang', 50)).toEqual([0, 1]);
  expect(await once('reset')).toEqual([0, 1]);
  expect(await once('refuse')).toEqual([200, 1]);
  expect(await once('apply-then-500')).toEqual([500, 2]);
  expect(await once('apply-then-reset')).toEqual([0, 3]);
  expect(await once('apply-then-hang', 50)).toEqual([0, 4]);
  expect(await once('hang-then-apply-late', 50)).toEqual([0, 5]);
  expect(await once({ delayMs: 5 })).toEqual([200, 6]);
  expect(emulator.journal.map(({ version }) => version)).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('a stale read answers from before the newest change', async () => {
  const emulator = await start();
  await write(emulator, 'old');
  await write(emulator, 'new');
  emulator.script({ method: 'GET', steps: 'stale-read', count: 1 });
  expect((await curl(emulator, 'GET', 'secret/data/app')).body).toMatchObject({ data: { data: { value: 'old' } } });
  expect((await curl(emulator, 'GET', 'secret/data/app')).body).toMatchObject({ data: { data: { value: 'new' } } });
});

test('scripts take their count, in their order, and can be removed', async () => {
  const emulator = await start();
  const status = async () => (await curl(emulator, 'GET', 'sys/health')).status;
  const rule = emulator.script({ path: /health$/, steps: [{ status: 501 }, 'ok', { status: 502 }] });
  expect([await status(), await status(), await status(), await status()]).toEqual([501, 200, 502, 502]);
  expect(rule.hits).toBe(4);
  rule.remove();
  expect(await status()).toBe(200);
});

test('a barrier holds requests before they act, or their answers', async () => {
  const emulator = await start();
  for (const [at, before] of [
    ['arrival', 0],
    ['answer', 2],
  ] as const) {
    const barrier = emulator.barrier({ when: ({ method }) => method === 'POST', at });
    const writes = [write(emulator, 'a'), write(emulator, 'b')];
    await barrier.waitFor(2);
    expect(emulator.journal.length % 2).toBe(0);
    expect(emulator.journal.length).toBe(at === 'arrival' ? 0 : 2 + before);
    barrier.release();
    expect((await Promise.all(writes)).map(({ status }) => status)).toEqual([200, 200]);
  }
});

test('it goes down and comes up on its port with what it had', async () => {
  const emulator = await start();
  await write(emulator, 'kept');
  await emulator.down();
  await expect(write(emulator, 'lost')).rejects.toThrow();
  await emulator.up();
  expect((await curl(emulator, 'GET', 'secret/data/app')).status).toBe(200);
});

test('the journal is in its file before the answer, without values', async () => {
  const journalFile = join(await mkdtemp(join(tmpdir(), 'emulator-')), 'journal.jsonl');
  const emulator = await start({ journalFile, keepRecords: false });
  await write(emulator, 'canary-3');
  const text = await readFile(journalFile, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ seq: 1, kind: 'write', path: 'secret/app', version: '1' });
  expect(text).not.toContain('canary-3');
  expect(emulator.requests).toEqual([]);
});
