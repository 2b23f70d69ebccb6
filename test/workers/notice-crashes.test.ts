import { afterAll, beforeAll, expect, test } from 'vitest';
import { addProfile, newSecret, opened, step } from '../api/approvals/support.ts';
import { type Beside, createTrap, startBeside } from '../support/beside.ts';
import { type HookReceiver, startHookReceiver } from '../support/hook-receiver.ts';
import { bodyOf, noticeDesk } from '../support/notice-desk.ts';
import { eventually, must, type Scene, startScene } from '../support/scene.ts';

/* A worker stops at a named step and never comes back; another one goes on when its lease has run out. */

let scene: Scene;
let desk: ReturnType<typeof noticeDesk>;
let names = 0;
const receivers: HookReceiver[] = [];

beforeAll(async () => {
  scene = await startScene({ targets: 0, workers: false });
  desk = noticeDesk(scene);
});
afterAll(async () => {
  await scene.close();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

async function prepared() {
  const receiver = await startHookReceiver();
  receivers.push(receiver);
  const { id } = await desk.webhook(receiver, { kinds: ['change.applied'], projectIds: [scene.project.id] });
  return { receiver, id };
}
const happen = () => desk.secret('shop', scene.source.profileId, `happens-${++names}`);
const never = new AbortController().signal;
/** What a worker does when it is rung for the organization's notices. */
const deliver = ({ broker }: Pick<Beside, 'broker'>) => broker.work.notices.deliver(scene.organizationId, never);

/** Stops at the step, then lets another process finish. Answers with the ids that were sent, in order. */
async function stoppedAt(failpoint: 'notice.after-fan-out' | 'notice.before-send' | 'notice.after-send') {
  const { receiver, id } = await prepared();
  const told = [await happen(), await happen()];
  const trap = createTrap();
  const victim = await startBeside(scene, { workers: false, failpoint: trap.failpoint, notices: { leaseMs: 400 } });
  trap.arm(failpoint);
  deliver(victim).catch(() => undefined);
  await trap.caught();
  await victim.close();
  await eventually(async () => {
    await deliver(scene);
    return (await desk.deliveries(id, '&state=delivered')).length === 2;
  }, 'both delivered');
  // The next trap is not for this one.
  must(await scene.admin('DELETE', `/v1/webhooks/${id}`), 204);
  const subjects = receiver.received.map((hook) => (bodyOf(hook).data.subject as { id: string }).id);
  const ids = receiver.received.map((hook) => hook.headers['webhook-id']);
  expect(new Set(subjects)).toEqual(new Set(told));
  expect(new Set(ids).size).toBe(2);
  return { ids, receiver };
}

test('between turning events into deliveries and sending them: each arrives once', async () => {
  expect((await stoppedAt('notice.after-fan-out')).ids).toHaveLength(2);
});

test('before sending: each arrives once', async () => {
  expect((await stoppedAt('notice.before-send')).ids).toHaveLength(2);
});

test('after sending: the repetition has the same id and the same content', async () => {
  const { ids, receiver } = await stoppedAt('notice.after-send');
  expect(ids).toHaveLength(3);
  expect(ids[1]).toBe(ids[0]);
  expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
});

test('several processes at once turn each event once and send each message once', async () => {
  const { receiver, id } = await prepared();
  for (let i = 0; i < 12; i++) await happen();
  const others = await Promise.all([startBeside(scene, { workers: false }), startBeside(scene, { workers: false })]);
  try {
    await eventually(async () => {
      await Promise.all([scene, ...others, scene, ...others].map(deliver));
      return (await desk.deliveries(id, '&state=delivered')).length === 12;
    }, 'all delivered');
  } finally {
    await Promise.all(others.map((other) => other.close()));
  }
  const seqs = receiver.received.map((hook) => Number(bodyOf(hook).data.seq));
  expect(seqs).toHaveLength(12);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
});

test('what expires soon or cannot be reached is told once, whichever process finds it', async () => {
  const receiver = await startHookReceiver();
  receivers.push(receiver);
  const kinds = ['change.expiring', 'secret.expiring', 'token.expiring', 'vault_profile.unreachable'];
  const { id } = await desk.webhook(receiver, { kinds });
  const soon = new Date(Date.now() + 5 * 86_400_000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = `${part({ alg: 'HS256' })}.${part({ exp: Math.floor(soon.getTime() / 1000) })}.c2lnbmF0dXJl`;
  const body = { project: 'shop', name: 'jwt', type: 'jwt_token', sourceProfileId: scene.source.profileId };
  const made = must(await scene.admin('POST', '/v1/secrets', { ...body, payload: { value: jwt } }), 201);
  const token = must(await scene.admin('POST', '/v1/tokens', { name: 'ends', expiresAt: soon.toISOString() }), 201);
  const { db } = scene.broker;
  await db.query(`update tokens set created_at = now() - interval '60 days' where id = $1::uuid`, [token.id]);
  // A check, which its vault would answer, must not come first.
  await db.query(
    `update vault_profiles set breaker_state = 'open', breaker_code = 'unavailable',
       breaker_since = now() - interval '5 minutes', next_check_at = now() + interval '1 hour' where id = $1::uuid`,
    [scene.source.profileId],
  );
  const reviewer = await scene.person('reviewer', 'approver');
  const profileId = await addProfile(scene, scene.source.vaultId, [step({ users: [reviewer.id] })]);
  const change = opened(await scene.admin('POST', '/v1/secrets', newSecret(profileId)));
  await db.query(
    `update change_requests set created_at = now() - interval '3 hours', expires_at = now() + interval '30 minutes'
     where id = $1::uuid`,
    [change.id],
  );
  const others = await Promise.all([startBeside(scene, { workers: false }), startBeside(scene, { workers: false })]);
  try {
    for (let round = 0; round < 2; round++) {
      await Promise.all([scene, ...others].map(({ broker }) => broker.scanner.scan()));
      await Promise.all([scene, ...others].map(deliver));
    }
    await eventually(async () => {
      await deliver(scene);
      return (await desk.deliveries(id, '&state=delivered')).length >= 4;
    }, 'all told');
  } finally {
    await Promise.all(others.map((other) => other.close()));
  }
  const told = receiver.received.map((hook) => bodyOf(hook).data).map(({ kind, object }) => ({ kind, object }));
  expect(told.sort((a, b) => a.kind.localeCompare(b.kind))).toEqual([
    { kind: 'change.expiring', object: { type: 'change_request', id: change.id } },
    { kind: 'secret.expiring', object: { type: 'secret', id: made.secretId } },
    { kind: 'token.expiring', object: { type: 'token', id: token.id } },
    { kind: 'vault_profile.unreachable', object: { type: 'vault_profile', id: scene.source.profileId } },
  ]);
  expect(JSON.stringify(receiver.received)).not.toContain(jwt.split('.')[1]);
});
