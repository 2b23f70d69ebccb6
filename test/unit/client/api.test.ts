import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Keyferry, KeyferryError, type KeyferryOptions } from '../../../src/client/keyferry.ts';

/* The client against a server that misbehaves: what it repeats, how it fails, and what its errors never say. */

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Step = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server | undefined;
const SECRET = 'sw0rdfish-value';
const TOKEN = 'kf_token-of-the-client';

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Each request takes the next step; the last one stays. */
async function against(steps: readonly Step[], options: Partial<KeyferryOptions> = {}) {
  const seen: Seen[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const step = steps[Math.min(seen.length, steps.length - 1)];
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      step?.(response, request);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { kf: new Keyferry({ url, token: TOKEN, ...options }), seen, url };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
  };
const problem = (status: number, code: string, more: object = {}, headers?: Record<string, string>): Step =>
  json(status, { type: 'x', title: 'T', status, code, detail: `It is ${code}.`, requestId: 'r-1', ...more }, headers);
const breakOff: Step = (_response, request) => void request.socket.destroy();
const project = { id: '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11', slug: 'shop', name: 'Shop' };

async function failure(promise: Promise<unknown>): Promise<KeyferryError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(KeyferryError);
  const told = `${error} ${JSON.stringify(error)} ${(error as Error).stack}`;
  expect(told).not.toContain(SECRET);
  expect(told).not.toContain(TOKEN);
  return error as KeyferryError;
}

test('a broken connection and a busy API are asked again, with the same idempotency key', async () => {
  const retried: string[] = [];
  const steps = [breakOff, problem(503, 'unavailable', {}, { 'retry-after': '0' }), json(201, project)];
  const { kf, seen } = await against(steps, { onRetry: ({ code }) => retried.push(code) });
  expect(await kf.projects.create({ slug: 'shop', name: 'Shop' })).toEqual(project);
  expect(retried).toEqual(['network', 'unavailable']);
  expect(seen).toHaveLength(3);
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(keys).size).toBe(1);
  expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
  expect(seen[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
});

test('another call has another key, and a caller’s own key is taken', async () => {
  const { kf, seen } = await against([json(201, project)]);
  await kf.projects.create({ slug: 'shop', name: 'Shop' });
  await kf.projects.create({ slug: 'shop', name: 'Shop' });
  await kf.projects.create({ slug: 'shop', name: 'Shop' }, { idempotencyKey: 'mine' });
  await kf.projects.get('shop');
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).not.toBe(keys[1]);
  expect(keys.slice(2)).toEqual(['mine', undefined]);
});

test('it gives up after its retries with what was said last, and asks for a refusal only once', async () => {
  const busy = await against([problem(503, 'vault_busy', {}, { 'retry-after': '0' })], { retries: 2 });
  expect((await failure(busy.kf.me())).code).toBe('vault_busy');
  expect(busy.seen).toHaveLength(3);
  server?.close();
  const refused = await against([problem(403, 'forbidden')]);
  expect((await failure(refused.kf.me())).code).toBe('forbidden');
  expect(refused.seen).toHaveLength(1);
});

test('a problem document becomes a typed error with its fields and facts', async () => {
  const errors = [{ pointer: '/payload/value', expected: 'standard base64' }];
  const { kf } = await against([problem(409, 'version_conflict', { currentVersion: 7, errors })]);
  const error = await failure(kf.secrets.addVersion(project.id, { payload: { value: SECRET } }));
  expect(error).toMatchObject({ code: 'version_conflict', status: 409, requestId: 'r-1', fields: errors });
  expect(error.facts).toEqual({ currentVersion: 7 });
});

test('what is not Keyferry is not believed, and not quoted', async () => {
  const page: Step = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(SECRET);
  expect((await failure((await against([page])).kf.me())).code).toBe('unexpected_answer');
  server?.close();
  const proxy: Step = (response) => response.writeHead(404, { 'content-type': 'text/html' }).end(SECRET);
  expect(await failure((await against([proxy])).kf.me())).toMatchObject({ code: 'unexpected_answer', status: 404 });
});

test('a redirect is not followed: the token goes to one place only', async () => {
  const { kf, seen } = await against([
    (response) => response.writeHead(302, { location: `/elsewhere?${SECRET}` }).end(),
    json(200, {}),
  ]);
  expect((await failure(kf.me())).code).toBe('unexpected_answer');
  expect(seen).toHaveLength(1);
});

test('nobody there: the code of the failure, not the address', async () => {
  const { kf, url } = await against([json(200, {})], { retries: 0 });
  await new Promise((resolve) => server?.close(resolve));
  const error = await failure(kf.secrets.list({ name: SECRET }).all());
  expect(error.code).toBe('network');
  expect(error.message).toContain('ECONNREFUSED');
  expect(error.message).not.toContain(url);
});

test('too late is a timeout, and an abort ends at once with its own reason', async () => {
  const silent: Step = () => undefined;
  const { kf } = await against([silent], { retries: 0, timeoutMs: 50 });
  expect((await failure(kf.me())).code).toBe('timeout');
  const leaving = new AbortController();
  const asked = kf.me({ signal: leaving.signal, timeoutMs: 60_000 });
  leaving.abort(new Error('no longer wanted'));
  await expect(asked).rejects.toThrow('no longer wanted');
});

test('an abort ends the wait before a repetition', async () => {
  const leaving = new AbortController();
  const { kf, seen } = await against([problem(429, 'too_many_streams', {}, { 'retry-after': '20' })], {
    onRetry: () => leaving.abort(new Error('left')),
  });
  await expect(kf.me({ signal: leaving.signal })).rejects.toThrow('left');
  expect(seen).toHaveLength(1);
});

test('a signal of the client ends all its calls, and none is repeated', async () => {
  const closing = new AbortController();
  const { kf, seen } = await against([() => closing.abort(new Error('closed'))], { signal: closing.signal });
  await expect(kf.me()).rejects.toThrow('closed');
  await expect(kf.me({ signal: new AbortController().signal })).rejects.toThrow('closed');
  expect(seen).toHaveLength(1);
});

test('pages are read as far as somebody looks', async () => {
  const { kf, seen } = await against([
    json(200, { items: [{ slug: 'a' }, { slug: 'b' }], nextCursor: 'n e&xt' }),
    json(200, { items: [{ slug: 'c' }], nextCursor: null }),
  ]);
  const pages = kf.projects.list({ limit: 2 });
  expect(seen).toHaveLength(0);
  const slugs: string[] = [];
  for await (const { slug } of pages) slugs.push(slug);
  expect(slugs).toEqual(['a', 'b', 'c']);
  expect(seen.map(({ url }) => url)).toEqual(['/v1/projects?limit=2', '/v1/projects?limit=2&cursor=n+e%26xt']);
});

test('of a list only what was asked for is read; what stands in a path is encoded', async () => {
  const { kf, seen } = await against([json(200, { items: [{ slug: 'a' }, { slug: 'b' }], nextCursor: 'more' })]);
  expect(await kf.projects.list().all(1)).toEqual([{ slug: 'a' }]);
  expect(seen).toHaveLength(1);
  await kf.projects.get('../users?x=1');
  expect(seen[1]?.url).toBe('/v1/projects/..%2Fusers%3Fx%3D1');
});

test('a token may come from a function, anew for each request', async () => {
  let asked = 0;
  const { kf, seen } = await against([json(200, {})], { token: async () => `kf_${++asked}` });
  await kf.me();
  await kf.me();
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer kf_1', 'Bearer kf_2']);
});

test('events of a stream, whatever the chunks, and lines that go over several', async () => {
  const text =
    'retry: 5\n\n: comment\n\nid: 4\nevent: change.applied\ndata: {"a":\ndata: 1}\n\nid: 5\nevent: x\ndata: "é"\n\n';
  const { kf, seen } = await against([
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of Buffer.from(text)) response.write(Buffer.from([byte]));
      response.end();
    },
  ]);
  const events: unknown[] = [];
  for await (const event of kf.events({ after: '3' })) events.push(event);
  expect(events).toEqual([
    { id: '4', kind: 'change.applied', data: { a: 1 } },
    { id: '5', kind: 'x', data: 'é' },
  ]);
  expect(seen[0]?.url).toBe('/v1/events?after=3');
});
