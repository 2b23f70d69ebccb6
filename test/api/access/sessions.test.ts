import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../../src/api/app.ts';
import { must } from '../../support/answers.ts';
import { serve } from '../../support/api-client.ts';
import { OUR_PAGE, signIn } from '../../support/browser-session.ts';
import { openEvents } from '../../support/event-source.ts';
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts';

let broker: TestBroker;
let names = 0;

interface Somebody {
  readonly id: string;
  readonly token: string;
  readonly tokenId: string;
}

beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
});
afterAll(() => broker.close());

async function somebody(role = 'viewer'): Promise<Somebody> {
  const name = `person-${++names}`;
  const { id } = must(await broker.admin('POST', '/v1/users', { name, email: `${name}@example.com` }), 201);
  must(await broker.admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId: id, role }), 201);
  const made = must(await broker.admin('POST', '/v1/tokens', { name, userId: id }), 201);
  return { id: String(id), token: String(made.token), tokenId: String(made.id) };
}

const begin = (token: string, headers: Record<string, string>) =>
  broker.admin.as(undefined)('POST', '/v1/session', { token }, headers);
const sessionsOf = async (userId: string) =>
  must(await broker.admin('GET', `/v1/sessions?userId=${userId}`), 200).items as { id: string; current: boolean }[];
const events = async (action: string, objectId: string) =>
  must(await broker.admin('GET', `/v1/audit-events?action=${action}&objectId=${objectId}`), 200).items as unknown[];
/** Everything stored of sessions, as text. */
const stored = async () => JSON.stringify(await broker.broker.db.query('select to_jsonb(s) as row from sessions s'));

test('a token becomes a cookie that scripts and other sites cannot reach, and opens the same doors', async () => {
  const ann = await somebody();
  const answer = await begin(ann.token, OUR_PAGE);
  const set = answer.headers.get('set-cookie') ?? '';
  expect(set).toMatch(/^keyferry_session=[\w-]{43}; Path=\/; Expires=[^;]+ GMT; HttpOnly; SameSite=Strict$/);
  expect(set).not.toContain(ann.token.slice(3));
  expect(answer.text).not.toContain(/=([\w-]+)/.exec(set)?.[1]);
  const { id, expiresAt } = must(answer, 201);
  expect(Date.parse(String(expiresAt)) - Date.now()).toBeLessThanOrEqual(12 * 3_600_000);
  const session = await signIn(broker.admin, ann.token);
  expect(must(await session.call('GET', '/v1/me'), 200)).toMatchObject({ id: ann.id, tokenId: ann.tokenId });
  expect(await events('session.begun', String(id))).toHaveLength(1);
  const text = session.cookie.split('=')[1] ?? '';
  expect(await stored()).not.toContain(text);
  expect(broker.log()).not.toContain(text);
  expect(broker.log()).not.toContain(ann.token);
});

test('over https the cookie insists on it', async () => {
  const { routes, authenticate } = broker.broker;
  const metrics = new Registry();
  const log = pino({ level: 'silent' });
  const app = createApp({ routes, authenticate, metrics, log, readiness: {}, version: '0', secureCookies: true });
  const server = await serve(app);
  try {
    const { token } = await somebody();
    const answer = await fetch(`${server.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...OUR_PAGE },
      body: JSON.stringify({ token }),
    });
    const set = answer.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^__Host-keyferry_session=[^;]+; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/);
    const me = (cookie: string) => fetch(`${server.url}/v1/me`, { headers: { cookie } });
    expect((await me(set.split(';')[0] ?? '')).status).toBe(200);
    expect((await me((set.split(';')[0] ?? '').replace('__Host-', ''))).status).toBe(401);
  } finally {
    await server.close();
  }
});

test('what is no token of a person begins nothing, and is not repeated', async () => {
  const machine = must(await broker.admin('POST', '/v1/machines', { name: 'robot' }), 201);
  const made = must(await broker.admin('POST', '/v1/tokens', { name: 'robot', machineId: machine.id }), 201);
  const cases: [string, number][] = [
    ['kf_wrong', 401],
    ['x'.repeat(200), 401],
    [String(made.token), 403],
    ['', 422],
  ];
  for (const [token, status] of cases) {
    const refused = await begin(token, OUR_PAGE);
    expect(refused.status).toBe(status);
    expect(refused.headers.get('set-cookie')).toBeNull();
    if (token !== '') expect(refused.text).not.toContain(token);
  }
});

test('only a page of ours begins a session and changes something with one', async () => {
  const { token } = await somebody();
  const session = await signIn(broker.admin, token);
  const host = new URL(broker.url).host;
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', origin: `http://${host}` },
    { origin: 'https://evil.example' },
    { origin: `http://${host}.evil.example` },
    { origin: 'null' },
    {},
  ];
  const nobody = broker.admin.as(undefined);
  const { cookie } = session;
  for (const headers of foreign) {
    const shown = JSON.stringify(headers);
    expect((await begin(token, headers)).status, shown).toBe(403);
    for (const [method, path] of [
      ['POST', '/v1/tokens'],
      ['DELETE', '/v1/session'],
      ['DELETE', `/v1/sessions/${session.id}`],
    ] as const) {
      const answer = await nobody(method, path, method === 'POST' ? { name: 'x' } : undefined, { cookie, ...headers });
      expect(answer.status, `${method} ${path} ${shown}`).toBe(403);
    }
  }
  expect((await nobody('GET', '/v1/me', undefined, { cookie, 'sec-fetch-site': 'same-site' })).status).toBe(403);
  expect((await nobody('GET', '/v1/me', undefined, { cookie, 'sec-fetch-site': 'none' })).status).toBe(200);
  expect((await session.call('GET', '/v1/me')).status).toBe(200);
  const fromOrigin = { cookie, origin: broker.url };
  must(await nobody('POST', '/v1/tokens', { name: 'mine' }, fromOrigin), 201);
});

test('a header counts alone: programs are asked nothing new, and a cookie adds nothing', async () => {
  const ann = await somebody();
  const ben = await somebody();
  const { cookie } = await signIn(broker.admin, ann.token);
  const asBen = broker.admin.as(ben.token);
  expect(must(await asBen('GET', '/v1/me', undefined, { cookie }), 200)).toMatchObject({ id: ben.id });
  must(await asBen('POST', '/v1/tokens', { name: 'x' }, { cookie, 'sec-fetch-site': 'cross-site' }), 201);
  expect((await broker.admin.as('kf_wrong')('GET', '/v1/me', undefined, { cookie })).status).toBe(401);
});

test('neither text opens anything in the place of the other', async () => {
  const { token } = await somebody();
  const { cookie } = await signIn(broker.admin, token);
  const text = cookie.split('=')[1] ?? '';
  expect((await broker.admin.as(text)('GET', '/v1/me')).status).toBe(401);
  expect((await broker.admin.as(`kf_${text}`)('GET', '/v1/me')).status).toBe(401);
  const asCookie = { cookie: `keyferry_session=${token}`, ...OUR_PAGE };
  expect((await broker.admin.as(undefined)('GET', '/v1/me', undefined, asCookie)).status).toBe(401);
});

test('it ends with its token, with its person, when it is revoked and when somebody signs out', async () => {
  const ends: [string, (who: Somebody, id: string) => Promise<unknown>][] = [
    ['token', async ({ tokenId }) => must(await broker.admin('DELETE', `/v1/tokens/${tokenId}`), 204)],
    ['person', async ({ id }) => must(await broker.admin('PATCH', `/v1/users/${id}`, { disabled: true }), 200)],
    ['revoked', async (_who, id) => must(await broker.admin('DELETE', `/v1/sessions/${id}`), 204)],
  ];
  for (const [why, end] of ends) {
    const who = await somebody();
    const session = await signIn(broker.admin, who.token);
    await end(who, session.id);
    expect((await session.call('GET', '/v1/me')).status, why).toBe(401);
    expect((await session.call('POST', '/v1/tokens', { name: 'x' })).status, why).toBe(401);
    if (why === 'revoked') expect((await broker.admin.as(who.token)('GET', '/v1/me')).status).toBe(200);
  }
  const who = await somebody();
  const session = await signIn(broker.admin, who.token);
  const out = await session.call('DELETE', '/v1/session');
  must(out, 204);
  expect(out.headers.get('set-cookie')).toMatch(/^keyferry_session=; Path=\/; Expires=Thu, 01 Jan 1970/);
  expect((await session.call('GET', '/v1/me')).status).toBe(401);
  expect((await broker.admin.as(who.token)('GET', '/v1/me')).status).toBe(200);
  expect(await events('session.ended', session.id)).toHaveLength(1);
});

test('it ends by itself: unused, at its end, and never later than its token', async () => {
  const ages: [string, string][] = [
    ['unused', `seen_at = now() - interval '61 minutes'`],
    ['over', 'expires_at = now()'],
  ];
  const { db } = broker.broker;
  for (const [why, edit] of ages) {
    const session = await signIn(broker.admin, (await somebody()).token);
    await db.query(`update sessions set ${edit} where id = $1::uuid`, [session.id]);
    expect((await session.call('GET', '/v1/me')).status, why).toBe(401);
  }
  const used = await signIn(broker.admin, (await somebody()).token);
  await db.query(`update sessions set seen_at = now() - interval '59 minutes' where id = $1::uuid`, [used.id]);
  expect((await used.call('GET', '/v1/me')).status).toBe(200);
  const [row] = await db.query(
    `select seen_at > now() - interval '1 minute' as seen from sessions where id = $1::uuid`,
    [used.id],
  );
  expect(row).toEqual({ seen: true });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const short = must(await broker.admin('POST', '/v1/tokens', { name: 'short', expiresAt }), 201);
  expect(must(await begin(String(short.token), OUR_PAGE), 201)).toMatchObject({ expiresAt });
});

test('everybody sees and ends its own sessions, an administrator all', async () => {
  const ann = await somebody();
  const ben = await somebody();
  const mine = await signIn(broker.admin, ann.token);
  const other = await signIn(broker.admin, ann.token);
  const listed = must(await mine.call('GET', '/v1/sessions'), 200).items as { id: string; current: boolean }[];
  expect(listed.map(({ id, current }) => [id, current])).toEqual([
    [mine.id, true],
    [other.id, false],
  ]);
  const asBen = broker.admin.as(ben.token);
  expect((await asBen('GET', `/v1/sessions?userId=${ann.id}`)).status).toBe(403);
  expect((await asBen('DELETE', `/v1/sessions/${mine.id}`)).status).toBe(403);
  must(await mine.call('DELETE', `/v1/sessions/${other.id}`), 204);
  must(await mine.call('DELETE', `/v1/sessions/${other.id}`), 204);
  expect(await sessionsOf(ann.id)).toMatchObject([{ id: mine.id, current: false }]);
  expect((await asBen('DELETE', '/v1/session')).status).toBe(404);
});

test('an event stream ends with the session it was opened with', async () => {
  const { token } = await somebody();
  const session = await signIn(broker.admin, token);
  const stream = await openEvents(broker.url, undefined, { cookie: session.cookie, ...OUR_PAGE });
  must(await broker.admin('DELETE', `/v1/sessions/${session.id}`), 204);
  await stream.ended();
});
