import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createWebhookSender } from '../../../src/notifications/webhook-sender.ts';
import { NOTHING_ALLOWED, parseAllowList } from '../../../src/vaults/address-rules.ts';
import { createEgress } from '../../../src/vaults/egress.ts';
import { loopbackAllowed, resolveFrom } from '../../support/adapter-ports.ts';
import { type HookReceiver, startHookReceiver } from '../../support/hook-receiver.ts';
import { startTrap, type Trap } from '../../support/trap-server.ts';

let receiver: HookReceiver;
let trap: Trap;

beforeAll(async () => {
  receiver = await startHookReceiver();
  trap = await startTrap();
});
afterAll(async () => {
  await receiver.close();
  await trap.close();
});
afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;
const request = (url: string) => ({ url, headers: { 'webhook-id': 'm1' }, body: '{"ä":1}' });
const send = (url: string, allow = loopbackAllowed, timeoutMs = 400) =>
  createWebhookSender(createEgress(allow), timeoutMs)(request(url), never);

test('posts the very bytes, with path, query and headers', async () => {
  expect(await send(`${receiver.url}/in/here?token=1`)).toEqual({ kind: 'delivered', status: 204 });
  expect(receiver.received.at(-1)).toMatchObject({
    path: '/in/here?token=1',
    headers: { 'content-type': 'application/json', 'webhook-id': 'm1', 'content-length': '8' },
    body: '{"ä":1}',
  });
});

describe('what is no delivery', () => {
  test.each([
    [{ status: 500 }, { kind: 'failed', status: 500, code: 'refused' }],
    [{ status: 410 }, { kind: 'failed', status: 410, code: 'refused' }],
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { code: 'refused', retryAfterMs: 7_000 },
    ],
    ['hang', { kind: 'failed', status: null, code: 'timeout' }],
    ['reset', { kind: 'failed', status: null, code: 'broken' }],
  ] as const)('%j', async (step, outcome) => {
    receiver.script(step);
    expect(await send(receiver.url)).toMatchObject(outcome);
  });

  test('a redirect, which is not followed', async () => {
    receiver.script({ status: 307, headers: { location: trap.url } });
    expect(await send(receiver.url)).toMatchObject({ kind: 'failed', status: 307, code: 'redirected' });
    expect(trap.connections()).toBe(0);
  });

  test('nobody there', async () => {
    const gone = await startHookReceiver();
    await gone.close();
    expect(await send(gone.url)).toMatchObject({ kind: 'failed', code: 'unreachable' });
  });
});

test('an answer without end is not read', async () => {
  receiver.script('huge');
  expect(await send(receiver.url)).toEqual({ kind: 'delivered', status: 200 });
});

test('stops at once when the process has to end', async () => {
  receiver.script('hang');
  const stop = new AbortController();
  const count = receiver.received.length;
  const sending = createWebhookSender(createEgress(loopbackAllowed), 60_000)(request(receiver.url), stop.signal);
  await expect.poll(() => receiver.received.length).toBeGreaterThan(count);
  stop.abort();
  expect(await sending).toEqual({ kind: 'aborted' });
});

describe('addresses (F2)', () => {
  const port = () => new URL(trap.url).port;

  test.each([
    ['127.0.0.1', 'loopback'],
    ['2130706433', 'loopback as a number'],
    ['0x7f.1', 'loopback in hexadecimal'],
    ['[::1]', 'loopback of IPv6'],
    ['[::ffff:127.0.0.1]', 'a mapped loopback'],
    ['169.254.169.254', 'the metadata service'],
    ['10.1.2.3', 'a private network'],
    ['0.0.0.0', 'this host'],
  ])('%s, %s, is refused before a connection', async (host) => {
    expect(await send(`http://${host}:${port()}/`, NOTHING_ALLOWED)).toMatchObject({ code: 'address_refused' });
    expect(trap.connections()).toBe(0);
  });

  test('a name is judged by what it resolves to at the connection', async () => {
    const resolve = resolveFrom({ 'moving.example.com': ['127.0.0.1'], 'listed.internal': ['127.0.0.1'] });
    const allow = parseAllowList('listed.internal') ?? NOTHING_ALLOWED;
    const sendBy = createWebhookSender(createEgress(allow, resolve), 400);
    expect(await sendBy(request(`http://moving.example.com:${port()}/`), never)).toMatchObject({
      code: 'address_refused',
    });
    expect(trap.connections()).toBe(0);
    const listed = `http://listed.internal:${new URL(receiver.url).port}/`;
    expect(await sendBy(request(listed), never)).toEqual({ kind: 'delivered', status: 204 });
  });

  test('proxies of the environment are not used', async () => {
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'ALL_PROXY']) vi.stubEnv(name, trap.url);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    expect(await send(receiver.url)).toEqual({ kind: 'delivered', status: 204 });
    expect(trap.connections()).toBe(0);
  });
});
