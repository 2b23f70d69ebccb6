import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBeside } from '../../support/beside.ts';
import { canary, findLeaks } from '../../support/canaries.ts';
import { type EventClient, openEvents, type StreamedEvent } from '../../support/event-source.ts';
import { noticeDesk } from '../../support/notice-desk.ts';
import { eventually, must } from '../../support/scene.ts';
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts';

let broker: TestBroker;
let desk: ReturnType<typeof noticeDesk>;
let profileId: string;
let projects: Record<'one' | 'two', string>;
let adminToken: string;
let names = 0;

beforeAll(async () => {
  // Streams depend on no worker.
  broker = await startTestBroker({ workers: false });
  desk = noticeDesk(broker);
  const { admin } = broker;
  const vault = must(await admin('POST', '/v1/vaults', { name: 'inside', kind: 'builtin' }), 201);
  profileId = must(await admin('POST', '/v1/vault-profiles', { name: 'inside', vaultId: vault.id }), 201).id as string;
  const add = async (slug: string) => must(await admin('POST', '/v1/projects', { slug, name: slug }), 201).id as string;
  projects = { one: await add('one'), two: await add('two') };
  adminToken = must(await admin('POST', '/v1/tokens', { name: 'watch' }), 201).token as string;
});
afterAll(() => broker.close());

const happen = (project: keyof typeof projects, value?: unknown) =>
  desk.secret(project, profileId, `happens-${++names}`, value);

/** A person with roles; answers with the token and its id. */
async function somebody(grants: readonly { role: string; projectId?: string }[]) {
  const name = `somebody-${++names}`;
  const person = must(await broker.admin('POST', '/v1/users', { name, email: `${name}@example.com` }), 201);
  for (const grant of grants) {
    const body = { subjectType: 'person', subjectId: person.id, ...grant };
    must(await broker.admin('POST', '/v1/role-grants', body), 201);
  }
  const made = must(await broker.admin('POST', '/v1/tokens', { name: 'watch', userId: person.id }), 201);
  return { id: person.id as string, token: made.token as string, tokenId: made.id as string };
}

/** Administration is told, too; these tests look at secrets. */
const ofSecrets = (events: readonly StreamedEvent[]) =>
  events.filter((event) => (event.data.subject as { type: string } | undefined)?.type === 'secret');
const subjects = (events: readonly StreamedEvent[]) => events.map((event) => (event.data.subject as { id: string }).id);

/** Waits for the first events about secrets. */
const told = (stream: EventClient, count: number) =>
  eventually(async () => {
    const found = ofSecrets(stream.seen());
    return found.length >= count ? found.slice(0, count) : undefined;
  }, `${count} events`);

test('events arrive as they happen, without values, and a client goes on where it left off', async () => {
  const value = canary('value');
  const stream = await openEvents(broker.url, adminToken);
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const first = await happen('one', value.text);
  const [event] = await told(stream, 1);
  expect(event).toMatchObject({
    event: 'change.applied',
    data: { kind: 'change.applied', subject: { id: first }, project: { name: 'one' }, operation: 'create' },
  });
  expect(event?.id).toBe(String(event?.data.seq));
  await stream.close();
  const missed = [await happen('one'), await happen('two')];
  const resumed = await openEvents(broker.url, adminToken, { 'last-event-id': event?.id ?? '' });
  missed.push(await happen('one'));
  expect(subjects(await told(resumed, 3))).toEqual(missed);
  await resumed.close();
  const again = await openEvents(`${broker.url}`, adminToken, {}, `?after=${event?.id}`);
  expect(subjects(await told(again, 3))).toEqual(missed);
  await again.close();
  expect(findLeaks([value], [['stream', stream.text()]])).toEqual([]);
});

test('everybody sees what they may see and nothing else', async () => {
  const one = await somebody([{ role: 'viewer', projectId: projects.one }]);
  const nobody = await somebody([]);
  const [narrow, blind, wide] = await Promise.all([
    openEvents(broker.url, one.token),
    openEvents(broker.url, nobody.token),
    openEvents(broker.url, adminToken),
  ]);
  const made = [await happen('two'), await happen('one'), await happen('two'), await happen('one')];
  expect(subjects(await told(wide, 4))).toEqual(made);
  expect(subjects(await told(narrow, 2))).toEqual([made[1], made[3]]);
  await Promise.all([narrow, blind, wide].map((stream) => stream.close()));
  expect(narrow.seen()).toHaveLength(2);
  expect(blind.seen()).toEqual([]);
});

test('another tenant sees nothing', async () => {
  const founded = await broker.admin('POST', '/v1/organizations', {
    slug: 'neighbour',
    name: 'Neighbour',
    administrator: { name: 'Stranger', email: 'stranger@example.com' },
  });
  const stranger = await openEvents(broker.url, String(must(founded, 201).token), { 'last-event-id': '0' });
  const own = await openEvents(broker.url, adminToken);
  await happen('one');
  await told(own, 1);
  await stranger.heartbeats(1);
  expect(stranger.seen()).toEqual([]);
  await Promise.all([own.close(), stranger.close()]);
});

test('a stream ends soon after its token is revoked, and rights that are taken away count in a running one', async () => {
  const revoked = await somebody([{ role: 'viewer' }]);
  const demoted = await somebody([]);
  const grant = { subjectType: 'person', subjectId: demoted.id, role: 'viewer' };
  const grantId = must(await broker.admin('POST', '/v1/role-grants', grant), 201).id;
  const [ending, going] = await Promise.all([
    openEvents(broker.url, revoked.token),
    openEvents(broker.url, demoted.token),
  ]);
  await happen('one');
  await Promise.all([told(ending, 1), told(going, 1)]);
  must(await broker.admin('DELETE', `/v1/tokens/${revoked.tokenId}`), 204);
  must(await broker.admin('DELETE', `/v1/role-grants/${grantId}`), 204);
  await ending.ended();
  await going.heartbeats(2);
  await happen('one');
  await going.heartbeats(2);
  expect(ofSecrets(going.seen())).toHaveLength(1);
  await going.close();
  expect((await openEvents(broker.url, revoked.token)).status).toBe(401);
});

test('a person has at most five streams; a closed one makes room', async () => {
  const { token } = await somebody([{ role: 'viewer' }]);
  const open = await Promise.all(Array.from({ length: 5 }, () => openEvents(broker.url, token)));
  expect(open.map((stream) => stream.status)).toEqual(Array(5).fill(200));
  const sixth = await openEvents(broker.url, token);
  expect(sixth.status).toBe(429);
  await open[0]?.close();
  let room = await openEvents(broker.url, token);
  while (room.status === 429) room = await openEvents(broker.url, token);
  expect(room.status).toBe(200);
  await Promise.all([...open.slice(1), room].map((stream) => stream.close()));
});

test('a stream at one process tells what came through another', async () => {
  const beside = await startBeside(broker, { workers: false });
  try {
    const stream = await openEvents(broker.url, adminToken);
    const body = {
      project: 'one',
      name: 'beside',
      type: 'generic',
      sourceProfileId: profileId,
      payload: { value: 'v' },
    };
    const made = must(await beside.admin('POST', '/v1/secrets', body), 201);
    expect(subjects(await told(stream, 1))).toEqual([made.secretId]);
    await stream.close();
  } finally {
    await beside.close();
  }
});

test('whoever was away too long is told so, and a place nobody was at is no place', async () => {
  await broker.broker.db.query('update audit_heads set seq = seq + 20000 where organization_id = $1::uuid', [
    broker.organizationId,
  ]);
  const beside = await startBeside(broker, { workers: false });
  try {
    const stream = await openEvents(beside.url, adminToken, { 'last-event-id': '1' });
    expect(await stream.events(1)).toMatchObject([{ event: 'reset' }]);
    await stream.close();
  } finally {
    await broker.broker.db.query('update audit_heads set seq = seq - 20000 where organization_id = $1::uuid', [
      broker.organizationId,
    ]);
    await beside.close();
  }
  expect((await openEvents(broker.url, adminToken, { 'last-event-id': 'x' })).status).toBe(422);
});
