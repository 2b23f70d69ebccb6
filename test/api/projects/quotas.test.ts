import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, startScene } from '../../support/scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ targets: 0 });
});
afterAll(() => scene.close());

async function project(slug: string, quotas: object): Promise<string> {
  return must(await scene.admin('POST', '/v1/projects', { slug, name: slug, ...quotas }), 201).id as string;
}
const create = (slug: string, name: string, more: object = {}) =>
  scene.admin('POST', '/v1/secrets', {
    ...{ project: slug, name, type: 'api_key', sourceProfileId: scene.source.profileId },
    ...more,
  });
const usage = async (slug: string) => must(await scene.admin('GET', `/v1/projects/${slug}`), 200).usage;

test('of fifty creations at once exactly as many succeed as the quota lets in, and the answer shows what is used', async () => {
  await project('crowd', { maxSecrets: 7 });
  expect(await usage('crowd')).toEqual({ secrets: 0 });
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => create('crowd', `s${index}`)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(7);
  for (const { status, json } of answers.filter((answer) => answer.status !== 201)) {
    expect([status, json.code, json.quota, json.limit, json.used]).toEqual([409, 'quota_exceeded', 'maxSecrets', 7, 7]);
  }
  expect(await usage('crowd')).toEqual({ secrets: 7 });
});

test('a destroyed secret makes room, a deleted one does not; drafts count when they are submitted', async () => {
  await project('small', { maxSecrets: 1 });
  const first = must(await create('small', 'first'), 201).secretId as string;
  const draft = must(await create('small', 'second', { draft: true }), 202).changeRequest as { id: string };
  expect((await scene.admin('POST', `/v1/change-requests/${draft.id}/submit`)).json).toMatchObject({
    code: 'quota_exceeded',
  });
  must(await scene.admin('DELETE', `/v1/secrets/${first}`), 200);
  expect((await create('small', 'third')).json).toMatchObject({ status: 409, code: 'quota_exceeded' });
  must(await scene.admin('POST', `/v1/secrets/${first}/destroy`), 200);
  expect(await usage('small')).toEqual({ secrets: 0 });
  must(await scene.admin('POST', `/v1/change-requests/${draft.id}/submit`), 200);
  expect(await usage('small')).toEqual({ secrets: 1 });
});

test('versions of one secret are counted without destroyed ones', async () => {
  await project('deep', { maxVersions: 2 });
  const id = must(await create('deep', 'many', { payload: { value: 'one' } }), 201).secretId as string;
  const write = (value: string) => scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } });
  must(await write('two'), 201);
  const refused = { status: 409, code: 'quota_exceeded', quota: 'maxVersions', limit: 2, used: 2 };
  expect((await write('three')).json).toMatchObject(refused);
  // What would make no version is no matter of quotas.
  expect((await write('two')).json).toMatchObject({ unchanged: true });
  expect((await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 1 })).json).toMatchObject(refused);
  must(await scene.admin('DELETE', `/v1/secrets/${id}/versions/1`), 200);
  must(await write('three'), 201);
});

test('quotas are set, shown, raised and lifted; a lower one takes nothing away', async () => {
  const quotas = { maxSecrets: 1, maxVersions: 3 };
  await project('turn', quotas);
  must(await create('turn', 'one'), 201);
  expect((await create('turn', 'two')).status).toBe(409);
  const change = (body: object) => scene.admin('PATCH', '/v1/projects/turn', body);
  expect(must(await change({ maxSecrets: 2 }), 200)).toMatchObject({
    maxSecrets: 2,
    maxVersions: 3,
    usage: { secrets: 1 },
  });
  must(await create('turn', 'two'), 201);
  must(await change({ maxSecrets: 1 }), 200);
  expect(await usage('turn')).toEqual({ secrets: 2 });
  expect((await create('turn', 'three')).status).toBe(409);
  must(await change({ maxSecrets: null }), 200);
  must(await create('turn', 'three'), 201);
  expect((await change({ maxSecrets: -1 })).status).toBe(422);
  expect((await change({ maxVersions: 0 })).status).toBe(422);
});

test('of many writers at the limit one gets the last version, and nobody one more', async () => {
  await project('last', { maxVersions: 3 });
  const id = must(await create('last', 'wanted', { payload: { value: 'one' } }), 201).secretId as string;
  const write = (value: string) => scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } });
  must(await write('two'), 201);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => write(`three ${index}`)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  for (const { status, json } of answers.filter((answer) => answer.status !== 201)) {
    expect(status).toBe(409);
    expect(['quota_exceeded', 'change_in_progress', 'version_conflict']).toContain(json.code);
  }
  expect((await write('four')).json).toMatchObject({ code: 'quota_exceeded', used: 3 });
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200).latestVersion).toBe(3);
});

test('a quota that was lowered while a change waited for approval holds when that takes effect', async () => {
  await project('lowered', { maxVersions: 3 });
  const id = must(await create('lowered', 'patient', { payload: { value: 'one' } }), 201).secretId as string;
  const reviewer = await scene.person('quota-reviewer', 'approver');
  await scene.govern([{ name: 'one', approvers: { users: [reviewer.id], groups: [], roles: [] }, required: 1 }]);
  const vote = async (opened: { changeRequest?: unknown }) => {
    const change = opened.changeRequest as { id: string; revision: number; digest: string };
    const { revision, digest } = change;
    must(
      await reviewer.api('POST', `/v1/change-requests/${change.id}/reviews`, { decision: 'approve', revision, digest }),
      200,
    );
    return must(await scene.admin('GET', `/v1/change-requests/${change.id}?wait=applied&timeout=15`), 200);
  };
  const write = async (value: string) =>
    must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } }), 202);
  expect(await vote(await write('two'))).toMatchObject({ state: 'applied', resultVersion: 2 });
  const waiting = await write('three');
  must(await scene.admin('PATCH', '/v1/projects/lowered', { maxVersions: 2 }), 200);
  expect(await vote(waiting)).toMatchObject({ state: 'conflict', code: 'quota_exceeded' });
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200)).toMatchObject({ state: 'active', latestVersion: 2 });
  must(await scene.admin('PATCH', '/v1/projects/lowered', { maxVersions: null }), 200);
  expect(await vote(await write('three'))).toMatchObject({ state: 'applied', resultVersion: 3 });
});
