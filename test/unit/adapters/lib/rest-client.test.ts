import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Egress } from '../../../../adapters/adapter.ts';
import { createRestClient } from '../../../../adapters/lib/rest-client.ts';
import { failureError, TransportFailure } from '../../../../adapters/lib/transport-failure.ts';
import { permissiveEgress, scriptedEgress } from '../../../support/adapter-ports.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that does `work` with each connection. */
async function startServer(work: (socket: Socket) => void): Promise<{ readonly port: number; connections(): number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    work(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, connections: () => sockets.length };
}

function open(origin: string, egress: Egress = permissiveEgress) {
  const client = createRestClient({ origin, egress });
  closing.push(() => client.close());
  return client;
}

const get = (signal = AbortSignal.timeout(5_000)) => ({ method: 'GET', path: '/', headers: {}, signal }) as const;

async function failureOf(work: Promise<unknown>): Promise<TransportFailure> {
  const error = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TransportFailure);
  return error as TransportFailure;
}

const answerWith = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text));

test('an answer is its status, its JSON and the wait it asks for', async () => {
  const text = 'HTTP/1.1 429 Slow\r\nretry-after: 2\r\ncontent-length: 7\r\n\r\n{"a":1}';
  const { port } = await startServer(answerWith(text));
  const answer = await open(`http://127.0.0.1:${port}`).send(get());
  expect(answer).toEqual({ status: 429, body: { a: 1 }, retryAfterMs: 2000 });
});

test('a redirect is an answer, and nobody goes there', async () => {
  const trap = await startServer(() => {});
  const text = `HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:${trap.port}/\r\ncontent-length: 0\r\n\r\n`;
  const { port } = await startServer(answerWith(text));
  expect(await open(`http://127.0.0.1:${port}`).send(get())).toMatchObject({ status: 302, body: undefined });
  expect(trap.connections()).toBe(0);
});

test.each([
  ['no HTTP at all', 'nonsense\r\n\r\n', 'garbled'],
  ['an answer that breaks off', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a"', 'broken'],
  ['no answer', '', 'broken'],
])('%s was sent and is no answer', async (_name, text, reason) => {
  const { port } = await startServer(answerWith(text));
  expect(await failureOf(open(`http://127.0.0.1:${port}`).send(get()))).toMatchObject({ reason, sent: true });
});

test('an answer without end is cut off', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  let sent = 0;
  const { port } = await startServer((socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
    };
    socket.on('drain', more);
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      more();
    });
  });
  expect(await failureOf(open(`http://127.0.0.1:${port}`).send(get()))).toMatchObject({
    reason: 'garbled',
    sent: true,
  });
  expect(sent).toBeLessThan(64 * 1024 * 1024);
});

test('nobody there, or nobody whom one may visit: nothing was sent', async () => {
  const { port, connections } = await startServer(() => {});
  const refused = open('http://127.0.0.1:1').send(get());
  expect(await failureOf(refused)).toMatchObject({ reason: 'unreachable', sent: false });
  const unknown = open('http://vault.test', scriptedEgress({ hosts: {}, forbidden: [] })).send(get());
  expect(await failureOf(unknown)).toMatchObject({ reason: 'unreachable', sent: false });
  const egress = scriptedEgress({ hosts: { 'vault.test': '127.0.0.1' }, forbidden: ['127.0.0.1'] });
  for (const host of ['vault.test', '127.0.0.1']) {
    const failure = await failureOf(open(`http://${host}:${port}`, egress).send(get()));
    expect(failure).toMatchObject({ reason: 'forbidden', sent: false });
    expect(failureError(failure, 'write', true)).toMatchObject({ code: 'permission_denied', maybeApplied: false });
  }
  expect(connections()).toBe(0);
});

test('whoever gives up while all connections are busy was never sent', async () => {
  const { port, connections } = await startServer(() => {});
  const client = open(`http://127.0.0.1:${port}`);
  const callers = Array.from({ length: 32 }, () => new AbortController());
  const busy = callers.map(({ signal }) => failureOf(client.send(get(signal))));
  await expect.poll(connections).toBe(32);
  const late = new AbortController();
  const waiting = failureOf(client.send(get(late.signal)));
  late.abort();
  expect(await waiting).toMatchObject({ reason: 'aborted', sent: false });
  for (const caller of callers) caller.abort();
  for (const failure of await Promise.all(busy)) expect(failure).toMatchObject({ reason: 'aborted', sent: true });
  expect(connections()).toBe(32);
});

test('a failure tells nothing of the request or the answer', async () => {
  const { port } = await startServer(answerWith('canary\r\n\r\n'));
  const sending = open(`http://127.0.0.1:${port}`).send({
    ...get(),
    path: '/canary',
    headers: { 'x-canary': 'canary' },
  });
  const failure = await failureOf(sending);
  expect(`${failure.stack} ${JSON.stringify(failure)} ${String(failure.cause)}`).not.toContain('canary');
});
