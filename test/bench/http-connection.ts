import net from 'node:net';
import { runCallers, type Slice } from './measure.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** One keep-alive connection for one request at a time; costs a fraction of what `http.request` takes from the machine. */
export interface HttpConnection {
  send(request: string): Promise<HttpAnswer>;
  close(): void;
}

const HEAD_END = '\r\n\r\n';

/** Answers must carry `Content-Length`. */
export async function openHttp(base: string): Promise<HttpConnection> {
  const { hostname, port } = new URL(base);
  const socket = net.connect(Number(port), hostname).setNoDelay(true);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | undefined;
  let received = '';
  const fail = (error: Error) => waiting?.reject(error);
  socket.setEncoding('latin1');
  socket.on('error', fail).on('close', () => fail(new Error('connection closed')));
  socket.on('data', (chunk: string) => {
    received += chunk;
    const head = received.indexOf(HEAD_END);
    if (head < 0) return;
    const length = Number(/^content-length: *(\d+)/im.exec(received.slice(0, head))?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) return fail(new Error('an answer without content-length'));
    const end = head + HEAD_END.length + length;
    if (received.length < end) return;
    const answer = { status: Number(received.slice(9, 12)), text: received.slice(head + HEAD_END.length, end) };
    received = received.slice(end);
    waiting?.resolve(answer);
  });
  return {
    send(request) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      });
    },
    close: () => socket.destroy(),
  };
}

/** The bytes of one request. */
export function httpRequest(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): string {
  const content = body === undefined ? '' : JSON.stringify(body);
  const all = {
    host: 'bench',
    ...headers,
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}${HEAD_END}${content}`;
}

export interface HttpLoad {
  run(ms: number): Promise<Slice>;
  close(): void;
}

/** Keeps `connections` busy, each with the next of `requests`. Anything but a 2xx fails. */
export async function openLoad(
  base: string,
  connections: number,
  next: (connection: number) => string,
): Promise<HttpLoad> {
  const open = await Promise.all(Array.from({ length: connections }, () => openHttp(base)));
  return {
    run: (ms) =>
      runCallers(connections, ms, async (caller) => {
        const answer = await open[caller]?.send(next(caller));
        expectSuccess(answer);
      }),
    close: () => {
      for (const connection of open) connection.close();
    },
  };
}

export function expectSuccess(answer: HttpAnswer | undefined): HttpAnswer {
  if (answer === undefined || answer.status < 200 || answer.status > 299) {
    throw new Error(`a request failed: ${answer?.status} ${answer?.text}`);
  }
  return answer;
}
