import http from 'node:http';
import https from 'node:https';
import type { Egress } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';

/** A page of 100 secrets with 50 tags each stays well below. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Why there is no usable answer. `sent`: false only if AWS provably never saw the request. `forbidden`: the operator lets nobody
 * connect there.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly reason: 'aborted' | 'forbidden' | 'unreachable' | 'broken' | 'timeout' | 'garbled';
  readonly sent: boolean;

  constructor(reason: TransportFailure['reason'], sent: boolean) {
    super(`aws transport: ${reason}`);
    this.reason = reason;
    this.sent = sent;
  }
}

/** A signed request as the SDK hands it to its HTTP handler. */
export interface SignedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface RawAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** The SDK's `requestHandler`. */
export interface Transport {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SignedRequest, options?: { abortSignal?: AbortSignal }): Promise<{ response: RawAnswer }>;
  destroy(): void;
}

/**
 * The HTTP of the SDK: every socket through the egress, no redirects, no proxy, a bounded answer, and the knowledge whether a
 * failed request was sent, which the SDK's own handler does not keep.
 */
export function createTransport(egress: Egress, caCert: string | undefined): Transport {
  const { lookup } = egress;
  // Idle sockets go before a load balancer's limit makes a write's fate unclear.
  const pool = { keepAlive: true, maxSockets: 64, maxFreeSockets: 32, scheduling: 'lifo', timeout: 15_000 } as const;
  const trust = {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(caCert !== undefined && { ca: caCert }),
  } as const;
  const plain = new http.Agent({ ...pool, lookup });
  const secure = new https.Agent({ ...pool, ...trust, lookup });
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request, { abortSignal = new AbortController().signal } = {}) {
      if (abortSignal.aborted) throw new TransportFailure('aborted', false);
      try {
        egress.assertHost(request.hostname.replace(/^\[|\]$/g, ''));
      } catch {
        throw new TransportFailure('forbidden', false);
      }
      const open = (options: http.RequestOptions): http.ClientRequest =>
        request.protocol === 'https:'
          ? https.request({ ...options, agent: secure })
          : http.request({ ...options, agent: plain });
      return { response: await exchange(request, open, abortSignal) };
    },
    destroy() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function exchange(
  request: SignedRequest,
  open: (options: http.RequestOptions) => http.ClientRequest,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const { method, hostname, port, path, headers, body } = request;
  return new Promise((resolve, reject) => {
    const state = { sent: false };
    const fail = (error: unknown) => reject(failure(error, signal, state.sent));
    const host = hostname.replace(/^\[|\]$/g, '');
    const call = open({ method, host, path, headers, signal, ...(port !== undefined && { port }) });
    call.on('socket', (socket) => {
      if (call.reusedSocket || !(socket.connecting || socket.destroyed)) state.sent = true;
      else socket.once(request.protocol === 'https:' ? 'secureConnect' : 'connect', () => (state.sent = true));
    });
    call.on('error', fail);
    call.on('response', (response) => {
      state.sent = true;
      collect(response).then((bytes) => resolve(answerOf(response, bytes)), fail);
    });
    call.end(typeof body === 'string' || body instanceof Uint8Array ? body : undefined);
  });
}

function answerOf(response: http.IncomingMessage, body: Uint8Array): RawAnswer {
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  return { statusCode: response.statusCode ?? 0, headers, body };
}

async function collect(response: http.IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      response.destroy();
      throw new TransportFailure('garbled', true);
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/;

function failure(error: unknown, signal: AbortSignal, sent: boolean): TransportFailure {
  if (error instanceof TransportFailure) return error;
  if (signal.aborted) return new TransportFailure('aborted', sent);
  // From the lookup, before there was a connection.
  if (error instanceof VaultError) return new TransportFailure('forbidden', false);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ETIMEDOUT') return new TransportFailure('timeout', sent);
  if (code.startsWith('HPE_')) return new TransportFailure('garbled', sent);
  // What fails before the connection stands (refused, no name, an untrusted certificate) never reached AWS.
  return new TransportFailure(UNREACHABLE.test(code) || !sent ? 'unreachable' : 'broken', sent);
}
