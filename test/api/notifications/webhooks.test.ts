import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumpTables } from '../../support/dump-tables.ts';
import { type HookReceiver, startHookReceiver } from '../../support/hook-receiver.ts';
import { must } from '../../support/scene.ts';
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts';

let broker: TestBroker;
let receiver: HookReceiver;

beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
  receiver = await startHookReceiver();
});
afterAll(async () => {
  await broker.close();
  await receiver.close();
});

const create = (more: Record<string, unknown>) =>
  broker.admin('POST', '/v1/webhooks', { name: 'hooks', url: `${receiver.url}/T0/credential-of-a-chat`, ...more });

test('the secret is shown once, the URL never, and neither is stored in clear', async () => {
  const made = must(await create({ kinds: ['change.applied'], pace: 'hourly' }), 201);
  expect(made).toMatchObject({
    name: 'hooks',
    format: 'keyferry',
    origin: receiver.url,
    kinds: ['change.applied'],
    pace: 'hourly',
    enabled: true,
  });
  expect(made.secret).toMatch(/^whsec_/);
  expect(made).not.toHaveProperty('url');
  const id = made.id as string;
  must(await broker.admin('PATCH', `/v1/webhooks/${id}`, { url: `${receiver.url}/T1/credential-of-a-chat` }), 200);
  for (const path of ['/v1/webhooks', `/v1/webhooks/${id}`, '/v1/audit-events?limit=200']) {
    const { text } = await broker.admin('GET', path);
    expect(text).not.toContain('credential-of-a-chat');
    expect(text).not.toContain(made.secret);
  }
  for (const [table, content] of await dumpTables(broker.databaseUrl)) {
    expect(content.includes('credential-of-a-chat'), table).toBe(false);
    expect(content.includes(String(made.secret).slice(6)), table).toBe(false);
  }
  const { items } = must(await broker.admin('GET', `/v1/audit-events?objectId=${id}`), 200) as {
    items: { action: string }[];
  };
  expect(items.map((item) => item.action)).toEqual(['webhook.updated', 'webhook.created']);
});

test.each([
  ['http://10.0.0.1/', '/url'],
  ['http://169.254.169.254/latest', '/url'],
  ['https://[fd00:ec2::254]/', '/url'],
  ['http://192.168.1.1:8080/', '/url'],
  ['ftp://hooks.example.com/', '/url'],
  ['https://user:pass-phrase@hooks.example.com/', '/url'],
  ['no url', '/url'],
])('%s is refused when it is saved', async (url, pointer) => {
  const answer = await create({ name: 'refused', url });
  expect(answer.status).toBe(422);
  expect(answer.json.errors).toMatchObject([{ pointer }]);
  expect(answer.text).not.toContain('pass-phrase');
});

test.each([
  [{ kinds: ['change.unheard_of'] }, '/kinds/0'],
  [{ secret: 'whsec_short' }, '/secret'],
  [{ projectIds: ['01936f6e-0000-7000-8000-000000000001'] }, '/projectIds/0'],
  [{ pace: 'sometimes' }, '/pace'],
])('%j is refused by name', async (more, pointer) => {
  const answer = await create({ name: 'refused', ...more });
  expect(answer.status).toBe(422);
  expect(answer.json.errors).toMatchObject([{ pointer }]);
});

test('names are unique, repetitions of a create have one effect, and a page ends', async () => {
  must(await create({ name: 'twice' }), 201);
  expect((await create({ name: 'twice' })).status).toBe(409);
  const key = { 'idempotency-key': 'one-webhook' };
  const body = { name: 'once', url: receiver.url };
  const [first, again] = [
    await broker.admin('POST', '/v1/webhooks', body, key),
    await broker.admin('POST', '/v1/webhooks', body, key),
  ];
  expect(must(again, 201)).toEqual(must(first, 201));
  const page = must(await broker.admin('GET', '/v1/webhooks?limit=2'), 200) as { items: unknown[]; nextCursor: string };
  const rest = must(await broker.admin('GET', `/v1/webhooks?limit=2&cursor=${page.nextCursor}`), 200);
  expect([page.items, rest.items].flat()).toHaveLength(3);
});

test('a given secret is kept, and a disabled webhook takes no test', async () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const made = must(await create({ name: 'given', secret, enabled: false }), 201);
  expect(made.secret).toBe(secret);
  expect((await broker.admin('POST', `/v1/webhooks/${made.id}/ping`)).json.code).toBe('invalid_transition');
});

test('all of it needs webhook.administer', async () => {
  const person = must(await broker.admin('POST', '/v1/users', { name: 'Op', email: 'op@example.com' }), 201);
  const grant = { subjectType: 'person', subjectId: person.id, role: 'operator' };
  must(await broker.admin('POST', '/v1/role-grants', grant), 201);
  const { token } = must(await broker.admin('POST', '/v1/tokens', { name: 'op', userId: person.id }), 201);
  const operator = broker.admin.as(String(token));
  const id = must(await create({ name: 'guarded' }), 201).id;
  const tries: [string, string, unknown?][] = [
    ['GET', '/v1/webhooks'],
    ['POST', '/v1/webhooks', { name: 'x', url: receiver.url }],
    ['GET', `/v1/webhooks/${id}`],
    ['PATCH', `/v1/webhooks/${id}`, { enabled: false }],
    ['DELETE', `/v1/webhooks/${id}`],
    ['POST', `/v1/webhooks/${id}/rotate-secret`, {}],
    ['POST', `/v1/webhooks/${id}/ping`],
    ['POST', `/v1/webhooks/${id}/replay`, { since: '2026-01-01T00:00:00.000Z' }],
    ['GET', `/v1/webhooks/${id}/deliveries`],
  ];
  for (const [method, path, body] of tries) {
    const answer = await operator(method, path, body);
    expect([answer.status, answer.json.right], `${method} ${path}`).toEqual([403, 'webhook.administer']);
  }
});
