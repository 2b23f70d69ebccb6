import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPolicy, addProfile, existing, opened, review, step } from '../api/approvals/support.ts';
import { canary, findLeaks } from '../support/canaries.ts';
import { type HookReceiver, startHookReceiver, verifies } from '../support/hook-receiver.ts';
import { bodyOf, noticeDesk } from '../support/notice-desk.ts';
import { eventually, must, type Scene, type ScenePerson, startScene } from '../support/scene.ts';

let scene: Scene;
let author: ScenePerson;
let reviewer: ScenePerson;
let desk: ReturnType<typeof noticeDesk>;
let names = 0;
const receivers: HookReceiver[] = [];

beforeAll(async () => {
  scene = await startScene({ targets: 1 });
  desk = noticeDesk(scene);
  applied.projectIds = [scene.project.id];
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
});
afterAll(async () => {
  await scene.close();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

async function receiverOf(): Promise<HookReceiver> {
  const receiver = await startHookReceiver();
  receivers.push(receiver);
  return receiver;
}

/** Changes of secrets of the scene's project: administration is told, too, and not by these tests. */
const applied = { kinds: ['change.applied'], projectIds: [] as string[] };
const happen = (value: unknown = 'v') => desk.secret('shop', scene.source.profileId, `happens-${++names}`, value);
const kindsAt = (receiver: HookReceiver) => receiver.received.map((hook) => bodyOf(hook).type);

test('a change is told from its request to its end, in order, signed, with ids and without any value', async () => {
  const receiver = await receiverOf();
  const value = canary('value');
  const comment = canary('comment');
  const policy = await addPolicy(scene, [step({ users: [reviewer.id] })]);
  const profileId = await addProfile(scene, scene.source.vaultId);
  const secretId = await existing(author.api, profileId);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId: policy }), 200, 202);
  const { id, secret } = await desk.webhook(receiver, { projectIds: applied.projectIds });
  const body = { payload: { value: value.text }, comment: comment.text };
  const change = opened(await author.api('POST', `/v1/secrets/${secretId}/versions`, body));
  await desk.received(receiver, 1);
  must(await review(reviewer.api, change), 200);
  await desk.received(receiver, 4);
  await desk.inState(id, 'delivered', 4);

  expect(kindsAt(receiver)).toEqual(['change.waiting', 'change.reviewed', 'change.approved', 'change.applied']);
  const told = receiver.received.map((hook) => bodyOf(hook).data);
  expect(told.map((data) => data.seq)).toEqual(told.map((data) => data.seq).sort((a, b) => Number(a) - Number(b)));
  for (const hook of receiver.received) {
    const { data, type } = bodyOf(hook);
    expect(hook.headers['webhook-id']).toBe(data.id);
    expect(await verifies(hook, secret)).toBe(true);
    expect(await verifies({ ...hook, body: `${hook.body} ` }, secret)).toBe(false);
    expect(data).toMatchObject({
      kind: type,
      organization: { id: scene.organizationId },
      project: { id: scene.project.id, name: 'shop' },
      object: { type: 'change_request', id: change.id },
      subject: { type: 'secret', id: secretId },
      operation: 'update',
      url: `https://keyferry.example.com/v1/change-requests/${change.id}`,
    });
  }
  const sent = receiver.received.map((hook): [string, string] => ['webhook', JSON.stringify(hook)]);
  expect(findLeaks([value, comment, { name: 'secret', text: secret }], sent)).toEqual([]);
  expect(findLeaks([value], [['webhook', JSON.stringify({ ...receiver.received[0], leak: value.text })]])).not.toEqual(
    [],
  );
});

test('kinds and projects narrow what is told', async () => {
  const [narrow, elsewhere] = [await receiverOf(), await receiverOf()];
  const project = must(await scene.admin('POST', '/v1/projects', { slug: 'narrow', name: 'Narrow' }), 201).id;
  const first = await desk.webhook(narrow, { ...applied, projectIds: [project] });
  await desk.webhook(elsewhere, { kinds: ['change.rejected'] });
  await happen();
  await desk.secret('narrow', scene.source.profileId, 'told');
  await desk.inState(first.id, 'delivered');
  expect(narrow.received.map((hook) => bodyOf(hook).data.project)).toEqual([{ id: project, name: 'narrow' }]);
  expect(elsewhere.received).toEqual([]);
});

describe('a receiver in trouble', () => {
  test('is tried again with the same id and the same bytes, and the state shows', async () => {
    const receiver = await receiverOf();
    receiver.script({ status: 500 }, { status: 503 });
    const { id, secret } = await desk.webhook(receiver, applied);
    await happen();
    const [failed] = await desk.inState(id, 'failed');
    expect(failed).toMatchObject({ attempts: 1, status: 500, code: 'refused' });
    await desk.hurry(id);
    await desk.received(receiver, 2);
    await desk.inState(id, 'failed');
    await desk.hurry(id);
    const [delivered] = await desk.inState(id, 'delivered');
    expect(delivered).toMatchObject({ id: failed?.id, attempts: 3, status: 204, code: null });
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map((hook) => hook.headers['webhook-id']))).toEqual(new Set([failed?.noticeId]));
    expect(new Set(receiver.received.map((hook) => hook.body)).size).toBe(1);
    for (const hook of receiver.received) expect(await verifies(hook, secret)).toBe(true);
  });

  test('holds up nobody else, and what it answers is kept nowhere', async () => {
    const [hanging, quick] = [await receiverOf(), await receiverOf()];
    hanging.script('hang', 'hang', 'hang');
    const stuck = await desk.webhook(hanging, applied);
    const other = await desk.webhook(quick, applied);
    quick.script({ status: 400 });
    await happen();
    await desk.inState(other.id, 'failed');
    await desk.hurry(other.id);
    await desk.inState(other.id, 'delivered');
    await desk.inState(stuck.id, 'failed');
    const rows = await scene.broker.db.query<{ row: string }>('select d::text as row from notice_deliveries d');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ row }) => row.includes('kept-nowhere'))).toEqual([]);
    expect(scene.log()).not.toContain('kept-nowhere');
  });

  test('gets events in order; one that keeps failing steps aside after some tries', async () => {
    const receiver = await receiverOf();
    receiver.script({ status: 500 }, { status: 500 }, { status: 500 });
    const { id } = await desk.webhook(receiver, applied);
    await happen();
    await desk.inState(id, 'failed');
    await happen();
    await desk.inState(id, 'pending');
    await scene.broker.scanner.scan();
    expect(receiver.received).toHaveLength(1);
    for (const count of [2, 3]) {
      await desk.hurry(id);
      await desk.received(receiver, count);
      await eventually(async () => (await desk.deliveries(id)).some((each) => each.attempts === count), 'recorded');
    }
    await desk.inState(id, 'delivered');
    const ids = receiver.received.map((hook) => hook.headers['webhook-id']);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(ids[3]).not.toBe(ids[0]);
  });

  test('is given up after a while; what was parked can be replayed under its id', async () => {
    const receiver = await receiverOf();
    receiver.script({ status: 500 }, { status: 500 });
    const { id } = await desk.webhook(receiver, applied);
    await happen();
    await desk.inState(id, 'failed');
    await scene.broker.db.query('update notice_deliveries set attempts = 11 where subscriber_id = $1::uuid', [id]);
    await desk.hurry(id);
    const [parked] = await desk.inState(id, 'parked');
    expect(parked).toMatchObject({ attempts: 12, status: 500, code: 'refused' });
    await desk.hurry(id);
    await scene.broker.scanner.scan();
    expect(receiver.received).toHaveLength(2);
    must(await scene.admin('POST', `/v1/webhooks/${id}/deliveries/${parked?.id}/replay`), 202);
    await desk.inState(id, 'delivered');
    expect(receiver.received.map((hook) => hook.headers['webhook-id'])).toEqual(Array(3).fill(parked?.noticeId));
  });
});

test('everything since a time is told again under the same ids, also what is older than the webhook', async () => {
  const receiver = await receiverOf();
  const since = new Date(Date.now() - 3_600_000).toISOString();
  await happen();
  const { id } = await desk.webhook(receiver, applied);
  await happen();
  await desk.inState(id, 'delivered');
  const [first] = receiver.received;
  const known = (await scene.broker.db.query<{ count: number }>(
    `select count(*)::int as count from audit_events e join change_requests c on c.id::text = e.object_id
     where e.organization_id = $1::uuid and e.action = 'change.applied' and c.project_id = $2::uuid`,
    [scene.organizationId, scene.project.id],
  )) as { count: number }[];
  const count = known[0]?.count ?? 0;
  expect(count).toBeGreaterThan(1);
  must(await scene.admin('POST', `/v1/webhooks/${id}/replay`, { since }), 202);
  await desk.received(receiver, count + 1);
  await desk.inState(id, 'delivered', count);
  const ids = receiver.received.slice(1).map((hook) => hook.headers['webhook-id']);
  expect(new Set(ids).size).toBe(count);
  expect(ids).toContain(first?.headers['webhook-id']);
  expect(must(await scene.admin('GET', `/v1/webhooks/${id}`), 200).replaying).toBe(false);
  expect(receiver.received).toHaveLength(count + 1);
});

test('while a secret is rotated both verify', async () => {
  const receiver = await receiverOf();
  const { id, secret } = await desk.webhook(receiver, applied);
  const rotated = must(await scene.admin('POST', `/v1/webhooks/${id}/rotate-secret`, {}), 200);
  await happen();
  await desk.inState(id, 'delivered');
  const [hook] = receiver.received;
  if (hook === undefined) throw new Error('nothing came');
  expect(await verifies(hook, secret)).toBe(true);
  expect(await verifies(hook, String(rotated.secret))).toBe(true);
  must(await scene.admin('POST', `/v1/webhooks/${id}/rotate-secret`, { overlapHours: 0 }), 200);
  await happen();
  const [, second] = await desk.received(receiver, 2);
  if (second === undefined) throw new Error('nothing came');
  expect(await verifies(second, String(rotated.secret))).toBe(false);
});

test('a disabled webhook is told nothing of what happens meanwhile', async () => {
  const receiver = await receiverOf();
  const { id } = await desk.webhook(receiver, applied);
  must(await scene.admin('PATCH', `/v1/webhooks/${id}`, { enabled: false }), 200);
  await happen();
  must(await scene.admin('PATCH', `/v1/webhooks/${id}`, { enabled: true }), 200);
  const later = await happen();
  await desk.inState(id, 'delivered');
  expect(receiver.received.map((hook) => bodyOf(hook).data.subject)).toMatchObject([{ id: later }]);
});

test('a digest gathers what waits into one message, which stays the same when it has to be sent again', async () => {
  const receiver = await receiverOf();
  receiver.script({ status: 500 });
  const { id } = await desk.webhook(receiver, { ...applied, pace: 'hourly' });
  const told = [await happen(), await happen()];
  await desk.inState(id, 'pending', 2);
  expect(receiver.received).toHaveLength(0);
  await desk.hurry(id);
  await desk.inState(id, 'failed', 2);
  told.push(await happen());
  await desk.inState(id, 'pending');
  await desk.hurry(id);
  await desk.inState(id, 'delivered', 3);
  const [failed, again, next] = receiver.received;
  expect(receiver.received).toHaveLength(3);
  expect(again?.body).toBe(failed?.body);
  expect(again?.headers['webhook-id']).toBe(failed?.headers['webhook-id']);
  expect(next?.headers['webhook-id']).not.toBe(failed?.headers['webhook-id']);
  const subjects = [again, next].map((hook) => {
    const { type, data } = JSON.parse(hook?.body ?? '') as {
      type: string;
      data: { notices: { subject: { id: string } }[] };
    };
    expect(type).toBe('digest');
    return data.notices.map((notice) => notice.subject.id);
  });
  expect(subjects).toEqual([told.slice(0, 2), told.slice(2)]);
});

test('chats get their own forms', async () => {
  const [slack, teams] = [await receiverOf(), await receiverOf()];
  const first = await desk.webhook(slack, { ...applied, format: 'slack' });
  const second = await desk.webhook(teams, { ...applied, format: 'teams' });
  await happen();
  await desk.inState(first.id, 'delivered');
  await desk.inState(second.id, 'delivered');
  expect(JSON.parse(slack.received[0]?.body ?? '')).toEqual({
    text: expect.stringMatching(
      /^Change \(create\) of secret happens-\d+ was applied .*<https:\/\/keyferry\.example\.com\/v1\//,
    ),
  });
  expect(JSON.parse(teams.received[0]?.body ?? '')).toMatchObject({ type: 'message', attachments: [{}] });
});

test('a test is sent on request, and a deleted webhook gets nothing more', async () => {
  const receiver = await receiverOf();
  const { id, secret } = await desk.webhook(receiver, { kinds: ['change.rejected'] });
  const ping = must(await scene.admin('POST', `/v1/webhooks/${id}/ping`), 202);
  const [hook] = await desk.received(receiver, 1);
  if (hook === undefined) throw new Error('nothing came');
  expect(bodyOf(hook).type).toBe('ping');
  expect(hook.headers['webhook-id']).toBe(ping.messageId);
  expect(await verifies(hook, secret)).toBe(true);
  must(await scene.admin('DELETE', `/v1/webhooks/${id}`), 204);
  const rows = await scene.broker.db.query('select id from notice_deliveries where subscriber_id = $1::uuid', [id]);
  expect(rows).toEqual([]);
});

test('metrics show attempts and what waits', async () => {
  const text = await (await fetch(`${scene.url}/metrics`)).text();
  expect(text).toMatch(/keyferry_notice_attempts_total\{channel="webhook",outcome="delivered"\} [1-9]/);
  expect(text).toMatch(/keyferry_notice_attempts_total\{channel="webhook",outcome="parked"\} 1/);
  expect(text).toMatch(/keyferry_oldest_due_notice_seconds \d/);
});
