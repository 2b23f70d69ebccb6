import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../../support/answers.ts';
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts';

/* What a vault cannot hold is refused when a secret, a target, a version or a profile is saved. No vault here can be reached. */

let broker: TestBroker;
let source: string;
/** Vaults where nobody listens: nothing could be written to them. */
const vaults: Record<string, string> = {};
let count = 0;

beforeAll(async () => {
  broker = await startTestBroker();
  must(await broker.admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
  const nowhere = 'https://127.0.0.1:9';
  const keys = { authMethod: 'keys', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) };
  const kinds = {
    builtin: {},
    kubernetes: { address: nowhere, authMethod: 'token', token: 'nobody' },
    'aws-secrets-manager': { region: 'eu-central-1', endpoint: nowhere, ...keys },
  };
  for (const [kind, settings] of Object.entries(kinds)) {
    vaults[kind] = must(await broker.admin('POST', '/v1/vaults', { name: kind, kind, settings }), 201).id as string;
  }
  source = await profile('builtin');
});
afterAll(() => broker.close());

async function profile(kind: string, attributes: object = {}): Promise<string> {
  const body = {
    name: `profile ${count++}`,
    vaultId: vaults[kind],
    attributes,
    naming: `n${count}/{project}/{path}/{name}`,
  };
  return must(await broker.admin('POST', '/v1/vault-profiles', body), 201).id as string;
}

const BASIC = { type: 'basic_auth', payload: { username: 'u', password: 'p' } };

function create(name: string, secret: object, targets: readonly string[] = []) {
  const body = { project: 'shop', name, sourceProfileId: source, targets: targets.map((profileId) => ({ profileId })) };
  return broker.admin('POST', '/v1/secrets', { ...body, ...secret });
}

async function made(name: string, secret: object, targets: readonly string[] = []): Promise<string> {
  return must(await create(name, secret, targets), 201).secretId as string;
}

const changes = async () => must(await broker.admin('GET', '/v1/change-requests?limit=200'), 200).items as unknown[];

test.each([
  ['kubernetes', { projection: 'tls' }, 'the data keys tls.crt and tls.key, because the projection is tls'],
  ['kubernetes', { projection: 'dockerconfigjson' }, 'the data keys .dockerconfigjson'],
  ['kubernetes', { encoding: 'plain' }, 'only the field value'],
  ['kubernetes', { layout: 'shared', secretName: 's', encoding: 'plain' }, 'only the field value'],
  ['aws-secrets-manager', { encoding: 'plain' }, 'only the field value'],
])('fields that %s cannot hold with %j are refused at once', async (kind, attributes, expected) => {
  const target = await profile(kind, attributes);
  const before = await changes();
  const name = `refused-${count}`;
  const refused = await create(name, BASIC, [target]);
  expect([refused.status, refused.json.code]).toEqual([422, 'invalid_input']);
  expect(refused.json.errors).toEqual([{ pointer: '/payload', expected: expect.stringContaining(expected) }]);
  expect((await broker.admin('GET', `/v1/projects/shop/secrets/${name}`)).status).toBe(404);
  expect(await changes()).toEqual(before);

  const id = await made(`later-${count}`, BASIC);
  const added = await broker.admin('POST', `/v1/secrets/${id}/targets`, { profileId: target });
  expect([added.status, added.json.code]).toEqual([422, 'invalid_input']);
  expect(added.json.errors).toEqual([{ pointer: '/profileId', expected: expect.stringContaining(expected) }]);
  const moved = await broker.admin('POST', `/v1/secrets/${id}/source-profile`, {
    profileId: target,
    oldSource: 'drop',
  });
  expect([moved.status, moved.json.code]).toEqual([422, 'invalid_input']);
  expect(must(await broker.admin('GET', `/v1/secrets/${id}/targets`), 200).items).toEqual([]);
});

test.each([
  [{ projection: 'basic-auth' }, BASIC],
  [{ projection: 'tls' }, { type: 'key_value', payload: { 'tls.crt': 'c', 'tls.key': 'k', more: '' } }],
  [{ encoding: 'json', dataKey: 'all' }, BASIC],
  [{ encoding: 'plain' }, { type: 'generic', payload: { value: 'x' } }],
])('fields that kubernetes can hold with %j are taken', async (attributes, secret) => {
  await made(`taken-${count}`, secret, [await profile('kubernetes', attributes)]);
});

test('more bytes than a target holds are refused when either is saved', async () => {
  const target = await profile('aws-secrets-manager');
  const large = { type: 'generic', payload: { value: 'x'.repeat(50_000) } };
  const refused = await create('too-large', large, [target]);
  expect([refused.status, refused.json.code, refused.json.limit]).toEqual([413, 'payload_too_large', 48_000]);
  const id = await made('large', large);
  const added = await broker.admin('POST', `/v1/secrets/${id}/targets`, { profileId: target });
  expect([added.status, added.json.code, added.json.limit]).toEqual([413, 'payload_too_large', 48_000]);
});

test('with many fields a blob has room for fewer bytes, and that is known', async () => {
  const target = await profile('aws-secrets-manager');
  const fields = (bytes: number) =>
    Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${100 + index}`, 'x'.repeat(bytes)]));
  const refused = await create('many', { type: 'key_value', payload: fields(235) }, [target]);
  expect([refused.status, refused.json.code]).toEqual([413, 'payload_too_large']);
  expect(refused.json.limit).toBeLessThan(48_000);
  await made('many', { type: 'key_value', payload: fields(200) }, [target]);
});

test('a new version that a target could not hold is refused', async () => {
  const target = await profile('aws-secrets-manager', { encoding: 'plain' });
  const id = await made('grows', { type: 'key_value', payload: { value: 'x' } }, [target]);
  const path = `/v1/secrets/${id}/versions`;
  for (const payload of [{ value: 'x', more: 'y' }, { other: 'x' }, { value: '' }]) {
    const refused = await broker.admin('POST', path, { payload });
    expect([refused.status, refused.json.code]).toEqual([422, 'invalid_input']);
  }
  expect(must(await broker.admin('GET', path), 200).items).toHaveLength(1);
});

test('attributes with which the vault could not hold what is there are refused', async () => {
  const target = await profile('kubernetes');
  await made('held', BASIC, [target]);
  const path = `/v1/vault-profiles/${target}`;
  const before = must(await broker.admin('GET', path), 200);
  for (const attributes of [{ encoding: 'plain' }, { projection: 'tls' }]) {
    const refused = await broker.admin('PATCH', path, { attributes });
    expect([refused.status, refused.json.code]).toEqual([422, 'invalid_input']);
    expect(refused.json.errors).toEqual([{ pointer: '/attributes', expected: expect.stringContaining('can hold') }]);
  }
  expect(must(await broker.admin('GET', path), 200)).toMatchObject({
    attributes: before.attributes as object,
    revision: before.revision as number,
  });
  must(await broker.admin('PATCH', path, { attributes: { projection: 'basic-auth' } }), 200);
});
