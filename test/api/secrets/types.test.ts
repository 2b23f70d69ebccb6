import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryCalls } from '../../support/entry-calls.ts';
import { must, type Scene, startScene } from '../../support/scene.ts';
import { P12_EC, UNICODE_PASSWORD } from '../../unit/secrets/payload/fixtures.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ targets: 0 });
});
afterAll(() => scene.close());

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown) => `${part({ alg: 'HS256' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`;
const pem = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const create = (name: string, type: string, payload?: unknown) => ({
  project: 'shop',
  name,
  type,
  sourceProfileId: scene.source.profileId,
  ...(payload === undefined ? {} : { payload }),
});

interface TypeCase {
  readonly good: () => Record<string, unknown>;
  readonly facts: Record<string, unknown>;
  /** A payload that is refused, and the field that is at fault. */
  readonly bad: Record<string, unknown>;
  readonly pointer: string;
}

const CANARY = 'canary-93f1c2';
const TYPES: Readonly<Record<string, TypeCase>> = {
  basic_auth: {
    good: () => ({ username: 'shop', password: 'hunter2' }),
    facts: {},
    bad: { username: CANARY },
    pointer: '/payload/password',
  },
  api_key: { good: () => ({ value: 'k-123' }), facts: {}, bad: { value: '' }, pointer: '/payload/value' },
  jwt_token: {
    good: () => ({ value: jwt({ sub: 'shop', exp: 4_102_444_800 }) }),
    facts: { algorithm: 'HS256', expiresAt: '2100-01-01T00:00:00.000Z' },
    bad: { value: `${CANARY}.x` },
    pointer: '/payload/value',
  },
  private_key: {
    good: () => ({ value: pem() }),
    facts: {},
    bad: { value: `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----` },
    pointer: '/payload/value',
  },
  secret_key: {
    good: () => ({ value: randomBytes(32).toString('base64'), algorithm: 'AES' }),
    facts: {},
    bad: { value: `${CANARY}!` },
    pointer: '/payload/value',
  },
  key_store: {
    good: () => ({ value: P12_EC, password: UNICODE_PASSWORD, format: 'pkcs12' }),
    facts: { format: 'pkcs12' },
    bad: { value: P12_EC, password: CANARY, format: 'pkcs12' },
    pointer: '/payload/password',
  },
  key_value: {
    good: () => ({ host: 'db.example', port: '5432' }),
    facts: {},
    bad: { 'a/b': CANARY },
    pointer: '/payload',
  },
  generic: {
    good: () => ({ value: { base64: randomBytes(40).toString('base64') } }),
    facts: {},
    bad: { value: 'x', other: CANARY },
    pointer: '/payload/other',
  },
};

test.each(Object.entries(TYPES))('%s is created, shown without its value, and read', async (type, { good, facts }) => {
  const payload = good();
  const name = type.replace('_', '-');
  const made = must(await scene.admin('POST', '/v1/secrets', create(name, type, payload)), 201);
  expect(made).toMatchObject({
    version: { version: 1, state: 'enabled', fieldNames: Object.keys(payload).sort(), facts },
  });
  const id = made.secretId as string;
  const shown = await scene.admin('GET', `/v1/secrets/${id}`);
  expect(must(shown, 200)).toMatchObject({ type, latestVersion: 1, state: 'active' });
  const version = await scene.admin('GET', `/v1/secrets/${id}/versions/latest`);
  for (const value of Object.values(payload)) {
    const text = typeof value === 'string' ? value : (value as { base64: string }).base64;
    if (text.length > 6) expect(shown.text + version.text + JSON.stringify(made)).not.toContain(text.slice(0, 40));
  }
  const content = await scene.admin('GET', `/v1/secrets/${id}/versions/1/content`);
  expect(must(content, 200)).toMatchObject({ type, version: 1, payload });
  expect(content.headers.get('cache-control')).toContain('no-store');
});

test.each(Object.entries(TYPES))(
  '%s refuses what it is not, naming the field and echoing nothing',
  async (type, { bad, pointer }) => {
    const before = entryCalls(scene.source.vault);
    const answer = await scene.admin('POST', '/v1/secrets', create(`bad-${type.replace('_', '-')}`, type, bad));
    expect(answer.status).toBe(422);
    const { fields, errors } = answer.json as { fields?: { pointer: string }[]; errors?: { pointer: string }[] };
    expect((fields ?? errors ?? []).map((field) => field.pointer)).toContain(pointer);
    expect(answer.text).not.toContain(CANARY);
    expect(entryCalls(scene.source.vault)).toBe(before);
  },
);

test('key sizes, algorithms and aliases are shown', async () => {
  const factsOf = async (name: string) => {
    const { id } = must(await scene.admin('GET', `/v1/projects/shop/secrets/${name}`), 200);
    return must(await scene.admin('GET', `/v1/secrets/${id}/versions/1`), 200).facts as Record<string, unknown>;
  };
  expect(JSON.stringify(await factsOf('private-key'))).toContain('2048');
  expect(JSON.stringify(await factsOf('secret-key'))).toContain('256');
  expect(Object.keys(await factsOf('key-store')).length).toBeGreaterThan(1);
});

test('the type holds for every later version, and nothing changes it', async () => {
  const { id } = must(await scene.admin('GET', '/v1/projects/shop/secrets/basic-auth'), 200);
  const wrong = await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'x' } });
  expect(wrong.status).toBe(422);
  expect((await scene.admin('PATCH', `/v1/secrets/${id}`, { type: 'generic' })).status).toBe(422);
});

test('a secret can begin as an empty container', async () => {
  const made = must(await scene.admin('POST', '/v1/secrets', create('container', 'generic')), 201);
  expect(made.version).toBeNull();
  const id = made.secretId as string;
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200)).toMatchObject({ latestVersion: null });
  expect((await scene.admin('GET', `/v1/secrets/${id}/versions/latest`)).status).toBe(404);
  const write = { payload: { value: 'first' }, expectedVersion: 0 };
  expect(must(await scene.admin('POST', `/v1/secrets/${id}/versions`, write), 201)).toMatchObject({
    version: { version: 1 },
  });
});

test('names are one canonical form or refused', async () => {
  for (const name of [
    '../x',
    'a/b',
    'a%2eb',
    'dot.',
    ' space',
    'x'.repeat(300),
    'a\u0000b',
    'e\u0301',
    '*',
    '',
    '9lives',
    '.hidden',
  ]) {
    expect([name, (await scene.admin('POST', '/v1/secrets', create(name, 'api_key', { value: 'v' }))).status]).toEqual([
      name,
      422,
    ]);
  }
  for (const path of ['../up', '/abs', 'a//b', 'a/', 'a/../b', '%2e%2e']) {
    const body = { ...create('fine', 'api_key', { value: 'v' }), path };
    expect([path, (await scene.admin('POST', '/v1/secrets', body)).status]).toEqual([path, 422]);
  }
  expect(scene.source.vault.journal.every((entry) => entry.path.startsWith('secret/default/shop/'))).toBe(true);
});

test('a name is taken once per folder, and free again when its secret is destroyed', async () => {
  const first = must(await scene.admin('POST', '/v1/secrets', create('taken', 'api_key', { value: 'v' })), 201);
  const second = await scene.admin('POST', '/v1/secrets', create('taken', 'api_key', { value: 'v' }));
  expect([second.status, second.json.code]).toEqual([409, 'already_exists']);
  const elsewhere = { ...create('taken', 'api_key', { value: 'v' }), path: 'team/a' };
  must(await scene.admin('POST', '/v1/secrets', elsewhere), 201);
  must(await scene.admin('POST', `/v1/secrets/${first.secretId}/destroy`), 200);
  must(await scene.admin('POST', '/v1/secrets', create('taken', 'api_key', { value: 'v' })), 201);
});
