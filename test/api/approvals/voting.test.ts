import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../../support/api-client.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import {
  actionsOf,
  addProfile,
  agreed,
  changeOf,
  existing,
  grantRole,
  newSecret,
  opened,
  review,
  step,
  work,
} from './support.ts';

let scene: Scene;
let author: ScenePerson;
let first: ScenePerson;
let second: ScenePerson;
let owner: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  first = await scene.person('first', 'approver');
  second = await scene.person('second', 'approver');
  owner = await scene.person('owner', 'admin');
});
afterAll(() => scene.close());

const anyone = () => step({ roles: ['approver', 'admin'] });
const profileWith = (steps: unknown[], policy?: Record<string, unknown>) =>
  addProfile(scene, scene.source.vaultId, steps, policy);
const create = async (profileId: string, api: ApiClient = author.api, more?: Record<string, unknown>) =>
  opened(await api('POST', '/v1/secrets', newSecret(profileId, more)));

test('20 parallel approvals by one person are one vote, and the change is applied once (D1)', async () => {
  const change = await create(await profileWith([anyone()]));
  const answers = await Promise.all(Array.from({ length: 20 }, () => review(first.api, change)));
  expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
  const grants = await Promise.all(Array.from({ length: 5 }, () => work(scene, change.id)));
  expect(grants.filter(Boolean)).toHaveLength(1);
  const after = await changeOf(author.api, change.id);
  expect(after).toMatchObject({ state: 'applied', resultVersion: 1, attempts: 1 });
  expect(after.reviews).toHaveLength(1);
  const actions = await actionsOf(scene, change.id);
  expect(actions).toEqual(['change.opened', 'change.reviewed', 'change.approved', 'change.applied']);
  const { items } = must(await author.api('GET', `/v1/secrets/${change.secretId}/versions`), 200);
  expect(items).toHaveLength(1);
});

test('two people at once: one vote makes the quorum, the other comes too late or counts before it', async () => {
  const change = await create(await profileWith([anyone()]));
  const answers = await Promise.all([review(first.api, change), review(second.api, change)]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  expect((await changeOf(author.api, change.id)).reviews).toHaveLength(1);
});

test('the requester cannot decide, whatever rights it holds, and that is recorded (D2)', async () => {
  const profile = await profileWith([anyone()]);
  for (const requester of [author.api, scene.admin]) {
    const change = await create(profile, requester);
    for (const decision of ['approve', 'reject'] as const) {
      expect((await review(requester, change, decision)).json).toMatchObject({ status: 403 });
    }
    expect(await changeOf(scene.admin, change.id)).toMatchObject({ state: 'pending_approval', reviews: [] });
    const refusals = (await actionsOf(scene, change.id)).filter((action) => action === 'change.review_refused');
    expect(refusals).toHaveLength(2);
  }
});

test('nobody who wrote any revision can decide: A asks, B edits, A edits again (D2)', async () => {
  const editor = await scene.person('editor', 'read_write');
  for (const { id: subjectId } of [editor, author]) {
    const grant = { subjectType: 'person', subjectId, role: 'approver' };
    await agreed(scene, await scene.admin('POST', '/v1/role-grants', grant), first);
  }
  const change = await create(await profileWith([anyone()]));
  const edit = (api: ApiClient, value: string) =>
    api('POST', `/v1/change-requests/${change.id}/edit`, { payload: { value } });
  must(await edit(editor.api, 'by editor'), 200);
  const latest = { ...change, ...must(await edit(author.api, 'by author'), 200) };
  expect(latest.revision).toBe(3);
  for (const api of [author.api, editor.api]) {
    expect((await review(api, latest)).json).toMatchObject({ code: 'not_eligible', reason: 'requester_or_editor' });
  }
  expect((await changeOf(author.api, change.id)).editors).toHaveLength(2);
  must(await review(first.api, latest), 200);
  expect(await work(scene, change.id)).toBe(true);
});

test('one person through two tokens and a machine of theirs counts once (D3)', async () => {
  const change = await create(await profileWith([step({ roles: ['approver'] }, 2)]));
  const token = must(await first.api('POST', '/v1/tokens', { name: 'second' }), 201).token;
  const machine = must(await scene.admin('POST', '/v1/machines', { name: 'robot', ownerId: first.id }), 201);
  await grantRole(scene, 'machine', machine.id as string, 'approver');
  const robot = must(await first.api('POST', '/v1/tokens', { name: 'robot', machineId: machine.id }), 201).token;
  const clients = [first.api, scene.admin.as(token as string), scene.admin.as(robot as string)];
  for (let round = 0; round < 7; round++) {
    for (const api of clients) expect((await review(api, change)).status).toBe(200);
  }
  const between = await changeOf(author.api, change.id);
  expect(between).toMatchObject({ state: 'pending_approval', approval: [{ steps: [{ votes: [first.id] }] }] });
  expect(between.reviews).toHaveLength(1);
  must(await review(second.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'approved' });
});

test("a machine cannot decide on what its owner asked for, nor the owner on the machine's (D3)", async () => {
  const machine = must(await scene.admin('POST', '/v1/machines', { name: 'twin', ownerId: owner.id }), 201);
  await grantRole(scene, 'machine', machine.id as string, 'admin');
  const token = must(await owner.api('POST', '/v1/tokens', { name: 'twin', machineId: machine.id }), 201).token;
  const twin = scene.admin.as(token as string);
  const profile = await profileWith([anyone()]);
  expect((await review(twin, await create(profile, owner.api))).json).toMatchObject({ code: 'not_eligible' });
  expect((await review(owner.api, await create(profile, twin))).json).toMatchObject({ code: 'not_eligible' });
});

test('a decision is for what was shown: another revision or digest is 409 and no vote', async () => {
  const change = await create(await profileWith([anyone()]));
  for (const other of [{ revision: 2 }, { digest: `k1:${'0'.repeat(64)}` }, { digest: '' }]) {
    expect((await review(first.api, { ...change, ...other })).json).toMatchObject({ code: 'digest_mismatch' });
  }
  expect((await changeOf(author.api, change.id)).reviews).toEqual([]);
});

test('nobody sets state, requester, policy or quorum in a body (D5)', async () => {
  const profile = await profileWith([anyone()]);
  const change = await create(profile);
  const vote = { decision: 'approve', revision: change.revision, digest: change.digest };
  const extras = { state: 'approved', requester: first.id, policies: [], approvers: [author.id], required: 0 };
  for (const [name, value] of Object.entries(extras)) {
    const tries: [ApiClient, string, Record<string, unknown>][] = [
      [author.api, '/v1/secrets', newSecret(profile)],
      [author.api, `/v1/change-requests/${change.id}/edit`, { payload: { value: 'x' } }],
      [author.api, `/v1/change-requests/${change.id}/retry`, {}],
      [first.api, `/v1/change-requests/${change.id}/reviews`, vote],
    ];
    for (const [api, path, body] of tries) {
      expect((await api('POST', path, { ...body, [name]: value })).status, `${path} ${name}`).toBe(422);
    }
  }
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'pending_approval', revision: 1, reviews: [] });
});

test('steps are decided one after the other', async () => {
  const change = await create(await profileWith([step({ users: [first.id] }, 1, 'a'), step({ users: [second.id] })]));
  expect((await review(second.api, change)).json).toMatchObject({ code: 'not_eligible', reason: 'not_an_approver' });
  must(await review(first.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({
    state: 'pending_approval',
    approval: [
      {
        satisfied: false,
        steps: [
          { name: 'a', satisfied: true, open: false },
          { satisfied: false, open: true },
        ],
      },
    ],
  });
  must(await review(second.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'approved', approval: [{ satisfied: true }] });
});

test('one rejection ends it, also by an approver of a later step', async () => {
  const change = await create(await profileWith([step({ users: [first.id] }), step({ users: [second.id] }, 1, 'b')]));
  must(await review(first.api, change), 200);
  must(await review(second.api, change, 'reject'), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'rejected', code: 'rejected' });
  expect((await review(first.api, change, 'reject')).status).toBe(409);
  expect(await work(scene, change.id)).toBe(false);
});

test('changing the source asks the policies of both profiles', async () => {
  const from = await profileWith([step({ users: [first.id] })], { operations: ['change_source'] });
  const to = await addProfile(scene, scene.targets[0]?.vaultId ?? '', [step({ users: [second.id] })]);
  const id = await existing(author.api, from);
  const body = { profileId: to, oldSource: 'drop' };
  const change = opened(await author.api('POST', `/v1/secrets/${id}/source-profile`, body));
  must(await review(first.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'pending_approval' });
  must(await review(second.api, change), 200);
  expect(await work(scene, change.id)).toBe(true);
  expect(must(await author.api('GET', `/v1/secrets/${id}`), 200)).toMatchObject({ sourceProfileId: to });
});

test("adding and removing a target asks the target profile's policy, however the request is edited", async () => {
  const target = await addProfile(scene, scene.targets[0]?.vaultId ?? '', [step({ users: [second.id] })]);
  const id = await existing(author.api, await addProfile(scene, scene.source.vaultId));
  const add = opened(await author.api('POST', `/v1/secrets/${id}/targets`, { profileId: target }));
  expect((await review(first.api, add)).json).toMatchObject({ code: 'not_eligible' });
  must(await review(second.api, add), 200);
  await work(scene, add.id);
  const { items } = must(await author.api('GET', `/v1/secrets/${id}/targets`), 200) as { items: { id: string }[] };
  expect(items).toHaveLength(1);
  const remove = opened(await author.api('DELETE', `/v1/secrets/${id}/targets/${items[0]?.id}`));
  const edited = { ...remove, ...must(await author.api('POST', `/v1/change-requests/${remove.id}/edit`, {}), 200) };
  expect(edited).toMatchObject({ state: 'pending_approval', revision: 2 });
  expect(await work(scene, remove.id)).toBe(false);
  must(await review(second.api, edited), 200);
  expect(await work(scene, remove.id)).toBe(true);
});

test('a policy made stricter meanwhile is met as well as the one the request opened under', async () => {
  const policyId = must(
    await scene.admin('POST', '/v1/approval-profiles', { name: 'growing', steps: [step({ users: [first.id] })] }),
    201,
  ).id;
  const body = {
    name: 'growing',
    vaultId: scene.source.vaultId,
    approvalProfileId: policyId,
    attributes: { prefix: 'growing' },
  };
  const profile = must(await scene.admin('POST', '/v1/vault-profiles', body), 201).id as string;
  const change = await create(profile);
  const steps = [step({ users: [second.id] })];
  await agreed(scene, await scene.admin('PATCH', `/v1/approval-profiles/${policyId}`, { steps }), first);
  must(await review(second.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'pending_approval' });
  must(await review(first.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'approved' });
});
