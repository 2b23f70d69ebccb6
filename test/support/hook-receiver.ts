import { webcrypto } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a receiver of webhooks does with one request. `huge`: 200 and a body without end. */
export type HookStep =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'reset'
  | 'huge';

/** One request as it came in. */
export interface ReceivedHook {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface HookReceiver {
  readonly url: string;
  /** Every request, whatever was answered, in the order they came. */
  readonly received: readonly ReceivedHook[];
  /** The next requests go these ways, all later ones are taken with 204. */
  script(...steps: HookStep[]): void;
  close(): Promise<void>;
}

export async function startHookReceiver(): Promise<HookReceiver> {
  const received: ReceivedHook[] = [];
  const sockets = new Set<Socket>();
  let steps: HookStep[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      received.push({ path: request.url ?? '', headers: request.headers, body });
      answer(response, steps.shift() ?? { status: 204 });
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    script(...next) {
      steps = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function answer(response: http.ServerResponse, step: HookStep): void {
  if (step === 'hang') return;
  if (step === 'reset') return void response.socket?.resetAndDestroy();
  if (step === 'huge') {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more).on('error', () => {});
    more();
    return;
  }
  response.writeHead(step.status, step.headers).end('an answer nobody keeps: kept-nowhere');
}

/** Is one of the signatures right? Checked with Web Crypto and nothing of ours, as a receiver would. */
export async function verifies({ headers, body }: ReceivedHook, secret: string): Promise<boolean> {
  const raw = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const key = await webcrypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  const signed = new TextEncoder().encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  for (const signature of String(headers['webhook-signature']).split(' ')) {
    const [version, text = ''] = signature.split(',');
    if (version !== 'v1') continue;
    if (await webcrypto.subtle.verify('HMAC', key, Buffer.from(text, 'base64'), signed)) return true;
  }
  return false;
}
