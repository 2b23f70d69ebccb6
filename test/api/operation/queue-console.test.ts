import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUEUE_CONSOLE_PATH } from '../../../src/api/queue-console.ts';
import { must } from '../../support/answers.ts';
import { signIn } from '../../support/browser-session.ts';
import { missingRedis, startTestRedis, type TestRedis } from '../../support/redis.ts';
import { describeIf } from '../../support/require.ts';
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts';

const html = { accept: 'text/html' };

function consoleTests(redisUrl: () => string | undefined): void {
  let broker: TestBroker;
  let token: string;
  let stranger: string;
  let cookie: string;

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(broker.url + QUEUE_CONSOLE_PATH + path, { headers, redirect: 'manual' });

  beforeAll(async () => {
    broker = await startTestBroker({ workers: false, settings: { redisUrl: redisUrl() } });
    token = String(must(await broker.admin('POST', '/v1/tokens', { name: 'console' }), 201).token);
    const tenant = { slug: 'tenant', name: 'Tenant', administrator: { name: 'Tia', email: 'tia@example.com' } };
    stranger = String(must(await broker.admin('POST', '/v1/organizations', tenant), 201).token);
  });
  afterAll(() => broker.close());

  test('only an administrator of the installation gets in; a browser is shown where', async () => {
    const signInPlace = `/console/sign-in?to=${encodeURIComponent(QUEUE_CONSOLE_PATH)}`;
    expect((await get('/', html)).headers.get('location')).toBe(signInPlace);
    for (const path of ['/', '/api/queues', '/static/favicon.ico']) expect((await get(path)).status).toBe(401);
    expect((await get('/api/queues', { authorization: `Bearer ${stranger}` })).status).toBe(403);
    expect((await get('/api/queues', { authorization: `Bearer ${token}` })).status).toBe(200);
    const foreign = await signIn(broker.admin, stranger);
    expect((await get('/', { ...html, cookie: foreign.cookie })).status).toBe(403);
    expect((await get('/api/queues', { cookie: foreign.cookie })).status).toBe(403);
  });

  test('a session of the console is enough, from here alone; who looks is recorded', async () => {
    cookie = (await signIn(broker.admin, token)).cookie;
    expect((await get('/', { ...html, cookie })).status).toBe(200);
    expect((await get('/', { ...html, cookie, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    const { items } = must(await broker.admin('GET', '/v1/audit-events?action=queue_console.opened'), 200) as {
      items: unknown[];
    };
    expect(items).toHaveLength(1);
  });

  test('the page and all it asks for come from here, under a policy that lets nothing else through', async () => {
    const page = await get('/', { ...html, cookie });
    const text = await page.text();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;connect-src 'self';" +
        "font-src 'self';base-uri 'self';form-action 'self';frame-ancestors 'none'",
    );
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/https?:\/\/|<%/);
    expect(text).toContain(`<base href="${QUEUE_CONSOLE_PATH}/"`);
    const assets = [...text.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, path]) => path);
    expect(assets.length).toBeGreaterThan(4);
    for (const asset of assets) expect((await get(`/${asset}`, { cookie })).status, asset).toBe(200);
    for (const path of ['/static/../../package.json', '/static/%2e%2e%2f%2e%2e%2fpackage.json']) {
      expect((await get(path, { cookie })).status).not.toBe(200);
    }
  });

  test('it shows what is in the queue: ids, and no way to change it', async () => {
    const profileId = crypto.randomUUID();
    broker.broker.queue.ring({ name: 'sync-profile', data: { profileId } });
    const look = async () => {
      const { queues } = (await (await get('/api/queues?activeQueue=keyferry&status=waiting', { cookie })).json()) as {
        queues: { name: string; readOnlyMode: boolean; jobs: { id: string; data: unknown }[] }[];
      };
      return queues[0];
    };
    await expect.poll(look).toMatchObject({ name: 'keyferry', readOnlyMode: true, jobs: [{ data: { profileId } }] });
    const [job] = (await look())?.jobs ?? [];
    const shown = await get(`/api/queues/keyferry/${job?.id}`, { cookie });
    expect(await shown.json()).toMatchObject({ job: { data: { profileId } }, status: 'waiting' });
    const writes: [string, string][] = [
      ['PUT', '/api/queues/keyferry/pause'],
      ['PUT', '/api/queues/keyferry/obliterate'],
      ['PUT', `/api/queues/keyferry/${job?.id}/clean`],
      ['PATCH', `/api/queues/keyferry/${job?.id}/update-data`],
      ['POST', '/api/queues/keyferry/add'],
      ['DELETE', '/api/queues/keyferry'],
    ];
    for (const [method, path] of writes) {
      const answer = await fetch(broker.url + QUEUE_CONSOLE_PATH + path, { method, headers: { cookie } });
      expect(answer.status, `${method} ${path}`).toBe(405);
    }
    expect(await look()).toMatchObject({ jobs: [{ id: job?.id }] });
    expect(await (await get('/api/redis/stats', { cookie })).text()).not.toMatch(/port|127\.0/);
  });

  test('revoking the token ends the session at once', async () => {
    expect((await get('/api/queues', { cookie })).status).toBe(200);
    const { items } = must(await broker.admin('GET', '/v1/tokens'), 200) as { items: { id: string; name: string }[] };
    const id = items.find(({ name }) => name === 'console')?.id;
    must(await broker.admin('DELETE', `/v1/tokens/${id}`), 204);
    expect((await get('/api/queues', { cookie })).status).toBe(401);
  });

  test('no token shows in the log', () => {
    expect(broker.log()).not.toContain(token);
  });
}

describe('on PostgreSQL', () => consoleTests(() => undefined));

describeIf('redis', missingRedis(), () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());
  describe('on Redis', () => consoleTests(() => redis.url));
});
