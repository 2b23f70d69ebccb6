import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import {
  actionsOf,
  addProfile,
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

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  first = await scene.person('first', 'approver');
  second = await scene.person('second', 'approver');
});
afterAll(() => scene.close());

const profileWith = (steps: unknown[], policy?: Record<string, unknown>) =>
  addProfile(scene, scene.source.vaultId, steps, policy);
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
  const member = await scene.person('member', 'approver');
  const holder = await scene.person('holder', 'approver');
  const stays = `/v1/groups/${group}/members/${member.id}`;
  must(await scene.admin('PUT', stays), 204);
  const spare = await scene.person('spare', 'approver');
  must(await scene.admin('PUT', `/v1/groups/${group}/members/${spare.id}`), 204);
  const ways: [ScenePerson, unknown, () => Promise<unknown>][] = [
    [member, step({ groups: [group] }), async () => must(await scene.admin('DELETE', stays), 204)],
    [
      holder,
      step({ roles: ['approver'] }),
      async () => {
        const { items } = must(await scene.admin('GET', `/v1/role-grants?subjectId=${holder.id}`), 200);
        for (const { id } of items as { id: string }[]) must(await scene.admin('DELETE', `/v1/role-grants/${id}`), 204);
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
  const away = await scene.person('away', 'viewer');
  const grant = await grantRole(scene, 'person', away.id, 'approver');
  const change = opened(
    await author.api('POST', '/v1/secrets', newSecret(await profileWith([step({ users: [away.id] })]))),
  );
  must(await review(away.api, change), 200);
  must(await scene.admin('DELETE', `/v1/role-grants/${grant}`), 204);
  expect(await work(scene, change.id)).toBe(false);
  await grantRole(scene, 'person', away.id, 'approver');
  must(await review(away.api, change), 200);
  expect(await work(scene, change.id)).toBe(true);
  expect((await changeOf(author.api, change.id)).reviews).toHaveLength(1);
});

test('the vote before the last counts by what its voter holds at the last one (D8)', async () => {
  const leaver = await scene.person('leaver', 'approver');
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
  must(await scene.admin('PATCH', `/v1/approval-profiles/${approvalProfileId}`, { operations: ['update'] }), 200);
  must(await author.api('POST', `/v1/change-requests/${changeId}/retry`, { payload: { value: 'two' } }), 200);
  expect(await work(scene, changeId)).toBe(false);
  const waiting = must(await author.api('GET', `/v1/change-requests/${changeId}`), 200);
  expect(waiting).toMatchObject({ state: 'pending_approval', approval: [{ name: 'later', satisfied: false }] });
  must(await review(first.api, waiting as unknown as Opened), 200);
  expect(await work(scene, changeId)).toBe(true);
  expect(await changeOf(author.api, changeId)).toMatchObject({ state: 'applied', resultVersion: 2 });
});

/** A governed metadata change: cheap, and its effect shows in the description. */
async function describing(secretId: string, description: string) {
  return opened(await author.api('PATCH', `/v1/secrets/${secretId}`, { description }));
}

const LONG_MS = 60_000;

/** Where the change is and what the secret's description says, straight from the tables: cheap enough for many rounds. */
async function standing(changeId: string): Promise<{ state: string; description: string }> {
  const [row] = await scene.broker.db.query<{ state: string; description: string }>(
    `select c.state, s.description from change_requests c join secrets s on s.id = c.secret_id where c.id = $1::uuid`,
    [changeId],
  );
  if (row === undefined) throw new Error('no such change');
  return row;
}

/** The scanner's expiry until nothing waits any more. */
async function scanUntilDecided(changeId: string): Promise<void> {
  do await scene.broker.scanner.scan();
  while ((await standing(changeId)).state === 'pending_approval');
}

test('expiry against approval, 100 rounds: one final state, and an expired change never runs (D10)', {
  timeout: LONG_MS,
}, async () => {
  const profile = await profileWith([step({ users: [first.id] })], { operations: ['edit_metadata'] });
  const id = await existing(author.api, profile);
  const seen = { applied: 0, expired: 0 };
  let before = '';
  for (let round = 0; round < 100; round++) {
    const change = await describing(id, `round ${round}`);
    await scene.broker.db.query(
      `update change_requests set expires_at = clock_timestamp() + $2::int * interval '1 millisecond' where id = $1::uuid`,
      [change.id, [0, 4, 12, 500][round % 4]],
    );
    const [vote] = await Promise.all([review(first.api, change), scanUntilDecided(change.id)]);
    const ran = await work(scene, change.id);
    const { state, description } = await standing(change.id);
    if (vote.status === 200) expect([state, ran, description]).toEqual(['applied', true, `round ${round}`]);
    else expect([vote.status, state, ran, description]).toEqual([409, 'expired', false, before]);
    seen[state as 'applied' | 'expired'] += 1;
    before = description;
  }
  expect(seen.applied + seen.expired).toBe(100);
  expect(Math.min(seen.applied, seen.expired), JSON.stringify(seen)).toBeGreaterThan(0);
});

test('rejection against approval, 100 rounds: one final state (D10)', { timeout: LONG_MS }, async () => {
  const asked = step({ users: [first.id, second.id] });
  const id = await existing(author.api, await profileWith([asked], { operations: ['edit_metadata'] }));
  for (let round = 0; round < 100; round++) {
    const change = await describing(id, `round ${round}`);
    const votes = [() => review(first.api, change), () => review(second.api, change, 'reject')];
    if (round % 2 === 1) votes.reverse();
    const answers = await Promise.all(votes.map((vote) => vote()));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const won = answers.find((answer) => answer.status === 200)?.json.state;
    const ran = await work(scene, change.id);
    expect([ran, (await standing(change.id)).state]).toEqual(
      won === 'approved' ? [true, 'applied'] : [false, 'rejected'],
    );
  }
});
