import { afterAll, beforeAll, expect, test } from 'vitest';
import { Keyferry, KeyferryError } from '../../src/client/keyferry.ts';
import { type Scene, startScene } from '../support/scene.ts';

/* The client library against a whole broker. */

let scene: Scene;
let kf: Keyferry;

beforeAll(async () => {
  scene = await startScene({ targets: 1 });
  const { token } = (await scene.admin('POST', '/v1/tokens', { name: 'client' })).json;
  kf = new Keyferry({ url: scene.url, token: token as string });
});
afterAll(() => scene.close());

test('a project, a secret, its value, a new value, all of them, and gone', async () => {
  const project = await kf.project('payments', { source: 'source' });
  expect((await kf.project('payments')).id).toBe(project.id);
  const secret = await project.newSecret('stripe-key', 'sk-first');
  expect(secret.change?.state).toBe('applied');
  expect(await secret.value()).toBe('sk-first');
  expect((await secret.set('sk-second')).version?.version).toBe(2);
  expect(await secret.value()).toBe('sk-second');
  expect(await secret.value('value', 1)).toBe('sk-first');
  await project.newSecret('login', { username: 'shop', password: 'pw' }, { type: 'basic_auth', path: 'db' });
  const names: string[] = [];
  for await (const { path, name } of project.secrets()) names.push(`${path}/${name}`);
  expect(names.sort()).toEqual(['/stripe-key', 'db/login']);
  expect(await (await project.secret('db/login')).fields()).toEqual({ username: 'shop', password: 'pw' });
  await secret.delete();
  await expect(secret.value()).rejects.toMatchObject({ code: 'invalid_transition' });
});

test('bytes come back as they went in, and are not taken for text', async () => {
  const project = await kf.project('payments', { source: 'source' });
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const secret = await project.newSecret('binary', bytes);
  expect(await secret.bytes()).toEqual(bytes);
  await expect(secret.value()).rejects.toMatchObject({ code: 'unexpected_answer' });
  await expect(secret.value('password')).rejects.toMatchObject({ code: 'not_found', facts: { fields: ['value'] } });
});

test('one source profile must be clear', async () => {
  const project = await kf.project('payments');
  const error = await project.newSecret('nowhere', 'x').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KeyferryError);
  expect(error).toMatchObject({ code: 'no_source_profile', facts: { profiles: expect.arrayContaining(['source']) } });
  await expect(project.newSecret('nowhere', 'x', { source: 'sorce' })).rejects.toMatchObject({ code: 'not_found' });
});

test('errors are typed by code, name the field, and hold no value', async () => {
  const body = { project: 'shop', name: 'bad', type: 'basic_auth', sourceProfileId: scene.source.profileId } as const;
  const error = await kf.secrets
    .create({ ...body, payload: { username: 'hunter2' } })
    .catch((thrown: unknown) => thrown as KeyferryError);
  expect(error).toMatchObject({ code: 'invalid_input', status: 422 });
  expect((error as KeyferryError).fields.map(({ pointer }) => pointer)).toContain('/payload/password');
  expect(JSON.stringify(error) + (error as Error).message).not.toContain('hunter2');
  const stranger = new Keyferry({ url: scene.url, token: 'kf_wrong' });
  await expect(stranger.me()).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });
});

test('a list goes over as many pages as it has', async () => {
  for (let index = 0; index < 5; index++) await kf.groups.create({ name: `group ${index}` });
  const groups = await kf.groups.list({ limit: 2 }).all();
  expect(groups.map(({ name }) => name)).toEqual(expect.arrayContaining(['group 0', 'group 4']));
  expect(await kf.groups.list({ limit: 2 }).all(3)).toHaveLength(3);
});

test('a change waits for a person, is applied, and every copy is waited for', async () => {
  const secretId = await scene.secret('governed');
  const ann = await scene.person('ann', 'approver');
  const policy = await scene.govern([{ name: 'review', approvers: { users: [ann.id] }, required: 1 }]);
  const { changeRequest, version } = await kf.secrets.addVersion(secretId, { payload: { value: 'two' } });
  expect(version).toBeNull();
  expect(changeRequest?.state).toBe('pending_approval');
  const id = changeRequest?.id ?? '';
  await expect(kf.waitForChange(id, { timeoutMs: 1 })).rejects.toMatchObject({
    code: 'timeout',
    facts: { state: 'pending_approval' },
  });
  expect((await kf.changes.explain(id)).waitsFor).toBe('votes');
  const { revision, digest } = await kf.changes.get(id);
  await ann.api('POST', `/v1/change-requests/${id}/reviews`, { decision: 'approve', revision, digest });
  const synced = await kf.waitUntilSynced(id, { timeoutMs: 45_000 });
  expect(synced).toMatchObject({ state: 'applied', sync: { reached: true, verified: 1 } });
  expect((await kf.targets.list(secretId)).map(({ state }) => state)).toEqual(['synced']);

  const rejected = await kf.secrets.addVersion(secretId, { payload: { value: 'three' } });
  const waiting = kf.waitUntilSynced(rejected.changeRequest?.id ?? '', { timeoutMs: 45_000 });
  await kf.changes.cancel(rejected.changeRequest?.id ?? '');
  await expect(waiting).rejects.toMatchObject({ code: 'not_applied', facts: { state: 'cancelled' } });
  await scene.admin('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, { approvalProfileId: null });
  expect(policy).toBeTruthy();
});

test('the record is read in order, and its chain verified', async () => {
  const seqs: number[] = [];
  for await (const { seq } of kf.audit.events()) seqs.push(seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(await kf.audit.verify()).toMatchObject({ intact: true });
});
