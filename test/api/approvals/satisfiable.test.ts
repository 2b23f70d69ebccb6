import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantBreakGlass } from '../../../src/access/break-glass.ts';
import { createSatisfiableWatch } from '../../../src/approvals/satisfiable-watch.ts';
import { secretSubject } from '../../../src/secrets/secret-subject.ts';
import { eventually, must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import {
  actionsOf,
  addPolicy,
  addProfile,
  changeOf,
  grantRole,
  newSecret,
  type Opened,
  opened,
  review,
  step,
  work,
} from './support.ts';

let scene: Scene;
let author: ScenePerson;
let first: ScenePerson;
let second: ScenePerson;
let third: ScenePerson;
let group: string;
let roleGrant: string;
let machineToken: string;
let watch: () => Promise<void>;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  await grantRole(scene, 'person', author.id, 'approver');
  first = await scene.person('first', 'approver');
  second = await scene.person('second', 'viewer');
  roleGrant = await grantRole(scene, 'person', second.id, 'approver');
  third = await scene.person('third', 'approver');
  group = must(await scene.admin('POST', '/v1/groups', { name: 'database team' }), 201).id as string;
  must(await scene.admin('PUT', `/v1/groups/${group}/members/${third.id}`), 200, 204);
  const machine = must(await scene.admin('POST', '/v1/machines', { name: 'robot', ownerId: author.id }), 201);
  await grantRole(scene, 'machine', machine.id as string, 'read_write');
  const token = must(await author.api('POST', '/v1/tokens', { name: 'robot', machineId: machine.id }), 201);
  machineToken = token.token as string;
  const { db, keyring } = scene.broker;
  watch = createSatisfiableWatch({ db, keyring, subject: secretSubject, everyMs: 0 });
});
afterAll(() => scene.close());

const open = async (steps: unknown[], api = author.api) =>
  opened(await api('POST', '/v1/secrets', newSecret(await addProfile(scene, scene.source.vaultId, steps))));
const sql = (text: string, ...params: unknown[]) => scene.broker.db.query(text, params);
const explained = async (change: Opened) =>
  must(await author.api('GET', `/v1/change-requests/${change.id}/explain`), 200) as {
    waitsFor: string;
    summary: string;
    ways: { way: string; text: string; by: { count: number; people: { id: string; name: string }[] } | null }[];
    approval: { steps: { votes: unknown[]; canDecide: { people: unknown[] } }[] }[];
  } & Record<string, unknown>;
const waysOf = async (change: Opened) =>
  Object.fromEntries(
    (await explained(change)).ways.map(({ way, by }) => [way, by?.people.map(({ name }) => name) ?? null]),
  );

test('a request that only its requester could approve is refused when it opens, naming the step', async () => {
  const profile = await addProfile(scene, scene.source.vaultId, [step({ users: [author.id] }, 1, 'owner agrees')]);
  const before = await sql('select count(*) from change_requests');
  for (const api of [author.api, scene.admin.as(machineToken)]) {
    const answer = await api('POST', '/v1/secrets', newSecret(profile));
    expect(answer.json).toMatchObject({
      status: 409,
      code: 'policy_unsatisfiable',
      rule: 'all',
      step: 'owner agrees',
      required: 1,
      available: 0,
    });
  }
  expect(await sql('select count(*) from change_requests')).toEqual(before);
  opened(await scene.admin('POST', '/v1/secrets', newSecret(profile)));
});

test('two steps that need the same person beside the requester are refused, the later one named', async () => {
  const steps = [step({ users: [author.id, first.id] }, 1, 'one'), step({ users: [author.id, first.id] }, 1, 'two')];
  const profile = await addProfile(scene, scene.source.vaultId, steps);
  const answer = await author.api('POST', '/v1/secrets', newSecret(profile));
  expect(answer.json).toMatchObject({ code: 'policy_unsatisfiable', step: 'two', available: 0 });
  opened(await scene.admin('POST', '/v1/secrets', newSecret(profile)));
});

test('an edit that would leave nobody to approve is refused: editors are barred as well', async () => {
  const change = await open([step({ users: [author.id, first.id] }, 2)], scene.admin);
  const edit = (api = author.api) =>
    api('POST', `/v1/change-requests/${change.id}/edit`, { payload: { value: 'edited' } });
  expect((await edit()).json).toMatchObject({ code: 'policy_unsatisfiable', required: 2, available: 1 });
  expect(await changeOf(author.api, change.id)).toMatchObject({ revision: 1, state: 'pending_approval' });
  must(await edit(scene.admin), 200);
});

interface Departure {
  readonly step: () => unknown;
  readonly leave: () => Promise<unknown>;
  readonly back: () => Promise<unknown>;
}

const DEPARTURES: Record<string, Departure> = {
  'is disabled': {
    step: () => step({ users: [first.id] }, 1, 'gone'),
    leave: () => sql('update people set disabled = true where id = $1::uuid', first.id),
    back: () => sql('update people set disabled = false where id = $1::uuid', first.id),
  },
  'leaves the group': {
    step: () => step({ groups: [group] }, 1, 'gone'),
    leave: () => sql('delete from group_members where group_id = $1::uuid', group),
    back: () => sql('insert into group_members values ($1::uuid, $2::uuid)', group, third.id),
  },
  'loses the role': {
    step: () => step({ users: [second.id] }, 1, 'gone'),
    leave: () => sql(`update role_grants set role = 'viewer' where id = $1::uuid`, roleGrant),
    back: () => sql(`update role_grants set role = 'approver' where id = $1::uuid`, roleGrant),
  },
};

test.each(Object.keys(DEPARTURES))(
  'flagged when the only approver %s, and no longer when they are back',
  async (name) => {
    const departure = DEPARTURES[name];
    if (departure === undefined) throw new Error('no such departure');
    const steps = [departure.step()];
    const policy = await addPolicy(scene, steps);
    const change = await open(steps);
    const flags = async () => [
      (await changeOf(author.api, change.id)).unsatisfiable,
      must(await author.api('GET', `/v1/approval-profiles/${policy}`), 200).unsatisfiable,
    ];
    await watch();
    expect(await flags()).toEqual([null, null]);
    await departure.leave();
    await watch();
    const lack = { rule: 'all', step: 'gone', required: 1, available: 0, since: expect.any(String) };
    const flagged = await flags();
    expect(flagged).toMatchObject([lack, lack]);
    expect(await explained(change)).toMatchObject({
      waitsFor: 'people',
      unsatisfiable: { step: 'gone', available: 0 },
    });
    expect(Object.keys(await waysOf(change))).toEqual(['find_people', 'cancel', 'wait']);
    await watch();
    expect(await flags()).toEqual(flagged);
    await departure.back();
    await watch();
    expect(await flags()).toEqual([null, null]);
    expect(await actionsOf(scene, change.id)).toEqual(['change.opened', 'change.unsatisfiable', 'change.satisfiable']);
    expect(await actionsOf(scene, policy)).toEqual([
      'approval_profile.created',
      'approval_profile.unsatisfiable',
      'approval_profile.satisfiable',
    ]);
  },
);

test('watches that look at the same moment record one turn', async () => {
  const change = await open([step({ users: [first.id] })]);
  await sql('update people set disabled = true where id = $1::uuid', first.id);
  await Promise.all(Array.from({ length: 6 }, () => watch()));
  await eventually(async () => {
    await watch();
    return (await changeOf(author.api, change.id)).unsatisfiable !== null;
  }, 'flagged');
  await sql('update people set disabled = false where id = $1::uuid', first.id);
  expect((await actionsOf(scene, change.id)).filter((action) => action === 'change.unsatisfiable')).toHaveLength(1);
});

test('the scanner watches by itself', async () => {
  const policy = await addPolicy(scene, [step({ users: [first.id] })]);
  await sql('update people set disabled = true where id = $1::uuid', first.id);
  await scene.broker.scanner.scan();
  expect(must(await author.api('GET', `/v1/approval-profiles/${policy}`), 200).unsatisfiable).not.toBeNull();
  await sql('update people set disabled = false where id = $1::uuid', first.id);
});

test('explain: who can move it, step by step, and who is barred', async () => {
  const change = await open([
    step({ users: [author.id, first.id], groups: [group] }, 1, 'team'),
    step({ users: [second.id] }, 1, 'security'),
  ]);
  expect(await explained(change)).toMatchObject({
    state: 'pending_approval',
    waitsFor: 'votes',
    summary: 'It waits for approval.',
    barred: [{ id: author.id, name: 'author', as: 'requester' }],
    unsatisfiable: null,
    approval: [
      {
        since: 'opening',
        satisfied: false,
        steps: [
          {
            step: 'team',
            missing: 1,
            open: true,
            canDecide: { count: 2, people: [{ name: 'first' }, { name: 'third' }] },
          },
          { step: 'security', missing: 1, open: false, canDecide: { count: 1, people: [{ name: 'second' }] } },
        ],
      },
    ],
  });
  expect(await waysOf(change)).toEqual({
    approve: ['first', 'third'],
    reject: ['first', 'second', 'third'],
    cancel: ['Administrator', 'author'],
    wait: null,
  });
  must(await review(third.api, change), 200);
  expect(await waysOf(change)).toMatchObject({ approve: ['second'], reject: ['first', 'second'] });
  await sql('delete from group_members where group_id = $1::uuid', group);
  expect(await explained(change)).toMatchObject({
    uncounted: [{ id: third.id, name: 'third', reason: 'not_an_approver' }],
  });
  await sql('insert into group_members values ($1::uuid, $2::uuid)', group, third.id);
  expect((await explained(change)).expiresAt).toBe((await changeOf(author.api, change.id)).expiresAt);
});

test('explain: a machine is barred as its owner', async () => {
  const change = await open([step({ users: [author.id, first.id] })], scene.admin.as(machineToken));
  expect(await explained(change)).toMatchObject({ barred: [{ id: author.id, as: 'requester' }] });
  expect(await waysOf(change)).toMatchObject({ approve: ['first'] });
});

test('explain: what was asked at the opening and what is asked since', async () => {
  const steps = [step({ users: [first.id] })];
  const policy = await addPolicy(scene, steps);
  const profile = await addProfile(scene, scene.source.vaultId);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profile}`, { approvalProfileId: policy }), 200);
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  const body = { steps: [step({ users: [third.id] }, 1, 'stricter')] };
  const tightened = opened(await scene.admin('PATCH', `/v1/approval-profiles/${policy}`, body));
  must(await review(first.api, tightened), 200);
  await work(scene, tightened.id);
  expect(await explained(change)).toMatchObject({
    approval: [
      { profileVersion: 1, since: 'opening' },
      { profileVersion: 2, since: 'now', steps: [{ step: 'stricter' }] },
    ],
  });
  expect(await waysOf(change)).toMatchObject({ approve: ['first', 'third'] });
  must(await review(first.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'pending_approval' });
  must(await review(third.api, change), 200);
  expect(await explained(change)).toMatchObject({ state: 'approved', waitsFor: 'worker' });
});

test('explain: votes lost, profile disabled, conflict, rejected, withdrawn, applied', async () => {
  const profile = await addProfile(scene, scene.source.vaultId, [step({ users: [second.id] })]);
  const create = async () => opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  const lost = await create();
  must(await review(second.api, lost), 200);
  await sql(`update role_grants set role = 'viewer' where id = $1::uuid`, roleGrant);
  expect(await work(scene, lost.id)).toBe(false);
  expect(await explained(lost)).toMatchObject({ waitsFor: 'people', code: 'votes_lost' });
  await sql(`update role_grants set role = 'approver' where id = $1::uuid`, roleGrant);
  expect(await explained(lost)).toMatchObject({
    waitsFor: 'votes',
    summary: expect.stringContaining('no longer sufficed'),
  });
  must(await review(second.api, lost), 200);
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/disable`), 200);
  expect(await work(scene, lost.id)).toBe(false);
  expect(await explained(lost)).toMatchObject({
    state: 'approved',
    waitsFor: 'profile',
    code: 'profile_disabled',
    nextAttemptAt: expect.any(String),
  });
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/enable`), 200);
  expect(await work(scene, lost.id)).toBe(true);
  expect(await explained(lost)).toMatchObject({ state: 'applied', waitsFor: 'nothing', ways: [] });

  const moved = opened(await author.api('DELETE', `/v1/secrets/${lost.secretId}`));
  must(await review(second.api, moved), 200);
  await sql('update secrets set head_version = head_version + 1 where id = $1::uuid', lost.secretId);
  expect(await work(scene, moved.id)).toBe(false);
  expect(await explained(moved)).toMatchObject({
    state: 'conflict',
    code: 'base_moved',
    waitsFor: 'requester',
    summary: expect.stringContaining('another version'),
    ways: [{ way: 'rebase' }],
  });
  const rejected = await create();
  must(await review(second.api, rejected, 'reject'), 200);
  expect(await explained(rejected)).toMatchObject({ waitsFor: 'requester', ways: [{ way: 'edit' }] });
  const withdrawn = await create();
  must(await author.api('POST', `/v1/change-requests/${withdrawn.id}/cancel`), 200);
  expect(await explained(withdrawn)).toMatchObject({ waitsFor: 'nothing', summary: 'It was withdrawn.' });
});

test('explain: a failure names its code and the way back', async () => {
  const temporary = await scene.person('temporary', 'read_write');
  const change = await open([step({ users: [first.id] })], temporary.api);
  must(await review(first.api, change), 200);
  await sql('update people set disabled = true where id = $1::uuid', temporary.id);
  expect(await work(scene, change.id)).toBe(false);
  expect(await explained(change)).toMatchObject({
    state: 'failed',
    code: 'requester_not_authorized',
    summary: expect.stringContaining('no longer holds the right'),
    ways: [{ way: 'retry' }],
  });
});

test('another tenant and whoever may not see changes get nothing', async () => {
  const change = await open([step({ users: [first.id] })]);
  const body = { slug: 'neighbour', name: 'N', administrator: { name: 'N', email: 'n@example.com' } };
  const neighbour = scene.admin.as(must(await scene.admin('POST', '/v1/organizations', body), 201).token as string);
  const shown = { revision: change.revision, digest: change.digest, reason: 'because it is urgent enough' };
  for (const [method, path, sent] of [
    ['GET', 'explain', undefined],
    ['POST', 'override', shown],
    ['POST', 'override/review', { comment: 'seen' }],
  ] as const) {
    expect((await neighbour(method, `/v1/change-requests/${change.id}/${path}`, sent)).status).toBe(404);
  }
});

test('locked out: somebody on the machine gives a person the glass to break, then it opens, flagged, and goes through', async () => {
  const onCall = await scene.person('on-call', 'viewer');
  const steps = [step({ users: [author.id] }, 1, 'owner agrees')];
  const profile = await addProfile(scene, scene.source.vaultId, steps);
  expect((await author.api('POST', '/v1/secrets', newSecret(profile))).status).toBe(409);
  const { db, keyring } = scene.broker;
  const give = (organization: string, email: string) => grantBreakGlass(db, keyring, organization, email);
  const { organization } = must(await scene.admin('GET', '/v1/me'), 200) as { organization: { slug: string } };
  expect(await give('elsewhere', 'on-call@example.com')).toBe('nobody');
  expect(await give(organization.slug, 'on-call@example.com')).toBe('given');
  expect(await give(organization.slug, 'on-call@example.com')).toBe('held before');
  const grants = must(await scene.admin('GET', `/v1/role-grants?subjectId=${onCall.id}&role=break_glass`), 200);
  const [grant] = grants.items as { id: string }[];
  expect(await actionsOf(scene, grant?.id ?? '')).toEqual(['role_grant.created']);
  const change = opened(await author.api('POST', '/v1/secrets', newSecret(profile)));
  await watch();
  expect(await changeOf(author.api, change.id)).toMatchObject({ unsatisfiable: { step: 'owner agrees' } });
  expect(await waysOf(change)).toMatchObject({ override: ['on-call'] });
  const shown = { revision: change.revision, digest: change.digest };
  const reason = 'The only approver asks himself, and it cannot wait.';
  must(await onCall.api('POST', `/v1/change-requests/${change.id}/override`, { ...shown, reason }), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'approved', unsatisfiable: null });
  expect(await work(scene, change.id)).toBe(true);
  expect(await explained(change)).toMatchObject({ summary: expect.stringContaining('without the votes') });
});
