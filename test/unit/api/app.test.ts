import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { systemActor } from '../../../src/access/actor.ts';
import { createApp } from '../../../src/api/app.ts';
import { MAX_BODY_BYTES } from '../../../src/api/read-body.ts';
import { route } from '../../../src/api/route.ts';
import { AppError } from '../../../src/errors.ts';
import { type ApiClient, apiClient, serve } from '../../support/api-client.ts';

const CANARY = 'CANARY-9f3b';
const log: string[] = [];
let databaseUp = true;
/** Whoever shows the token `slow` is asked about for as long as the test wants. */
let asked: () => void = () => {};
let known: Promise<void> = Promise.resolve();
let server: Awaited<ReturnType<typeof serve>>;
let call: ApiClient;

const facts = { tag: 'test', summary: 'test', errors: [], responses: { 200: { description: 'ok' } } } as const;
const exempt = { exempt: 'test' };

const routes = [
  route(
    {
      ...facts,
      method: 'get',
      path: '/v1/things/:name',
      operationId: 'getThing',
      governance: 'read',
      params: z.strictObject({ name: z.string().max(9) }),
      query: z.strictObject({ flag: z.enum(['a', 'b']).optional() }),
    },
    ({ params, query }) => ({
      status: 200,
      body: { name: params.name, flag: query.flag },
      headers: { 'X-Extra': 'yes' },
    }),
  ),
  route({ ...facts, method: 'get', path: '/v1/things/special', operationId: 'getSpecial', governance: 'read' }, () => ({
    status: 200,
    body: { special: true },
  })),
  route(
    {
      ...facts,
      method: 'post',
      path: '/v1/things',
      operationId: 'createThing',
      governance: exempt,
      body: z.strictObject({ text: z.string() }),
    },
    ({ body, idempotency, ip, actor }) => ({
      status: 201,
      body: { length: body.text.length, key: idempotency?.key, ip, actor: actor.id },
    }),
  ),
  route(
    {
      ...facts,
      method: 'post',
      path: '/v1/optional',
      operationId: 'optional',
      governance: exempt,
      body: z.strictObject({ a: z.int() }).optional(),
    },
    ({ body }) => ({ status: 200, body: { got: body?.a ?? null } }),
  ),
  route({ ...facts, method: 'get', path: '/v1/crash', operationId: 'crash', governance: 'read' }, () => {
    throw Object.assign(new Error(`connection to postgres://u:${CANARY}@db failed`), { code: 'EWEIRD' });
  }),
  route({ ...facts, method: 'get', path: '/v1/down', operationId: 'down', governance: 'read' }, () => {
    throw Object.assign(new Error(CANARY), { code: 'ECONNREFUSED' });
  }),
  route({ ...facts, method: 'get', path: '/v1/deadlock', operationId: 'deadlock', governance: 'read' }, () => {
    throw Object.assign(new Error(CANARY), { code: '40P01' });
  }),
  route({ ...facts, method: 'get', path: '/v1/busy', operationId: 'busy', governance: 'read' }, () => {
    throw new AppError('vault_busy', 'Later.', { retryAfterMs: 2_300, facts: { attempts: 3 } });
  }),
  route({ ...facts, method: 'get', path: '/v1/wait', operationId: 'wait', governance: 'read' }, async ({ signal }) => {
    await delay(5_000, undefined, { signal }).catch(() => log.push('{"msg":"client left"}'));
    return { status: 200 };
  }),
];

beforeAll(async () => {
  const app = createApp({
    routes,
    authenticate: async ({ authorization }, origin) => {
      if (authorization === 'Bearer slow') {
        asked();
        await known;
      } else if (authorization !== 'Bearer good') throw new AppError('unauthenticated', 'Who?');
      return { ...systemActor('org', 'tester'), ...origin };
    },
    log: pino({ level: 'trace' }, { write: (line: string) => log.push(line) }),
    metrics: new Registry(),
    readiness: {
      database: async () => {
        if (!databaseUp) throw new Error(CANARY);
      },
      queue: async () => {},
    },
    version: '1.2.3',
  });
  server = await serve(app);
  call = apiClient(server.url, 'good');
});
afterAll(() => server.close());

test('a request passes validation to its handler and back', async () => {
  const answer = await call('GET', '/v1/things/ab?flag=b');
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ name: 'ab', flag: 'b' });
  expect(answer.headers.get('x-extra')).toBe('yes');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-powered-by')).toBeNull();
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  const created = await call('POST', '/v1/things', { text: 'abc' }, { 'idempotency-key': 'k-1' });
  expect(created.json).toEqual({ length: 3, key: 'k-1', ip: '127.0.0.1', actor: 'tester' });
});

test('fixed segments win over parameters, whatever the order of the table', async () => {
  expect((await call('GET', '/v1/things/special')).json).toEqual({ special: true });
});

test('every part that is refused is named', async () => {
  expect((await call('GET', '/v1/things/0123456789')).json.errors).toMatchObject([{ pointer: '/path/name' }]);
  expect((await call('GET', '/v1/things/a?flag=c')).json.errors).toMatchObject([{ pointer: '/query/flag' }]);
  expect((await call('GET', '/v1/things/a?other=1')).json.errors).toMatchObject([{ pointer: '/query/other' }]);
  expect((await call('GET', '/v1/things/a?flag=a&flag=b')).status).toBe(422);
  expect((await call('POST', '/v1/things', { text: 5 })).json).toMatchObject({
    type: 'urn:keyferry:problem:invalid_input',
    status: 422,
    code: 'invalid_input',
    detail: '/text: expected string',
    errors: [{ pointer: '/text', expected: 'string' }],
  });
});

test('unknown routes, wrong methods, wrong encodings and wrong content types are told apart', async () => {
  expect((await call('GET', '/v1/nowhere')).json).toMatchObject({ status: 404, code: 'not_found' });
  const wrong = await call('DELETE', '/v1/things');
  expect(wrong.json).toMatchObject({ status: 405, code: 'method_not_allowed' });
  expect(wrong.headers.get('allow')).toBe('POST');
  expect((await call('POST', '/v1/things/special')).headers.get('allow')).toBe('GET, HEAD');
  expect((await call('GET', '/v1/things/%zz')).json).toMatchObject({ status: 422, code: 'invalid_input' });
  const types: [string | undefined, Record<string, string>][] = [
    ['{"text":"a"}', { 'content-type': 'text/plain' }],
    ['{"text":"a"}', { 'content-type': 'application/json; charset=utf-16' }],
    ['{"text":"a"}', { 'content-encoding': 'gzip' }],
    [undefined, {}],
  ];
  for (const [body, headers] of types) {
    expect((await call('POST', '/v1/things', body, headers)).json, JSON.stringify(headers)).toMatchObject({
      status: 415,
    });
  }
  expect(
    (await call('POST', '/v1/things', '{"text":"a"}', { 'content-type': 'application/json; charset=UTF-8' })).status,
  ).toBe(201);
});

test('an optional body may be missing', async () => {
  expect((await call('POST', '/v1/optional')).json).toEqual({ got: null });
  expect((await call('POST', '/v1/optional', { a: 1 })).json).toEqual({ got: 1 });
  expect((await call('POST', '/v1/optional', { a: 'x' })).status).toBe(422);
});

test('whoever has no token gets 401 before anything of the body is read', async () => {
  const answer = await call.as('bad')('POST', '/v1/things', 'x'.repeat(2_000_000), {
    'content-type': 'application/json',
  });
  expect(answer.json).toMatchObject({ status: 401, code: 'unauthenticated' });
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="keyferry"');
});

test('a canary in malformed JSON is neither echoed nor logged', async () => {
  const from = log.length;
  for (const body of [`{"text":"${CANARY}`, `{"text":${CANARY}}`, `${CANARY}`, `{"${CANARY}":1,}`]) {
    const answer = await call('POST', '/v1/things', body);
    expect(answer.json).toMatchObject({ status: 400, code: 'malformed_json' });
    expect(answer.text).not.toContain(CANARY);
  }
  await call('GET', `/v1/things/a?token=${CANARY}`);
  await call('GET', `/v1/${CANARY}/x`);
  await delay(20);
  expect(log.length).toBeGreaterThan(from);
  expect(log.join('')).not.toContain(CANARY);
});

test('what nobody expected is a 500 with an id and no word of it', async () => {
  const from = log.length;
  const answer = await call('GET', '/v1/crash');
  expect(answer.json).toMatchObject({ status: 500, code: 'internal', requestId: answer.headers.get('x-request-id') });
  expect(answer.text).not.toContain(CANARY);
  const logged = log.slice(from).join('');
  expect(logged).toContain('EWEIRD');
  expect(logged).toContain('app.test.ts');
  expect(logged).toContain(String(answer.json.requestId));
  expect(logged).not.toContain(CANARY);
  expect(log.join('')).not.toContain(CANARY);
});

test.each(['down', 'deadlock'])('what the database could not do now may be sent again: %s', async (what) => {
  const answer = await call('GET', `/v1/${what}`);
  expect(answer.json).toMatchObject({ status: 503, code: 'unavailable' });
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(log.join('')).not.toContain(CANARY);
});

test('facts and the wait of an error reach the client', async () => {
  const answer = await call('GET', '/v1/busy');
  expect(answer.json).toMatchObject({ status: 503, code: 'vault_busy', detail: 'Later.', attempts: 3 });
  expect(answer.headers.get('retry-after')).toBe('3');
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
});

test('a request id is taken over when it is plain, else made', async () => {
  const idFor = async (id: string) =>
    (await call('GET', '/v1/nowhere', undefined, { 'x-request-id': id })).json.requestId;
  expect(await idFor('trace-0123456789.ab')).toBe('trace-0123456789.ab');
  for (const bad of ['short', 'with space in it', 'x'.repeat(65), '{"inject":"true"}']) {
    expect(await idFor(bad)).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test('a body of 50 MB is refused early, announced or not, and memory stays flat', async () => {
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  const before = process.memoryUsage().rss;
  for (const framing of ['content-length: 52428800', 'transfer-encoding: chunked']) {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    let answer = '';
    let sent = 0;
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.write(
      `POST /v1/things HTTP/1.1\r\nhost: x\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\n${framing}\r\n\r\n`,
    );
    const chunked = framing.startsWith('transfer');
    while (answer === '' && sent < 52_428_800) {
      socket.write(chunked ? Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]) : chunk);
      sent += chunk.length;
      await delay(1);
    }
    await ended;
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).toContain('payload_too_large');
    expect(sent).toBeLessThan(5_000_000);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
});

test('the limits hold at their edge', async () => {
  const body = (size: number) => `{"text":"${'x'.repeat(size - 11)}"}`;
  expect((await call('POST', '/v1/things', body(MAX_BODY_BYTES))).json).toMatchObject({ length: MAX_BODY_BYTES - 11 });
  expect((await call('POST', '/v1/things', body(MAX_BODY_BYTES + 1))).status).toBe(413);
  expect((await call('POST', '/v1/things', `${'['.repeat(10_000)}`)).status).toBe(413);
  expect((await call('POST', '/v1/things', '{"text":"a","__proto__":{"x":1}}')).status).toBe(422);
  expect((await call('POST', '/v1/things', '{"text":9007199254740993}')).status).toBe(422);
});

test('a handler learns that its client left', async () => {
  const leaving = new AbortController();
  const waiting = fetch(`${server.url}/v1/wait`, { headers: { authorization: 'Bearer good' }, signal: leaving.signal });
  await delay(50);
  leaving.abort();
  await expect(waiting).rejects.toThrow();
  await expect.poll(() => log.join('')).toContain('client left');
});

test('a handler learns that its client left before it asked', async () => {
  log.length = 0;
  let tell: () => void = () => {};
  known = new Promise((resolve) => {
    tell = resolve;
  });
  const atTheDoor = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const leaving = new AbortController();
  const slow = { headers: { authorization: 'Bearer slow' }, signal: leaving.signal };
  const waiting = fetch(`${server.url}/v1/wait`, slow);
  await atTheDoor;
  leaving.abort();
  await expect(waiting).rejects.toThrow();
  // Its line is written when the connection has closed.
  await expect.poll(() => log.join('')).toContain('/v1/wait');
  expect(log.join('')).not.toContain('client left');
  tell();
  await expect.poll(() => log.join('')).toContain('client left');
});

test('health, readiness and metrics need no token', async () => {
  const anyone = call.as(undefined);
  expect((await anyone('GET', '/healthz')).json).toEqual({ status: 'ok' });
  expect((await anyone('GET', '/readyz')).json).toEqual({ status: 'ready', checks: { database: 'ok', queue: 'ok' } });
  databaseUp = false;
  const notReady = await anyone('GET', '/readyz');
  expect(notReady.status).toBe(503);
  expect(notReady.json).toEqual({ status: 'not_ready', checks: { database: 'failed', queue: 'ok' } });
  expect(notReady.text).not.toContain(CANARY);
  const metrics = await anyone('GET', '/metrics');
  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(metrics.text).toContain('route="/v1/things/:name",status="200"');
  expect(metrics.text).toContain('route="unmatched",status="404"');
  expect(metrics.text).not.toContain('nowhere');
});

test('log lines name method, template, status and id', async () => {
  await call('GET', '/v1/things/ab?flag=a', undefined, { 'x-request-id': 'find-me-0001' });
  const find = () =>
    log.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line.requestId === 'find-me-0001');
  await expect.poll(find).toMatchObject({ method: 'GET', route: '/v1/things/:name', status: 200, msg: 'request' });
  expect(JSON.stringify(find())).not.toContain('good');
});

test('the route table refuses contradictions', () => {
  const parts = {
    authenticate: () => Promise.reject(new Error()),
    log: pino({ level: 'silent' }),
    readiness: {},
    version: '1',
  };
  const app = (table: Parameters<typeof createApp>[0]['routes']) => () =>
    createApp({ ...parts, metrics: new Registry(), routes: table });
  const [first] = routes;
  if (first === undefined) throw new Error('no routes');
  expect(app([first, first])).toThrow('stands there twice');
  expect(app([{ ...first, governance: exempt }])).toThrow('how it is governed');
  expect(app([{ ...first, method: 'post' }])).toThrow('how it is governed');
});
