import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { AdapterModule, Capabilities, VaultAdapter } from '../../../adapters/adapter.ts';
import { guardAdapter } from '../../../adapters/lib/guard-adapter.ts';
import { createMemoryAdapter, MEMORY_CAPABILITIES } from '../../../adapters/memory/adapter.ts';
import { memoryStore } from '../../../adapters/memory/memory-store.ts';
import { SecretValue } from '../../../adapters/secret-value.ts';
import { VaultError } from '../../../adapters/vault-error.ts';
import { createKeyring } from '../../../src/crypto/keyring.ts';
import { connectDb, type Db } from '../../../src/db.ts';
import { newId } from '../../../src/ports.ts';
import { createEgress } from '../../../src/vaults/egress.ts';
import type { VaultCall } from '../../../src/vaults/portable-vault.ts';
import type { VaultPool, VaultRef } from '../../../src/vaults/vault.ts';
import { sealCredentials } from '../../../src/vaults/vault-credentials.ts';
import { createVaultPool, type VaultPoolParts } from '../../../src/vaults/vault-pool.ts';
import { loopbackAllowed } from '../../support/adapter-ports.ts';
import { eventually } from '../../support/answers.ts';
import { createTestDatabase, type TestDatabase } from '../../support/template-db.ts';

const DEADLINE_MS = 250;
const organizationId = newId();
const keyring = createKeyring([{ id: 'k1', bytes: randomBytes(32) }]);
const fields = new Map([['value', SecretValue.fromText('v')]]);
let database: TestDatabase;
let db: Db;
let pool: VaultPool;
let ref: VaultRef;
let calls: VaultCall[];
/** Every adapter that was opened, in order, with the settings it got. */
let opened: { settings: unknown; attributes: unknown; closed: boolean }[];
/** Replaces operations of adapters to come; each test starts without. */
let overrides: Partial<VaultAdapter>;
let openFailure: Error | undefined;

/** The memory vault, with operations of the test's own and credentials like a real one. */
const module: AdapterModule = {
  kind: 'memory',
  title: 'Scripted',
  settings: z.strictObject({ address: z.string(), token: z.string() }),
  sensitive: ['token'],
  attributes: z.strictObject({ mount: z.string().default('m') }),
  locate: (_attributes, path) => path,
  misfit: () => undefined,
  capabilities: MEMORY_CAPABILITIES,
  place: () => 'memory',
  async open(settings, attributes, ports) {
    if (openFailure) throw openFailure;
    await delay(5);
    const entry = { settings, attributes, closed: false };
    opened.push(entry);
    const inner = createMemoryAdapter(memoryStore(ports.vaultId));
    const close = async () => {
      entry.closed = true;
    };
    return guardAdapter({ ...inner, ...overrides, close });
  },
};

beforeAll(async () => {
  database = await createTestDatabase();
  db = connectDb({ url: database.url, poolSize: 5 });
  await db.query(`insert into organizations (id, slug, name) values ($1::uuid, 'acme', 'Acme')`, [organizationId]);
});
beforeEach(async () => {
  calls = [];
  opened = [];
  overrides = {};
  openFailure = undefined;
  ref = {
    vaultId: newId(),
    vaultRevision: 1,
    profileId: newId(),
    attributes: {},
    concurrency: 4,
    ratePerSecond: null,
  };
  const sealed = sealCredentials(keyring, { organizationId, vaultId: ref.vaultId, revision: 1 }, { token: 'token 1' });
  await db.query(
    `insert into vaults (id, organization_id, name, kind, settings, sealed_credentials)
     values ($1::uuid, $2::uuid, $3, 'memory', '{"address":"one"}', $4)`,
    [ref.vaultId, organizationId, ref.vaultId, sealed],
  );
  pool = openPool();
});
afterEach(() => pool.close());
afterAll(async () => {
  await db.close();
  await database.drop();
});

function openPool(more: Pick<VaultPoolParts, 'forgetEveryMs'> = {}): VaultPool {
  return createVaultPool({
    db,
    keyring,
    egress: createEgress(loopbackAllowed),
    allowAmbient: false,
    timeoutMs: DEADLINE_MS,
    onCall: (call) => calls.push(call),
    loadModule: async () => module,
    ...more,
  });
}

/** As an edit of the vault's settings does it. */
async function renew(revision: number, settings: object = { address: 'two' }): Promise<VaultRef> {
  const sealed = sealCredentials(
    keyring,
    { organizationId, vaultId: ref.vaultId, revision },
    { token: `token ${revision}` },
  );
  await db.query('update vaults set revision = $2, settings = $3::jsonb, sealed_credentials = $4 where id = $1::uuid', [
    ref.vaultId,
    revision,
    JSON.stringify(settings),
    sealed,
  ]);
  return { ...ref, vaultRevision: revision };
}

async function failure(work: Promise<unknown>): Promise<VaultError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(VaultError);
  return outcome as VaultError;
}

const hang = () => new Promise<never>(() => {});

test('writes and reads through one adapter, opened once for parallel callers, with its credentials', async () => {
  const vaults = await Promise.all(Array.from({ length: 10 }, () => pool.open(ref)));
  expect(opened).toEqual([
    { settings: { address: 'one', token: 'token 1' }, attributes: { mount: 'm' }, closed: false },
  ]);
  const head = await vaults[0]?.write('a/b', fields, { operationId: 'op-1', ifVersion: 'absent', labels: { k: 'v' } });
  expect(head).toEqual({ path: 'a/b', version: '1', labels: { k: 'v' } });
  expect((await vaults[1]?.read('a/b'))?.fields.get('value')?.revealText()).toBe('v');
  const listed: string[] = [];
  for await (const path of vaults[2]?.list('a') ?? []) listed.push(path);
  expect(listed).toEqual(['a/b']);
  expect(calls.map(({ kind, operation, code }) => [kind, operation, code])).toEqual([
    ['memory', 'write', 'ok'],
    ['memory', 'read', 'ok'],
    ['memory', 'list', 'ok'],
  ]);
  expect(calls.every(({ ms }) => ms >= 0 && ms < DEADLINE_MS)).toBe(true);
});

test('a new revision opens anew and closes the old adapter once its calls are done', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  overrides = { check: () => held.then(() => []) };
  const old = await pool.open(ref);
  const call = old.check();
  const fresh = await pool.open(await renew(2));
  expect(opened.map(({ closed }) => closed)).toEqual([false, false]);
  expect(opened[1]?.settings).toEqual({ address: 'two', token: 'token 2' });
  release?.();
  await call;
  await delay(1);
  expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
  expect((await failure(old.head('a'))).code).toBe('closed');
  expect((await failure(fresh.head('a'))).code).toBe('not_found');
});

test('each use of a vault has an adapter of its own, shared by its profiles, and closed when nobody is left', async () => {
  const other = { ...ref, profileId: newId() };
  const use = (mount: string) => ({ attributes: { mount } });
  await pool.open({ ...ref, ...use('one') });
  await pool.open({ ...other, ...use('one') });
  await pool.open({ ...ref, ...use('two') });
  const summary = () => opened.map(({ attributes, closed }) => [attributes, closed]);
  expect(summary()).toEqual([
    [{ mount: 'one' }, false],
    [{ mount: 'two' }, false],
  ]);
  await pool.open({ ...other, ...use('two') });
  await delay(1);
  expect(summary()).toEqual([
    [{ mount: 'one' }, true],
    [{ mount: 'two' }, false],
  ]);
  expect((await failure(pool.open({ ...ref, attributes: { unknown: 1 } }))).code).toBe('invalid_argument');
});

test('of a profile that is gone nothing is kept', async () => {
  const kept = { ...ref, profileId: newId(), attributes: { mount: 'kept' } };
  await db.query(
    `insert into vault_profiles (id, organization_id, vault_id, name, naming, place)
     values ($1::uuid, $2::uuid, $3::uuid, $1, '{name}', $1)`,
    [kept.profileId, organizationId, ref.vaultId],
  );
  await pool.close();
  pool = openPool({ forgetEveryMs: 20 });
  await pool.open(kept);
  await pool.open(ref);
  await pool.open({ ...ref, profileId: `check ${ref.vaultId}` });
  await eventually(async () => opened[1]?.closed, 'the vault of nobody is closed');
  expect(opened.map(({ attributes, closed }) => [attributes, closed])).toEqual([
    [{ mount: 'kept' }, false],
    [{ mount: 'm' }, true],
  ]);
  expect([...pool.breakers().keys()]).toEqual([kept.profileId]);
  await pool.open(ref);
  expect(opened).toHaveLength(3);
});

test('a breaker opens for one profile and closes with a new revision of its vault', async () => {
  overrides = { head: () => Promise.reject(new VaultError('unauthenticated', 'head')) };
  const vault = await pool.open(ref);
  for (let i = 0; i < 5; i++) expect((await failure(vault.head('a'))).code).toBe('unauthenticated');
  expect(await failure(vault.head('a'))).toMatchObject({ code: 'unavailable', name: 'VaultError' });
  expect(calls).toHaveLength(5);
  expect(pool.breakers().get(ref.profileId)).toBe('open');
  const free = await pool.open({ ...ref, profileId: newId() });
  expect((await failure(free.head('a'))).code).toBe('unauthenticated');
  const mended = await pool.open(await renew(2));
  expect(pool.breakers().get(ref.profileId)).toBe('closed');
  expect((await failure(mended.head('a'))).code).toBe('unauthenticated');
});

test('whoever still names an older revision gets the newest adapter', async () => {
  await pool.open(await renew(3));
  await pool.open(ref);
  expect(opened).toHaveLength(1);
});

test('a failed open is not remembered and says nothing of its cause', async () => {
  openFailure = new Error('connect failed for token 1');
  const error = await failure(pool.open(ref));
  expect([error.code, error.message]).toEqual(['unknown', 'open: unknown']);
  openFailure = undefined;
  await (await pool.open(ref)).check();
});

test('settings that do not suit, credentials of another revision and an unknown vault do not open', async () => {
  const other = await renew(2, { address: 'two', more: 1 });
  expect((await failure(pool.open(other))).code).toBe('invalid_argument');
  await db.query('update vaults set revision = 5 where id = $1::uuid', [ref.vaultId]);
  expect((await failure(pool.open({ ...ref, vaultRevision: 5 }))).code).toBe('unknown');
  expect((await failure(pool.open({ ...ref, vaultId: newId() }))).code).toBe('invalid_argument');
});

test('calls of one profile wait for their turn, and waiting is not part of the deadline', async () => {
  let running = 0;
  let most = 0;
  overrides = {
    async check() {
      most = Math.max(most, ++running);
      await delay(80);
      running--;
      return [];
    },
  };
  const vault = await pool.open({ ...ref, concurrency: 2 });
  await Promise.all(Array.from({ length: 8 }, () => vault.check()));
  expect(most).toBe(2);
  expect(calls.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 'ok'));
  expect(Math.max(...calls.map(({ ms }) => ms))).toBeLessThan(DEADLINE_MS);
});

test('another profile on the same vault does not wait', async () => {
  overrides = { check: hang };
  const busy = await pool.open({ ...ref, concurrency: 1 });
  const stuck = [failure(busy.check()), failure(busy.check())];
  const free = await pool.open({ ...ref, profileId: newId(), concurrency: 1 });
  expect((await failure(free.head('a'))).code).toBe('not_found');
  expect((await Promise.all(stuck)).map((error) => error.code)).toEqual(['timeout', 'timeout']);
});

test('the deadline ends a silent call; a write may have been applied, a read not', async () => {
  overrides = { write: hang, head: hang, remove: hang };
  const vault = await pool.open(ref);
  const startedAt = performance.now();
  const failures = await Promise.all([
    failure(vault.write('a', fields, { operationId: 'op' })),
    failure(vault.remove('a', { mode: 'permanent' })),
    failure(vault.head('a')),
  ]);
  // Well before the usual deadline of ten seconds, on any machine.
  expect(performance.now() - startedAt).toBeLessThan(8_000);
  expect(failures.map(({ code, maybeApplied }) => [code, maybeApplied])).toEqual([
    ['timeout', true],
    ['timeout', true],
    ['timeout', false],
  ]);
});

test('a step of a listing that hangs ends with timeout', async () => {
  overrides = {
    async *list() {
      yield 'a';
      await hang();
    },
  };
  const vault = await pool.open({ ...ref, concurrency: 1 });
  const seen: string[] = [];
  const listing = (async () => {
    // Longer than the deadline in all, and reading meanwhile although only one call may run.
    for await (const path of vault.list('')) {
      seen.push(path);
      await delay(DEADLINE_MS + 50);
      await vault.check();
    }
  })();
  expect((await failure(listing)).code).toBe('timeout');
  expect(seen).toEqual(['a']);
  await vault.check();
});

test('whatever is no VaultError becomes unknown, without its message', async () => {
  const leak = () => Promise.reject(new Error('canary-value in a vendor text'));
  overrides = { write: leak, read: leak };
  const vault = await pool.open(ref);
  const write = await failure(vault.write('a', fields, { operationId: 'op' }));
  const read = await failure(vault.read('a'));
  expect([write.code, write.maybeApplied, read.code, read.maybeApplied]).toEqual(['unknown', true, 'unknown', false]);
  for (const error of [write, read]) {
    expect(error.cause).toBeUndefined();
    expect(`${error.stack}`).not.toContain('canary-value');
  }
  expect(calls.map(({ code }) => code)).toEqual(['unknown', 'unknown']);
});

test('what the capabilities do not offer is refused before anything is sent', async () => {
  const poor: Capabilities = {
    ...MEMORY_CAPABILITIES,
    versions: false,
    destroyVersions: false,
    compareAndSet: false,
    labels: false,
    softDelete: false,
  };
  const reached = async () => {
    throw new Error('was called');
  };
  overrides = { capabilities: poor, read: reached, write: reached, remove: reached, label: reached };
  const vault = await pool.open(ref);
  const refusals = await Promise.all([
    failure(vault.read('a', { version: '1' })),
    failure(vault.write('a', fields, { operationId: 'op', ifVersion: '1' })),
    failure(vault.write('a', fields, { operationId: 'op', labels: {} })),
    failure(vault.remove('a', { mode: 'recoverable' })),
    failure(vault.remove('a', { mode: 'permanent', ifVersion: '1' })),
    failure(vault.label('a', {})),
    failure(vault.recover('a')),
    failure(vault.destroyVersion('a', '1')),
  ]);
  expect(refusals.map(({ code, maybeApplied }) => [code, maybeApplied])).toEqual(
    refusals.map(() => ['unsupported', false]),
  );
  overrides = { capabilities: { ...MEMORY_CAPABILITIES, access: 'read' } };
  const readOnly = await pool.open(await renew(2));
  expect((await failure(readOnly.write('a', fields, { operationId: 'op' }))).code).toBe('unsupported');
  expect(calls).toEqual([]);
});

test('paths outside the grammar are refused', async () => {
  const vault = await pool.open(ref);
  for (const path of ['', '/a', 'a/../b', 'a//b', 'a b', '%2e%2e']) {
    const errors = await Promise.all([
      failure(vault.head(path)),
      failure(vault.read(path)),
      failure(vault.write(path, fields, { operationId: 'op' })),
      failure(vault.remove(path, { mode: 'permanent' })),
    ]);
    expect(errors.map(({ code, maybeApplied }) => [code, maybeApplied])).toEqual(
      errors.map(() => ['invalid_argument', false]),
    );
  }
});

test('close ends running calls, waiting ones and everything later with closed', async () => {
  overrides = { check: hang };
  const vault = await pool.open({ ...ref, concurrency: 1 });
  const running = [failure(vault.check()), failure(vault.check())];
  await pool.close();
  expect((await Promise.all(running)).map(({ code }) => code)).toEqual(['closed', 'closed']);
  expect((await failure(vault.head('a'))).code).toBe('closed');
  expect((await failure(pool.open(ref))).code).toBe('closed');
  expect(opened.map(({ closed }) => closed)).toEqual([true]);
});
