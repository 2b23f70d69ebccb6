import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Beside, startBeside } from '../../support/beside.ts';
import { eventually, must, type Scene, startScene } from '../../support/scene.ts';
import { addProfile, existing, newSecret, opened, review, step } from '../approvals/support.ts';

let scene: Scene;
let second: Beside;
/** Dies when it has taken a single access. */
let dying: Beside;

beforeAll(async () => {
  scene = await startScene({ targets: 0, settings: { scanIntervalMs: 60_000 } });
  second = await startBeside(scene, { workers: false, scanIntervalMs: 60_000 });
  const failpoint = (name: string) => {
    if (name === 'read.after-claim') throw new Error('killed');
  };
  dying = await startBeside(scene, { workers: false, scanIntervalMs: 60_000, failpoint });
});
afterAll(async () => {
  await dying.close();
  await second.close();
  await scene.close();
});

const made = (more: Record<string, unknown> = {}) =>
  existing(scene.admin, scene.source.profileId, { payload: { value: 'v1' }, ...more });
const get = async (path: string) => must(await scene.admin('GET', path), 200);
const content = (id: string, version: number | string = 'latest') =>
  scene.admin('GET', `/v1/secrets/${id}/versions/${version}/content`);
/** Lets the time of a secret, or of a version of it, be over on the database clock. */
const expire = (id: string, version?: number) =>
  version === undefined
    ? scene.broker.db.query(`update secrets set expires_at = clock_timestamp() where id = $1::uuid`, [id])
    : scene.broker.db.query(
        `update secret_versions set expires_at = clock_timestamp() where secret_id = $1::uuid and version = $2`,
        [id, version],
      );
const scan = () => scene.broker.scanner.scan();
const LONG = { ttlSeconds: 3_600 };

test('how long a version lasts is said when it is made, counted from then, and can be changed', async () => {
  const id = await made({ versionLifetime: { ...LONG, action: 'destroy' } });
  const version = await get(`/v1/secrets/${id}/versions/1`);
  expect(version).toMatchObject({ onExpiry: 'destroy', singleAccess: false });
  const [row] = await scene.broker.db.query<{ seconds: number }>(
    `select extract(epoch from expires_at - created_at)::float8 as seconds from secret_versions where secret_id = $1::uuid`,
    [id],
  );
  expect(Math.round(row?.seconds ?? 0)).toBe(3_600);
  const edit = (body: unknown) => scene.admin('PATCH', `/v1/secrets/${id}/versions/1`, body);
  must(
    await edit({ lifetime: { expiresAt: '2999-01-01T00:00:00.000Z', action: 'disable' }, description: 'longer' }),
    200,
  );
  expect(await get(`/v1/secrets/${id}/versions/1`)).toMatchObject({
    expiresAt: '2999-01-01T00:00:00.000Z',
    onExpiry: 'disable',
    description: 'longer',
  });
  must(await edit({ lifetime: null }), 200);
  expect(await get(`/v1/secrets/${id}/versions/1`)).toMatchObject({
    expiresAt: null,
    onExpiry: null,
    description: 'longer',
  });
  const list = (await get(`/v1/secrets/${id}/versions`)).items;
  expect(list).toMatchObject([{ description: 'longer' }]);
  expect((await scene.admin('PATCH', `/v1/secrets/${id}/versions/2`, { description: 'x' })).status).toBe(404);
});

test.each([
  [{ expiresAt: '2001-01-01T00:00:00.000Z' }, '/versionLifetime/expiresAt'],
  [{ expiresAt: 'tomorrow' }, '/versionLifetime/expiresAt'],
  [{ ttlSeconds: 0 }, '/versionLifetime/ttlSeconds'],
  [{ ttlSeconds: 5, expiresAt: '2999-01-01T00:00:00.000Z' }, '/versionLifetime'],
  [{ action: 'delete', ttlSeconds: 5 }, '/versionLifetime/action'],
])('a lifetime that cannot be is refused where it is wrong: %j', async (versionLifetime, pointer) => {
  const answer = await scene.admin('POST', '/v1/secrets', newSecret(scene.source.profileId, { versionLifetime }));
  expect([answer.status, answer.json.errors]).toMatchObject([422, [{ pointer }]]);
});

test('a version whose time is over is read by nobody at once, and disabled by itself', async () => {
  const id = await made({ versionLifetime: LONG });
  must(await content(id), 200);
  await expire(id, 1);
  const refused = await content(id);
  expect([refused.status, refused.json.code]).toEqual([410, 'expired']);
  expect((await get(`/v1/secrets/${id}/versions/1`)).state).toBe('enabled');
  await scan();
  expect((await get(`/v1/secrets/${id}/versions/1`)).state).toBe('disabled');
  const { items } = await get(`/v1/change-requests?secretId=${id}&operation=disable_version`);
  expect(items).toMatchObject([{ state: 'applied', comment: 'Its time is over.' }]);
  await scan();
  expect((await get(`/v1/change-requests?secretId=${id}&operation=disable_version`)).items).toHaveLength(1);
});

test('one that is to be destroyed is disabled as long as it is the newest', async () => {
  const id = await made({ versionLifetime: { ...LONG, action: 'destroy' } });
  await expire(id, 1);
  await scan();
  expect((await get(`/v1/secrets/${id}/versions/1`)).state).toBe('disabled');
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v2' } }), 201);
  await scan();
  expect((await get(`/v1/secrets/${id}/versions/1`)).state).toBe('destroyed');
  must(await content(id), 200);
});

test('protection keeps a version from being destroyed, not from being over', async () => {
  const id = await made({ versionLifetime: { ...LONG, action: 'destroy' } });
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v2' } }), 201);
  must(await scene.admin('POST', `/v1/secrets/${id}/protect`), 200);
  await expire(id, 1);
  await scan();
  expect((await get(`/v1/secrets/${id}/versions/1`)).state).toBe('disabled');
  must(await scene.admin('POST', `/v1/secrets/${id}/unprotect`), 200);
  await scan();
  expect((await get(`/v1/secrets/${id}/versions/1`)).state).toBe('destroyed');
});

test('a secret whose time is over is disabled or deleted, and a protected one only disabled', async () => {
  const lasting = { ...LONG, action: 'delete' };
  const [off, gone, kept] = await Promise.all([
    made({ lifetime: LONG }),
    made({ lifetime: lasting }),
    made({ lifetime: lasting }),
  ]);
  must(await scene.admin('POST', `/v1/secrets/${kept}/protect`), 200);
  expect(await get(`/v1/secrets/${gone}`)).toMatchObject({ onExpiry: 'delete' });
  for (const id of [off, gone, kept]) await expire(id);
  expect((await content(off)).json.code).toBe('expired');
  await scan();
  expect(await get(`/v1/secrets/${off}`)).toMatchObject({ state: 'active', enabled: false });
  expect(await get(`/v1/secrets/${gone}`)).toMatchObject({ state: 'deleted' });
  expect(await get(`/v1/secrets/${kept}`)).toMatchObject({ state: 'active', enabled: false });
  must(await scene.admin('PATCH', `/v1/secrets/${off}`, { lifetime: null }), 200);
  must(await scene.admin('POST', `/v1/secrets/${off}/enable`), 200);
  must(await content(off), 200);
});

test('an end that reviewers agreed to needs nobody again; to extend it they are asked', async () => {
  const author = await scene.person('author', 'read_write');
  const reviewer = await scene.person('reviewer', 'approver');
  const profileId = await addProfile(scene, scene.source.vaultId, [step({ users: [reviewer.id] })]);
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profileId, { lifetime: LONG })));
  expect(must(await reviewer.api('GET', `/v1/change-requests/${change.id}`), 200).plan).toMatchObject({
    lifetime: LONG,
  });
  must(await review(reviewer.api, change), 200);
  must(await author.api('GET', `/v1/change-requests/${change.id}?wait=applied&timeout=15`), 200);
  const extension = opened(await author.api('PATCH', `/v1/secrets/${change.secretId}`, { lifetime: null }));
  await expire(change.secretId);
  await scan();
  expect(await get(`/v1/secrets/${change.secretId}`)).toMatchObject({ enabled: true, state: 'pending_approval' });
  expect((await content(change.secretId)).json.code).toBe('expired');
  must(await author.api('POST', `/v1/change-requests/${extension.id}/cancel`, {}), 200);
  await scan();
  expect(await get(`/v1/secrets/${change.secretId}`)).toMatchObject({ enabled: false, state: 'active' });
});

test('of fifty who come for a single access, over two processes, one gets it, and one read is recorded', async () => {
  const id = await made({ payload: { value: 'only-once' }, versionLifetime: { singleAccess: true } });
  const path = `/v1/secrets/${id}/versions/1/content`;
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 2 ? scene : second).admin('GET', path)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ text }) => text.includes('only-once'))).toHaveLength(1);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(new Set(refused.map(({ status, json }) => `${status} ${json.code}`))).toEqual(new Set(['410 expired']));
  const reads = await get(`/v1/audit-events?objectId=${id}&action=secret.read&limit=100`);
  expect(reads.items).toHaveLength(1);
  expect(await get(`/v1/secrets/${id}/versions/1`)).toMatchObject({ singleAccess: true, accessed: true });
  await scan();
  expect((await get(`/v1/secrets/${id}/versions/1`)).state).toBe('disabled');
  expect((await content(id, 'latest_enabled')).json).toMatchObject({ status: 410, code: 'expired' });
});

test('a single access is used up by any way of reading, once', async () => {
  const name = 'burned';
  const id = await made({ name, versionLifetime: { singleAccess: true } });
  const items = [1, 2, 3].map(() => ({ secretId: id }));
  const seen = must(await scene.admin('POST', '/v1/secrets/read', { items }), 200).items as { content: unknown }[];
  expect(seen.filter((item) => item.content !== null)).toHaveLength(1);
  const other = await made({ name: 'burned_too', versionLifetime: { singleAccess: true } });
  const template = '{{ .Secrets.burned_too }}{{ .Secrets.burned_too }}';
  const rendered = must(await scene.admin('POST', '/v1/render', { project: 'shop', template }), 200);
  expect(rendered.output).toBe('v1v1');
  expect((await content(other)).status).toBe(410);
});

test('whoever reads many may leave single accesses to whom they are meant for: neither taken nor recorded', async () => {
  const once = await made({ versionLifetime: { singleAccess: true } });
  const plain = await made();
  const leaving = { items: [{ secretId: once }, { secretId: plain }], leaveReadOnce: true };
  const left = [
    { content: null, error: { code: 'read_once', status: 409 } },
    { content: { version: 1 }, error: null },
  ];
  expect(must(await scene.admin('POST', '/v1/secrets/read', leaving), 200).items).toMatchObject(left);
  expect(await get(`/v1/secrets/${once}/versions/1`)).toMatchObject({ accessed: false });
  expect((await get(`/v1/audit-events?objectId=${once}&action=secret.read`)).items).toEqual([]);
  must(await content(once), 200);
  expect(must(await scene.admin('POST', '/v1/secrets/read', leaving), 200).items).toMatchObject(left);
});

test('whoever dies between taking a single access and handing it out has lost it; it is never given twice', async () => {
  const id = await made({ versionLifetime: { singleAccess: true } });
  expect((await dying.admin('GET', `/v1/secrets/${id}/versions/1/content`)).status).toBe(500);
  expect((await content(id)).json.code).toBe('expired');
  await scan();
  expect((await get(`/v1/secrets/${id}/versions/1`)).state).toBe('enabled');
  await scene.broker.db.query(
    `update secret_versions set accessed_at = accessed_at - interval '5 minutes' where secret_id = $1::uuid`,
    [id],
  );
  await scan();
  expect((await get(`/v1/secrets/${id}/versions/1`)).state).toBe('disabled');
});

test('a vault that does not answer uses no single access up', async () => {
  const id = await made({ versionLifetime: { singleAccess: true } });
  const failing = scene.source.vault.script({
    method: 'GET',
    path: '/data/',
    steps: { status: 403, body: { errors: [] } },
  });
  expect((await content(id)).status).toBe(502);
  failing.remove();
  const { items } = await get(`/v1/audit-events?objectId=${id}&limit=100`);
  expect((items as { action: string }[]).map(({ action }) => action)).toContain('secret.read_failed');
  await eventually(async () => (await content(id)).status === 200, 'the vault is asked again');
  expect((await content(id)).status).toBe(410);
});
