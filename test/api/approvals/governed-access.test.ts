import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../../support/api-client.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { addPolicy, addProfile, changeOf, opened, review, step, work } from './support.ts';

let scene: Scene;
let officer: ScenePerson;
let reviewer: ScenePerson;
let groupId: string;
let count = 0;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  officer = await scene.person('officer', 'admin');
  reviewer = await scene.person('reviewer', 'viewer');
  groupId = must(await scene.admin('POST', '/v1/groups', { name: 'deciders' }), 201).id as string;
  must(await scene.admin('PUT', `/v1/groups/${groupId}/members/${reviewer.id}`), 204);
  must(await grant('group', groupId, 'approver'), 201);
  // Names the group and the role; rules name an operation of secrets only, but a policy guards itself.
  const policyId = await addPolicy(scene, [step({ groups: [groupId] })], { operations: ['update'] });
  await addProfile(scene, scene.source.vaultId).then(async (profileId) => {
    must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId: policyId }), 200);
  });
  const byRole = await addPolicy(scene, [step({ roles: ['approver'] })], { operations: ['delete'] });
  await addProfile(scene, scene.source.vaultId).then(async (profileId) => {
    must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId: byRole }), 200);
  });
});
afterAll(() => scene.close());

function grant(subjectType: string, subjectId: string, role: string, projectId?: string) {
  return officer?.api
    ? officer.api('POST', '/v1/role-grants', { subjectType, subjectId, role, ...(projectId && { projectId }) })
    : scene.admin('POST', '/v1/role-grants', { subjectType, subjectId, role });
}

/** Somebody with no role and no token. */
async function somebody(): Promise<string> {
  const name = `somebody-${++count}`;
  return must(await scene.admin('POST', '/v1/users', { name, email: `${name}@example.com` }), 201).id as string;
}

async function approve(changeId: string) {
  must(await review(reviewer.api, (await changeOf(reviewer.api, changeId)) as never), 200);
  await work(scene, changeId);
  return changeOf(officer.api, changeId);
}

const cancel = async (id: string) => must(await officer.api('POST', `/v1/change-requests/${id}/cancel`), 200);
const membersOf = async () => {
  const { items } = must(await officer.api('GET', `/v1/groups/${groupId}/members`), 200);
  return (items as { id: string }[]).map((member) => member.id);
};

test('a role that lets somebody decide waits; the one who asked cannot agree, and two requests for it are one', async () => {
  const puppet = await somebody();
  must(await grant('person', puppet, 'reader'), 201);
  const change = opened(await grant('person', puppet, 'approver'));
  expect(await changeOf(officer.api, change.id)).toMatchObject({
    operation: 'grant_role',
    plan: { before: null, after: { subjectType: 'person', subjectId: puppet, role: 'approver', projectId: null } },
  });
  expect((await grant('person', puppet, 'approver')).json).toMatchObject({
    code: 'change_in_progress',
    changeRequestId: change.id,
  });
  const inProject = opened(await grant('person', puppet, 'approver', scene.project.id));
  await cancel(inProject.id);
  expect((await review(officer.api, change)).status).toBe(403);
  expect(await approve(change.id)).toMatchObject({ state: 'applied' });
  const held = must(await officer.api('GET', `/v1/role-grants?subjectId=${puppet}&role=approver`), 200);
  const [made] = held.items as { id: string }[];
  expect((await changeOf(officer.api, change.id)).plan).toMatchObject({ after: { grantId: made?.id } });

  const revoked = opened(await officer.api('DELETE', `/v1/role-grants/${made?.id}`));
  expect(await approve(revoked.id)).toMatchObject({ state: 'applied' });
  expect((await officer.api('DELETE', `/v1/role-grants/${made?.id}`)).status).toBe(404);
});

test('a grant to a group is judged by its members, then and later', async () => {
  const body = { name: `team-${++count}` };
  const team = must(await officer.api('POST', '/v1/groups', body), 201).id as string;
  must(await grant('group', team, 'approver'), 201);
  const puppet = await somebody();
  const joined = opened(await officer.api('PUT', `/v1/groups/${team}/members/${puppet}`));
  expect(await approve(joined.id)).toMatchObject({
    state: 'applied',
    plan: { before: { member: false }, after: { member: true } },
  });
  must(await officer.api('PUT', `/v1/groups/${team}/members/${puppet}`), 204);
  const left = opened(await officer.api('DELETE', `/v1/groups/${team}/members/${puppet}`));
  await cancel(left.id);
  const deleted = opened(await officer.api('DELETE', `/v1/groups/${team}`));
  expect(await approve(deleted.id)).toMatchObject({ state: 'applied' });
  expect((await officer.api('GET', `/v1/groups/${team}`)).status).toBe(404);
});

test('who is in the group that a policy names is asked of the policy, and of nobody for other groups', async () => {
  const puppet = await somebody();
  const joined = opened(await officer.api('PUT', `/v1/groups/${groupId}/members/${puppet}`));
  expect(await membersOf()).toEqual([reviewer.id]);
  expect(await approve(joined.id)).toMatchObject({ state: 'applied' });
  expect(await membersOf()).toContain(puppet);
  const out = opened(await officer.api('DELETE', `/v1/groups/${groupId}/members/${puppet}`));
  expect(await approve(out.id)).toMatchObject({ state: 'applied' });
  const other = must(await officer.api('POST', '/v1/groups', { name: `plain-${++count}` }), 201).id;
  must(await officer.api('PUT', `/v1/groups/${other}/members/${puppet}`), 204);
  must(await officer.api('DELETE', `/v1/groups/${other}`), 204);
});

test('to disable works at once; to enable somebody who decides waits, and so does another e-mail address', async () => {
  const person = await somebody();
  opened(await grant('person', person, 'approver')).id;
  const { items } = must(
    await officer.api('GET', `/v1/change-requests?operation=grant_role&state=pending_approval`),
    200,
  );
  const [change] = items as { id: string }[];
  expect(await approve(change?.id ?? '')).toMatchObject({ state: 'applied' });
  must(await officer.api('PATCH', `/v1/users/${person}`, { name: 'Renamed' }), 200);
  const moved = opened(await officer.api('PATCH', `/v1/users/${person}`, { email: 'mine@example.com' }));
  await cancel(moved.id);
  must(await officer.api('PATCH', `/v1/users/${person}`, { disabled: true }), 200);
  const enabled = opened(await officer.api('PATCH', `/v1/users/${person}`, { disabled: false }));
  expect(must(await officer.api('GET', `/v1/users/${person}`), 200)).toMatchObject({ disabled: true });
  expect(await approve(enabled.id)).toMatchObject({ state: 'applied' });
  expect(must(await officer.api('GET', `/v1/users/${person}`), 200)).toMatchObject({ disabled: false });
  const nobody = await somebody();
  must(await officer.api('PATCH', `/v1/users/${nobody}`, { disabled: true }), 200);
  must(await officer.api('PATCH', `/v1/users/${nobody}`, { disabled: false, email: 'nobody@example.com' }), 200);
});

test('a token for somebody who decides works only once it was agreed to', async () => {
  const tokens = must(await officer.api('GET', `/v1/tokens?userId=${reviewer.id}`), 200).items as { id: string }[];
  const second = await somebody();
  expect(await approve(opened(await grant('person', second, 'approver')).id)).toMatchObject({ state: 'applied' });
  expect(tokens).toHaveLength(1);
  const body = { name: 'handed over', userId: second };
  const answer = await officer.api('POST', '/v1/tokens', body, { 'idempotency-key': 'hand-over' });
  const change = opened(answer);
  const again = await officer.api('POST', '/v1/tokens', body, { 'idempotency-key': 'hand-over' });
  expect(again.text).toBe(answer.text);
  const asSecond: ApiClient = scene.admin.as(String(answer.json.token));
  expect((await asSecond('GET', '/v1/me')).status).toBe(401);
  const [row] = await scene.broker.db.query<{ plan: string }>(
    'select plan::text as plan from change_requests where id = $1::uuid',
    [change.id],
  );
  expect(row?.plan).not.toContain(String(answer.json.token).slice(3));
  expect(await approve(change.id)).toMatchObject({ state: 'applied' });
  expect((await asSecond('GET', '/v1/me')).json).toMatchObject({ id: second });
  expect((await officer.api('POST', '/v1/tokens', body)).status).toBe(403);

  const plain = await somebody();
  must(await officer.api('POST', '/v1/tokens', { name: 'first', userId: plain }), 201);
  must(await officer.api('POST', '/v1/tokens', { name: 'own' }), 201);
  must(await officer.api('POST', '/v1/tokens', { name: 'own', userId: officer.id }), 201);
});

test("a machine of somebody who decides is stopped at once and comes back when it was agreed to; it is its owner's face", async () => {
  const machine = must(await officer.api('POST', '/v1/machines', { name: 'bot', ownerId: reviewer.id }), 201).id;
  expect((await officer.api('POST', '/v1/tokens', { name: 'bot', machineId: machine })).status).toBe(403);
  const token = must(await reviewer.api('POST', '/v1/tokens', { name: 'bot', machineId: machine }), 201).token;
  must(await officer.api('PATCH', `/v1/machines/${machine}`, { disabled: true }), 200);
  const change = opened(await officer.api('PATCH', `/v1/machines/${machine}`, { disabled: false }));
  expect(await approve(change.id)).toMatchObject({ state: 'applied' });
  must(await grant('machine', machine as string, 'approver'), 201);

  // A machine asks, and its owner, as whom it counts, may not agree.
  const bot = scene.admin.as(String(token));
  must(await grant('machine', machine as string, 'admin'), 201);
  const puppet = await somebody();
  const grants = { subjectType: 'person', subjectId: puppet, role: 'approver' };
  const asked = opened(await bot('POST', '/v1/role-grants', grants));
  const refused = await review(reviewer.api, asked);
  expect([refused.status, refused.json]).toEqual([403, expect.objectContaining({ reason: 'requester_or_editor' })]);
  expect(await changeOf(officer.api, asked.id)).toMatchObject({ state: 'pending_approval' });
});
