import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import {
  actionsOf,
  addProfile,
  agreed,
  changeOf,
  existing,
  grantRole,
  newSecret,
  type Opened,
  opened,
  review,
  step,
  work,
} from './support.ts';

/** A refusal of Vault's own kind: proof that nothing was done. */
const refused = { status: 400, body: { errors: ['refused'] } };

let scene: Scene;
let author: ScenePerson;
let first: ScenePerson;
let second: ScenePerson;
let away: ScenePerson;
let awayGrant: string;
const extra = new Map<string, ScenePerson>();

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  first = await scene.person('first', 'approver');
  second = await scene.person('second', 'approver');
  // Later ones would have to be agreed to: policies that are in use name the role.
  for (const each of ['member', 'holder', 'spare', 'leaver']) extra.set(each, await scene.person(each, 'approver'));
  away = await scene.person('away', 'viewer');
  awayGrant = await grantRole(scene, 'person', away.id, 'approver');
});
afterAll(() => scene.close());

const profileWith = (steps: unknown[], policy?: Record<string, unknown>) =>
  addProfile(scene, scene.source.vaultId, steps, policy);
const someone = (name: string) => extra.get(name) as ScenePerson;
const writes = () => scene.source.vault.journal.filter((entry) => entry.kind === 'write').length;

test('two workers begin one approved change: one of them gets it, and nobody while it runs', async () => {
  const change = opened(
    await author.api('POST', '/v1/secrets', newSecret(await profileWith([step({ users: [first.id] })]))),
  );
  must(await review(first.api, change), 200);
  const { executions, executor } = scene.broker.work;
  const before = writes();
  const barrier = scene.source.vault.barrier({ when: (request) => request.method === 'POST' });
  const grants = await Promise.all(Array.from({ length: 6 }, () => executions.begin(change.id)));
  const [grant, ...more] = grants.filter((each) => each !== undefined);
  if (grant === undefined) throw new Error('nobody may run it');
  expect(more).toEqual([]);
  const running = executor.execute(grant.change, { recovering: grant.recovering, patient: true });
  await barrier.waitFor(1);
  expect(await executions.begin(change.id)).toBeUndefined();
  expect((await author.api('POST', `/v1/change-requests/${change.id}/cancel`)).status).toBe(409);
  barrier.release();
  expect(await running).toMatchObject({ kind: 'applied' });
  expect(await executions.begin(change.id)).toBeUndefined();
  expect(writes() - before).toBe(1);
});

test('votes of somebody who left the group or lost the role no longer count: it waits again (D8)', async () => {
  const group = must(await scene.admin('POST', '/v1/groups', { name: 'team' }), 201).id as string;
  const [member, holder, spare] = [someone('member'), someone('holder'), someone('spare')];
  const stays = `/v1/groups/${group}/members/${member.id}`;
  must(await scene.admin('PUT', stays), 204);
  must(await scene.admin('PUT', `/v1/groups/${group}/members/${spare.id}`), 204);
  const ways: [ScenePerson, unknown, () => Promise<unknown>][] = [
    [member, step({ groups: [group] }), async () => agreed(scene, await scene.admin('DELETE', stays), spare)],
    [
      holder,
      step({ roles: ['approver'] }),
      async () => {
        const { items } = must(await scene.admin('GET', `/v1/role-grants?subjectId=${holder.id}`), 200);
        for (const { id } of items as { id: string }[]) {
          await agreed(scene, await scene.admin('DELETE', `/v1/role-grants/${id}`), spare);
        }
      },
    ],
  ];
  for (const [voter, asked, lose] of ways) {
    const change = opened(await author.api('POST', '/v1/secrets', newSecret(await profileWith([asked]))));
    must(await review(voter.api, change), 200);
    await lose();
    expect(await work(scene, change.id)).toBe(false);
    const after = await changeOf(author.api, change.id);
    expect(after).toMatchObject({ state: 'pending_approval', code: 'votes_lost', approval: [{ satisfied: false }] });
    expect(await actionsOf(scene, change.id)).toContain('change.returned');
    must(await review(spare.api, change), 200);
    expect(await work(scene, change.id)).toBe(true);
    expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'applied', code: null });
  }
});

test('whoever was away and is eligible again makes an old vote count by repeating it', async () => {
  const change = opened(
    await author.api('POST', '/v1/secrets', newSecret(await profileWith([step({ users: [away.id, first.id] })]))),
  );
  must(await review(away.api, change), 200);
  await agreed(scene, await scene.admin('DELETE', `/v1/role-grants/${awayGrant}`), first);
  expect(await work(scene, change.id)).toBe(false);
  const grant = { subjectType: 'person', subjectId: away.id, role: 'approver' };
  await agreed(scene, await scene.admin('POST', '/v1/role-grants', grant), first);
  must(await review(away.api, change), 200);
  expect(await work(scene, change.id)).toBe(true);
  expect((await changeOf(author.api, change.id)).reviews).toHaveLength(1);
});

test('the vote before the last counts by what its voter holds at the last one (D8)', async () => {
  const leaver = someone('leaver');
  const change = opened(
    await author.api('POST', '/v1/secrets', newSecret(await profileWith([step({ roles: ['approver'] }, 2)]))),
  );
  must(await review(leaver.api, change), 200);
  must(await scene.admin('PATCH', `/v1/users/${leaver.id}`, { disabled: true }), 200);
  must(await review(first.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'pending_approval' });
  must(await review(second.api, change), 200);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'approved' });
});

test('a requester whose token was revoked or role taken meanwhile asks for nothing any more (F7)', async () => {
  const profile = await profileWith([step({ users: [first.id] })]);
  const revoke = async (person: ScenePerson) => {
    const { items } = must(await scene.admin('GET', `/v1/tokens?userId=${person.id}`), 200) as {
      items: { id: string }[];
    };
    for (const { id } of items) must(await scene.admin('DELETE', `/v1/tokens/${id}`), 204);
  };
  const demote = async (person: ScenePerson) => {
    const { items } = must(await scene.admin('GET', `/v1/role-grants?subjectId=${person.id}`), 200);
    for (const { id } of items as { id: string }[]) must(await scene.admin('DELETE', `/v1/role-grants/${id}`), 204);
  };
  const disable = async (person: ScenePerson) =>
    must(await scene.admin('PATCH', `/v1/users/${person.id}`, { disabled: true }), 200);
  for (const [index, lose] of [revoke, demote, disable].entries()) {
    const requester = await scene.person(`requester-${index}`, 'read_write');
    const change = opened(await requester.api('POST', '/v1/secrets', newSecret(profile)));
    must(await review(first.api, change), 200);
    await lose(requester);
    const before = writes();
    expect(await work(scene, change.id)).toBe(false);
    expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'failed', code: 'requester_not_authorized' });
    expect(writes()).toBe(before);
  }
});

test('a change that nobody had to approve, retried after a policy came to ask for it, waits and shows for whom', async () => {
  const steps = [step({ users: [first.id] })];
  const body = { name: 'later', steps, operations: ['delete'] };
  const approvalProfileId = must(await scene.admin('POST', '/v1/approval-profiles', body), 201).id;
  const source = {
    name: 'later',
    vaultId: scene.source.vaultId,
    approvalProfileId,
    attributes: { prefix: 'later' },
  };
  const profile = must(await scene.admin('POST', '/v1/vault-profiles', source), 201).id as string;
  const id = await existing(author.api, profile);
  scene.source.vault.script({ method: 'POST', path: '/data/', steps: refused, count: 1 });
  const failed = await author.api('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'two' } });
  expect(failed.status).toBe(422);
  const changeId = failed.json.changeRequestId as string;
  const edit = { operations: ['update'] };
  await agreed(scene, await scene.admin('PATCH', `/v1/approval-profiles/${approvalProfileId}`, edit), first);
  must(await author.api('POST', `/v1/change-requests/${changeId}/retry`, { payload: { value: 'two' } }), 200);
  expect(await work(scene, changeId)).toBe(false);
  const waiting = must(await author.api('GET', `/v1/change-requests/${changeId}`), 200);
  expect(waiting).toMatchObject({ state: 'pending_approval', approval: [{ name: 'later', satisfied: false }] });
  must(await review(first.api, waiting as unknown as Opened), 200);
  expect(await work(scene, changeId)).toBe(true);
  expect(await changeOf(author.api, changeId)).toMatchObject({ state: 'applied', resultVersion: 2 });
});
