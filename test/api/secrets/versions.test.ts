import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { entryAt } from '../../support/vault-entries.ts';

let scene: Scene;
let writer: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ targets: 0 });
  writer = await scene.person('writer', 'read_write');
});
afterAll(() => scene.close());

/** An api_key with the versions "v1" to "v<count>". */
async function made(name: string, count = 1): Promise<string> {
  const body = {
    project: 'shop',
    name,
    type: 'api_key',
    sourceProfileId: scene.source.profileId,
    payload: { value: 'v1' },
  };
  const id = must(await scene.admin('POST', '/v1/secrets', body), 201).secretId as string;
  for (let version = 2; version <= count; version++) {
    must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: `v${version}` } }), 201);
  }
  return id;
}
const get = (path: string) => scene.admin('GET', path);
const post = (path: string, body?: unknown) => scene.admin('POST', path, body);

test('versions are listed newest first, over pages', async () => {
  const id = await made('listed', 5);
  const seen: number[] = [];
  let cursor = '';
  do {
    const page = must(await get(`/v1/secrets/${id}/versions?limit=2${cursor}`), 200) as {
      items: { version: number; vaultVersion: string }[];
      nextCursor: string | null;
    };
    seen.push(...page.items.map((item) => item.version));
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  expect(seen).toEqual([5, 4, 3, 2, 1]);
});

test('a version says who made it, through which profile, and what the vault calls it', async () => {
  const id = await made('described');
  const write = { payload: { value: 'v2' }, versionDescription: 'rotated', comment: 'as every month' };
  const answer = must(await writer.api('POST', `/v1/secrets/${id}/versions`, write), 201);
  expect(answer.version).toMatchObject({
    version: 2,
    description: 'rotated',
    vaultProfileId: scene.source.profileId,
    vaultVersion: '2',
    createdBy: { id: writer.id },
  });
  expect(answer.changeRequest).toMatchObject({ comment: 'as every month', state: 'applied', resultVersion: 2 });
});

test('selectors: a number, latest, latest_enabled; the answer names the one it came out at', async () => {
  const id = await made('selected', 3);
  must(await post(`/v1/secrets/${id}/versions/3/disable`), 200);
  const versionAt = async (selector: string) => (await get(`/v1/secrets/${id}/versions/${selector}`)).json.version;
  expect(await Promise.all(['2', 'latest', 'latest_enabled'].map(versionAt))).toEqual([2, 3, 2]);
  expect((await get(`/v1/secrets/${id}/versions/latest_enabled/content`)).json).toMatchObject({
    version: 2,
    payload: { value: 'v2' },
  });
  const latest = await get(`/v1/secrets/${id}/versions/latest/content`);
  expect([latest.status, latest.json.code]).toEqual([409, 'version_disabled']);
  expect(must(await get(`/v1/secrets/${id}`), 200)).toMatchObject({ latestVersion: 3, latestEnabledVersion: 2 });
  must(await post(`/v1/secrets/${id}/versions/3/enable`), 200);
  expect(await versionAt('latest_enabled')).toBe(3);
  for (const selector of ['0', '-1', '1.5', 'newest', '01', '9999999999']) {
    expect([selector, (await get(`/v1/secrets/${id}/versions/${selector}`)).status]).toEqual([selector, 422]);
  }
  expect((await get(`/v1/secrets/${id}/versions/4`)).status).toBe(404);
});

test('an older version is destroyed for good; the newest goes with its secret only', async () => {
  const id = await made('destroying', 3);
  const { sourcePath } = must(await get(`/v1/secrets/${id}`), 200) as { sourcePath: string };
  must(await scene.admin('DELETE', `/v1/secrets/${id}/versions/2`), 200);
  expect(await entryAt(scene.source.vault, sourcePath, 2)).toBeUndefined();
  expect(must(await get(`/v1/secrets/${id}/versions/2`), 200).state).toBe('destroyed');
  const gone = await get(`/v1/secrets/${id}/versions/2/content`);
  expect([gone.status, gone.json.code]).toEqual([409, 'version_content_unavailable']);
  for (const [method, path] of [
    ['POST', 'versions/2/enable'],
    ['POST', 'versions/2/disable'],
    ['DELETE', 'versions/2'],
    ['DELETE', 'versions/3'],
  ] as const) {
    const answer = await scene.admin(method, `/v1/secrets/${id}/${path}`);
    expect([path, answer.status, answer.json.code]).toEqual([path, 409, 'invalid_transition']);
  }
  expect((await post(`/v1/secrets/${id}/rollback`, { version: 2 })).json.code).toBe('version_content_unavailable');
  expect((await get(`/v1/secrets/${id}/versions/1/content`)).json).toMatchObject({ payload: { value: 'v1' } });
  expect((await scene.admin('DELETE', `/v1/secrets/${id}/versions/7`)).status).toBe(404);
  must(await post(`/v1/secrets/${id}/versions`, { payload: { value: 'v4' } }), 201);
  expect(must(await get(`/v1/secrets/${id}/versions/latest`), 200).version).toBe(4);
});

test('protection holds for the secret and its versions until it is taken away', async () => {
  const id = await made('protected', 2);
  must(await post(`/v1/secrets/${id}/protect`), 200);
  for (const [method, path] of [
    ['DELETE', ''],
    ['POST', '/destroy'],
    ['DELETE', '/versions/1'],
  ] as const) {
    const answer = await scene.admin(method, `/v1/secrets/${id}${path}`);
    expect([path, answer.status, answer.json.code]).toEqual([path, 412, 'protected']);
  }
  must(await post(`/v1/secrets/${id}/versions`, { payload: { value: 'v3' } }), 201);
  must(await post(`/v1/secrets/${id}/unprotect`), 200);
  must(await scene.admin('DELETE', `/v1/secrets/${id}/versions/1`), 200);
  must(await scene.admin('DELETE', `/v1/secrets/${id}`), 200);
});

test('a disabled secret is neither read nor written until it is enabled', async () => {
  const id = await made('switched-off', 2);
  must(await post(`/v1/secrets/${id}/disable`), 200);
  for (const answer of [
    await get(`/v1/secrets/${id}/versions/latest/content`),
    await post(`/v1/secrets/${id}/versions`, { payload: { value: 'x' } }),
    await post(`/v1/secrets/${id}/rollback`, { version: 1 }),
  ]) {
    expect([answer.status, answer.json.code]).toEqual([409, 'secret_disabled']);
  }
  expect(must(await get(`/v1/secrets/${id}`), 200).enabled).toBe(false);
  must(await post(`/v1/secrets/${id}/enable`), 200);
  must(await get(`/v1/secrets/${id}/versions/latest/content`), 200);
});

test('every mutation can be bound to the version it was based on', async () => {
  const id = await made('bound', 2);
  for (const [method, path, body] of [
    ['POST', '/versions', { payload: { value: 'x' } }],
    ['POST', '/rollback', { version: 1 }],
    ['PATCH', '', { description: 'x' }],
    ['DELETE', '', {}],
    ['POST', '/destroy', {}],
    ['POST', '/protect', {}],
    ['POST', '/disable', {}],
    ['POST', '/versions/1/disable', {}],
    ['DELETE', '/versions/1', {}],
  ] as const) {
    const answer = await scene.admin(method, `/v1/secrets/${id}${path}`, { ...body, expectedVersion: 1 });
    expect([path, answer.status, answer.json.code, answer.json.currentVersion]).toEqual([
      path,
      409,
      'version_conflict',
      2,
    ]);
  }
});

test('equal content makes no version and says so only to those who may read the value', async () => {
  const id = await made('equal');
  const equal = { payload: { value: 'v1' } };
  expect(must(await post(`/v1/secrets/${id}/versions`, equal), 200)).toMatchObject({
    unchanged: true,
    version: { version: 1 },
  });
  const blind = await blindWriter();
  const answer = must(await blind('POST', `/v1/secrets/${id}/versions`, equal), 201);
  expect(answer).toMatchObject({ unchanged: false, version: { version: 2, fingerprint: null } });
  expect((await blind('GET', `/v1/secrets/${id}/versions/latest/content`)).status).toBe(403);
});

/** Somebody who may write and not read values, if there is such a role. */
async function blindWriter() {
  const roles = must(await get('/v1/roles'), 200).items as { role?: string; name?: string; rights: string[] }[];
  const role = roles.find(({ rights }) => rights.includes('secret.edit') && !rights.includes('secret.read_value'));
  if (role === undefined) throw new Error('no role may write without reading');
  return (await scene.person('blind', (role.role ?? role.name) as string)).api;
}

test('metadata changes without a version; what is not named stays', async () => {
  const id = await made('edited');
  must(
    await scene.admin('PATCH', `/v1/secrets/${id}`, { description: 'one', tags: ['a'], attributes: { team: 'x' } }),
    200,
  );
  must(await scene.admin('PATCH', `/v1/secrets/${id}`, { tags: ['b', 'c'] }), 200);
  expect(must(await get(`/v1/secrets/${id}`), 200)).toMatchObject({
    description: 'one',
    tags: ['b', 'c'],
    attributes: { team: 'x' },
    latestVersion: 1,
  });
});
