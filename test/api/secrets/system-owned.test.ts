import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';

let scene: Scene;
let keeper: ScenePerson;
let writer: ScenePerson;
let id: string;

beforeAll(async () => {
  scene = await startScene({ targets: 1 });
  keeper = await scene.person('keeper', 'system');
  writer = await scene.person('writer', 'read_write');
  id = must(await keeper.api('POST', '/v1/secrets', body('bootstrap', { systemOwner: 'installer' })), 201)
    .secretId as string;
  must(await writer.api('POST', '/v1/secrets', body('ordinary')), 201);
});
afterAll(() => scene.close());

const body = (name: string, more: object = {}) => ({
  ...{ project: 'shop', name, path: 'infra', type: 'api_key', sourceProfileId: scene.source.profileId },
  ...{ payload: { value: name }, ...more },
});
const names = async (query: string) =>
  (must(await writer.api('GET', `/v1/secrets${query}`), 200).items as { name: string }[]).map(({ name }) => name);

test('only holders of the right make them', async () => {
  const refused = await writer.api('POST', '/v1/secrets', body('mine', { systemOwner: 'me' }));
  expect(refused.json).toMatchObject({ status: 403, code: 'forbidden', right: 'secret.system' });
  expect(must(await writer.api('GET', `/v1/secrets/${id}`), 200)).toMatchObject({ systemOwner: 'installer' });
});

test('lists and folders leave them out unless they are asked for', async () => {
  expect(await names('')).toEqual(['ordinary']);
  expect(await names('?owner=system')).toEqual(['bootstrap']);
  expect(await names('?owner=all')).toEqual(['bootstrap', 'ordinary']);
  expect((await writer.api('GET', '/v1/secrets?owner=me')).status).toBe(422);
  expect(must(await writer.api('GET', '/v1/projects/shop/folders'), 200).items).toEqual([
    { path: 'infra', secrets: 1, secretsInAll: 1 },
  ]);
});

test('others read them and change nothing of them', async () => {
  expect((await writer.api('GET', `/v1/secrets/${id}/versions/latest/content`)).json).toMatchObject({
    payload: { value: 'bootstrap' },
  });
  const [target] = scene.targets;
  const tries: readonly [string, string, object?][] = [
    ['POST', '/versions', { payload: { value: 'x' } }],
    ['PATCH', '', { description: 'mine' }],
    ['PATCH', '', { systemOwner: null }],
    ['POST', '/rename', { name: 'mine' }],
    ['POST', '/disable'],
    ['POST', '/protect'],
    ['POST', '/rollback', { version: 1 }],
    ['POST', '/targets', { profileId: target?.profileId }],
    ['POST', '/source-profile', { profileId: target?.profileId, oldSource: 'drop' }],
    ['POST', '/destroy'],
    ['DELETE', ''],
  ];
  for (const [method, path, input] of tries) {
    const { json } = await writer.api(method, `/v1/secrets/${id}${path}`, input);
    const expected = input !== undefined && 'systemOwner' in input ? 'invalid_input' : 'system_owned';
    expect([method, path, json.code], JSON.stringify(json)).toEqual([method, path, expected]);
  }
  expect((await writer.api('DELETE', `/v1/secrets/${id}`)).json).toMatchObject({
    status: 403,
    systemOwner: 'installer',
    right: 'secret.system',
  });
  must(await keeper.api('PATCH', `/v1/secrets/${id}`, { description: 'kept' }), 200);
});

test('a change that waits for approval is checked again when it runs: who may not keep such any more changes nothing', async () => {
  const approver = await scene.person('approver', 'approver');
  await scene.govern([{ name: 'review', approvers: { users: [approver.id] }, required: 1 }]);
  const late = await scene.person('late', 'read_write');
  const { id: grantId } = must(
    await scene.admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId: late.id, role: 'system' }),
    201,
  );
  const write = { payload: { value: 'late' } };
  const { changeRequest } = must(await late.api('POST', `/v1/secrets/${id}/versions`, write), 202) as {
    changeRequest: { id: string; digest: string };
  };
  expect((await scene.admin('DELETE', `/v1/role-grants/${grantId}`)).status).toBe(204);
  const vote = { decision: 'approve', revision: 1, digest: changeRequest.digest };
  must(await approver.api('POST', `/v1/change-requests/${changeRequest.id}/reviews`, vote), 200);
  const ended = await scene.admin('GET', `/v1/change-requests/${changeRequest.id}?wait=applied&timeout=15`);
  expect(ended.json).toMatchObject({ state: 'failed', code: 'requester_not_authorized' });
});
