import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../../support/api-client.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import {
  actionsOf,
  addProfile,
  changeOf,
  grantRole,
  newSecret,
  type Opened,
  opened,
  review,
  sealedPayloadOf,
  step,
  work,
} from './support.ts';

let scene: Scene;
let author: ScenePerson;
let reviewer: ScenePerson;
let onCall: ScenePerson;
let writerOnCall: ScenePerson;
let robot: ApiClient;
let profile: string;
let grant: string;

const REASON = 'The provider revoked the old key and payments are down.';

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
  onCall = await scene.person('on-call', 'viewer');
  grant = await grantRole(scene, 'person', onCall.id, 'break_glass');
  writerOnCall = await scene.person('writer-on-call', 'read_write');
  await grantRole(scene, 'person', writerOnCall.id, 'break_glass');
  const machine = must(await scene.admin('POST', '/v1/machines', { name: 'robot', ownerId: writerOnCall.id }), 201);
  await grantRole(scene, 'machine', machine.id as string, 'read_write');
  const token = { name: 'robot', machineId: machine.id };
  robot = scene.admin.as(must(await writerOnCall.api('POST', '/v1/tokens', token), 201).token as string);
  profile = await addProfile(scene, scene.source.vaultId, [step({ users: [reviewer.id] })]);
});
afterAll(() => scene.close());

const open = async (api = author.api) => opened(await api('POST', '/v1/secrets', newSecret(profile)));
const override = (api: ApiClient, change: Opened, more: Record<string, unknown> = {}) => {
  const { revision, digest } = change;
  return api('POST', `/v1/change-requests/${change.id}/override`, { reason: REASON, revision, digest, ...more });
};
const look = (api: ApiClient, change: Opened, comment = 'Agreed with the team on call.') =>
  api('POST', `/v1/change-requests/${change.id}/override/review`, { comment });
const refusals = async (change: Opened) =>
  (await actionsOf(scene, change.id)).filter((action) => action === 'change.override_refused').length;

test('an override takes the place of the votes and is marked on the change for good', async () => {
  const change = await open();
  expect(must(await override(onCall.api, change), 200)).toMatchObject({
    state: 'approved',
    override: { by: { personId: onCall.id }, reason: REASON, revision: 1, review: null },
  });
  expect(must(await override(onCall.api, change), 200)).toMatchObject({ state: 'approved' });
  expect(await work(scene, change.id)).toBe(true);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'applied', override: { reason: REASON } });
  expect(await actionsOf(scene, change.id)).toEqual(['change.opened', 'change.overridden', 'change.applied']);
  expect(await sealedPayloadOf(scene, change.id)).toBeNull();
  const listed = must(await author.api('GET', '/v1/change-requests?limit=200'), 200) as { items: { id: string }[] };
  expect(listed.items.find(({ id }) => id === change.id)).toMatchObject({ override: { reason: REASON } });
  const marked = must(await author.api('GET', '/v1/change-requests?overridden=true&limit=200'), 200);
  expect((marked.items as { id: string }[]).map(({ id }) => id)).toContain(change.id);
  const waiting = await open();
  const after = must(await author.api('GET', '/v1/change-requests?overridden=true&limit=200'), 200);
  expect((after.items as { id: string }[]).map(({ id }) => id)).not.toContain(waiting.id);
});

test('the requester never overrides, in person or through a machine, nor its owner what the machine asked (D2, D3)', async () => {
  const own = await open(writerOnCall.api);
  expect((await override(writerOnCall.api, own)).json).toMatchObject({
    code: 'not_eligible',
    reason: 'requester_or_editor',
  });
  expect((await override(robot, own)).json).toMatchObject({ status: 403, code: 'forbidden' });
  const ofRobot = await open(robot);
  expect((await override(writerOnCall.api, ofRobot)).json).toMatchObject({ reason: 'requester_or_editor' });
  for (const change of [own, ofRobot]) {
    expect(await changeOf(scene.admin, change.id)).toMatchObject({ state: 'pending_approval', override: null });
  }
  expect([await refusals(own), await refusals(ofRobot)]).toEqual([2, 1]);
});

test('nobody who wrote any revision overrides it (D2)', async () => {
  const change = await open();
  const edit = (api: ApiClient) =>
    api('POST', `/v1/change-requests/${change.id}/edit`, { payload: { value: 'another content' } });
  must(await edit(writerOnCall.api), 200);
  const latest = { ...change, ...must(await edit(author.api), 200) };
  expect((await override(writerOnCall.api, latest)).json).toMatchObject({ reason: 'requester_or_editor' });
  expect(await refusals(change)).toBe(1);
});

test('administrators and reviewers do not hold the right', async () => {
  const change = await open();
  for (const api of [scene.admin, reviewer.api, author.api]) {
    expect((await override(api, change)).json).toMatchObject({ code: 'forbidden', right: 'change.override' });
  }
  expect(await refusals(change)).toBe(3);
});

test('an override is for what was shown, with a reason that says something and quotes nothing', async () => {
  const change = await open();
  for (const other of [{ revision: 2 }, { digest: `k1:${'0'.repeat(64)}` }]) {
    expect((await override(onCall.api, { ...change, ...other })).json).toMatchObject({ code: 'digest_mismatch' });
  }
  for (const reason of ['', 'urgent', ' '.repeat(40)]) {
    expect((await override(onCall.api, change, { reason })).json).toMatchObject({
      code: 'invalid_input',
      errors: [{ pointer: '/reason' }],
    });
  }
  const secret = 'J7$kq-canary-9Zp2Lw';
  const body = newSecret(profile, { payload: { value: secret } });
  const quoted = opened(await author.api('POST', '/v1/secrets', body));
  const reason = `The new key is ${secret} and it is needed at once.`;
  expect((await override(onCall.api, quoted, { reason })).json).toMatchObject({ errors: [{ pointer: '/reason' }] });
  expect(await changeOf(author.api, quoted.id)).toMatchObject({ state: 'pending_approval', override: null });
});

test('an edit in between voids what was shown, and what has ended cannot be overridden', async () => {
  const change = await open();
  must(await author.api('POST', `/v1/change-requests/${change.id}/edit`, { payload: { value: 'edited' } }), 200);
  expect((await override(onCall.api, change)).json).toMatchObject({ code: 'digest_mismatch', revision: 2 });
  const rejected = await open();
  must(await review(reviewer.api, rejected, 'reject'), 200);
  expect((await override(onCall.api, rejected)).json).toMatchObject({ code: 'invalid_transition', state: 'rejected' });
  const expired = await open();
  await scene.broker.db.query(
    `update change_requests set expires_at = clock_timestamp() - interval '1 second' where id = $1::uuid`,
    [expired.id],
  );
  expect((await override(onCall.api, expired)).json).toMatchObject({ code: 'invalid_transition', state: 'expired' });
});

test('20 at once, beside a rejection: one final state, one recorded override', async () => {
  const change = await open();
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => override(onCall.api, change)),
    review(reviewer.api, change, 'reject'),
  ]);
  expect(answers.every(({ status }) => [200, 409].includes(status))).toBe(true);
  const actions = await actionsOf(scene, change.id);
  const { state } = await changeOf(author.api, change.id);
  const overridden = actions.filter((action) => action === 'change.overridden').length;
  expect([overridden, state]).toEqual(actions.includes('change.rejected') ? [0, 'rejected'] : [1, 'approved']);
});

test('whoever could have approved looks at it afterwards; requester, overrider and others do not (open until then)', async () => {
  const both = await scene.person('both', 'viewer');
  const change = await open();
  expect((await look(reviewer.api, change)).json).toMatchObject({ code: 'invalid_transition' });
  must(await override(onCall.api, change), 200);
  await work(scene, change.id);
  for (const api of [author.api, onCall.api, both.api]) {
    expect((await look(api, change)).json).toMatchObject({ code: 'forbidden', right: 'change.review' });
  }
  expect((await look(scene.admin, change)).json).toMatchObject({ code: 'not_eligible', reason: 'not_an_approver' });
  expect((await look(reviewer.api, change, '')).status).toBe(422);
  expect((await changeOf(author.api, change.id)).override).toMatchObject({ review: null });
  const reviewed = { by: { personId: reviewer.id }, comment: 'Agreed with the team on call.' };
  expect(must(await look(reviewer.api, change), 200)).toMatchObject({ override: { review: reviewed } });
  expect(must(await look(reviewer.api, change), 200)).toMatchObject({ override: { review: reviewed } });
  expect((await look(reviewer.api, change, 'once more')).json).toMatchObject({ code: 'invalid_transition' });
  expect((await actionsOf(scene, change.id)).slice(-2)).toEqual(['change.applied', 'change.override_reviewed']);
});

test('the right is given to others only, by administrators of the whole organization, and to no machine', async () => {
  const { personId } = must(await scene.admin('GET', '/v1/me'), 200) as { personId: string };
  const give = (subjectType: string, subjectId: unknown) =>
    scene.admin('POST', '/v1/role-grants', { subjectType, subjectId, role: 'break_glass' });
  expect((await give('person', personId)).json).toMatchObject({ code: 'forbidden', right: 'change.override' });
  const group = must(await scene.admin('POST', '/v1/groups', { name: 'on call' }), 201).id;
  const empty = must(await scene.admin('POST', '/v1/groups', { name: 'mine' }), 201).id;
  must(await scene.admin('PUT', `/v1/groups/${empty}/members/${personId}`), 200, 204);
  expect((await give('group', empty)).json).toMatchObject({ code: 'forbidden' });
  const machine = must(await scene.admin('POST', '/v1/machines', { name: 'glass breaker' }), 201);
  expect((await give('machine', machine.id)).json).toMatchObject({ errors: [{ pointer: '/role' }] });
  // Who may override is asked of the policies that are in force.
  expect((await give('group', group)).status).toBe(201);
  expect((await scene.admin('PUT', `/v1/groups/${group}/members/${personId}`)).json).toMatchObject({
    code: 'forbidden',
    right: 'change.override',
  });
  const newcomer = must(await scene.admin('POST', '/v1/users', { name: 'New', email: 'new@example.com' }), 201);
  expect(opened(await give('person', newcomer.id)).id).toBeDefined();
  expect(opened(await scene.admin('PUT', `/v1/groups/${group}/members/${newcomer.id}`)).id).toBeDefined();
});

test('an override whose author has lost the right before it took effect does not count (D8)', async () => {
  const change = await open();
  must(await override(onCall.api, change), 200);
  const taken = opened(await scene.admin('DELETE', `/v1/role-grants/${grant}`));
  must(await review(reviewer.api, taken), 200);
  await work(scene, taken.id);
  expect(await work(scene, change.id)).toBe(false);
  expect(await changeOf(author.api, change.id)).toMatchObject({
    state: 'pending_approval',
    code: 'votes_lost',
    override: { by: { personId: onCall.id } },
  });
  must(await override(writerOnCall.api, change), 200);
  expect(await work(scene, change.id)).toBe(true);
  expect(await changeOf(author.api, change.id)).toMatchObject({
    state: 'applied',
    override: { by: { personId: writerOnCall.id } },
  });
});
