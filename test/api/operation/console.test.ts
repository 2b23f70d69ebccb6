import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts';

const MOST_SCRIPT_BYTES = 250 * 1024;

let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
});
afterAll(() => broker.close());

const get = (path: string, init: RequestInit = {}) => fetch(broker.url + path, { redirect: 'manual', ...init });
const assetsOf = (page: string) =>
  [...page.matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');

test('every screen is the same page, kept nowhere, under a policy with a number of its own', async () => {
  const numbers = new Set<string>();
  for (const path of ['/console', '/console/', '/console/inbox?show=all', '/console/changes/x']) {
    const answer = await get(path);
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const policy = answer.headers.get('content-security-policy') ?? '';
    const [, nonce = ''] = /'nonce-([^']+)'/.exec(policy) ?? [];
    expect(policy).toBe(
      `default-src 'none';script-src 'self';style-src 'self' 'nonce-${nonce}';img-src 'self';connect-src 'self';` +
        "base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(text).toContain(`content="${nonce}"`);
    expect(text).not.toMatch(/https?:\/\/|__[A-Z]+__|<script>|<style/);
    numbers.add(nonce);
  }
  expect(numbers.size).toBe(4);
  expect((await get('/')).headers.get('location')).toBe('/console');
});

test('the page says whether the browser shows a session, and nothing of it', async () => {
  expect(await (await get('/console')).text()).toContain('name="session" content="none"');
  const answer = await get('/console', { headers: { cookie: 'keyferry_session=a-text-of-a-session' } });
  const text = await answer.text();
  expect(text).toContain('name="session" content="some"');
  expect(text).not.toContain('a-text-of-a-session');
});

test('its files are kept for good and sent small; the first load is light', async () => {
  const assets = assetsOf(await (await get('/console')).text());
  expect(assets.length).toBeGreaterThan(1);
  let scripts = 0;
  for (const path of assets) {
    const answer = await get(path, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.status, path).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const known = await get(path, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect(known.status).toBe(304);
    if (!path.endsWith('.js')) continue;
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    scripts += Number(answer.headers.get('content-length'));
    expect(await answer.text()).not.toMatch(/\beval\(|new Function\(/);
  }
  expect(scripts).toBeGreaterThan(50_000);
  expect(scripts).toBeLessThan(MOST_SCRIPT_BYTES);
});

test('without gzip a file is sent as it is, and it is the same', async () => {
  const [path = ''] = assetsOf(await (await get('/console')).text());
  const { request } = await import('node:http');
  const raw = (encoding: string) =>
    new Promise<Buffer>((resolve, reject) => {
      request(broker.url + path, { headers: { 'accept-encoding': encoding } }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
      })
        .on('error', reject)
        .end();
    });
  expect(gunzipSync(await raw('gzip')).equals(await raw('identity'))).toBe(true);
});

test('nothing beside its files is served, and nothing but reading', async () => {
  for (const path of ['nothing.js', '..%2findex.html', '%2e%2e/%2e%2e/package.json', '..%2f.stamp', '.stamp', '']) {
    expect((await get(`/console/assets/${path}`)).status, path).toBe(404);
  }
  expect((await get('/console/assets/%ff')).status).toBe(422);
  for (const path of ['/console', '/console/assets/x.js', '/docs/swagger-ui.css']) {
    const answer = await get(path, { method: 'POST' });
    expect(answer.status, path).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  }
});
