import http from 'node:http';
import https from 'node:https';
import type { Egress } from '../adapter.ts';
import { retryAfterMs } from '../lib/retry-after.ts';
import { VaultError } from '../vault-error.ts';

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/**
 * Why there is no usable answer. `sent`: false only if the vault provably never saw the request. `forbidden`: the operator lets
 * nobody connect there.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly reason: 'aborted' | 'forbidden' | 'unreachable' | 'broken' | 'timeout' | 'garbled';
  readonly sent: boolean;

  constructor(reason: TransportFailure['reason'], sent: boolean) {
    super(`vault transport: ${reason}`);
    this.reason = reason;
    this.sent = sent;
  }
}

/**
 * An answer other than 200 and 204. Its body is not enumerable: only `errors.ts` looks at it, and nothing prints it.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly #body: unknown;

  constructor(status: number, body: unknown, wait: number | undefined) {
    super(`vault answered ${status}`);
    this.status = status;
    this.retryAfterMs = wait;
    this.#body = body;
  }

  /** The parsed JSON, or `undefined` when the answer was none. */
  body(): unknown {
    return this.#body;
  }
}

/** What node-vault hands to its HTTP function (`src/index.js`, `client.request`). */
export interface VendorRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly signal: AbortSignal;
}

/** What node-vault expects back. */
interface VendorAnswer {
  readonly statusCode: number;
  readonly body: unknown;
  readonly request: { readonly path: string };
}

export interface Transport {
  readonly send: (request: VendorRequest) => Promise<VendorAnswer>;
  close(): void;
}

/**
 * The HTTP of node-vault, in place of its axios: that follows redirects with the token, obeys proxy variables, keeps
 * headers and bodies in its errors, has no abort signal and switches TLS checks off for any `VAULT_SKIP_VERIFY`. This one
 * talks to exactly one origin, bounds the answer and repeats nothing.
 */
export function createTransport(origin: string, caCert: string | undefined, egress: Egress): Transport {
  // Idle sockets go before a load balancer's limit or Node's own 5 s hint makes a write's fate unclear.
  const pool = { keepAlive: true, maxSockets: 64, maxFreeSockets: 32, scheduling: 'lifo', timeout: 15_000 } as const;
  const { lookup } = egress;
  const host = new URL(origin).hostname;
  const secure = origin.startsWith('https:');
  const agent = secure
    ? new https.Agent({
        ...pool,
        lookup,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ...(caCert && { ca: caCert }),
      })
    : new http.Agent({ ...pool, lookup });
  const open = secure ? https.request : http.request;
  return {
    async send(request) {
      try {
        egress.assertHost(host);
      } catch {
        throw new TransportFailure('forbidden', false);
      }
      return exchange(request, origin, (options) => open(origin, { ...options, agent }), secure);
    },
    close: () => agent.destroy(),
  };
}

type Open = (options: http.RequestOptions) => http.ClientRequest;

function exchange(request: VendorRequest, origin: string, open: Open, secure: boolean): Promise<VendorAnswer> {
  const { signal } = request;
  if (signal.aborted) return Promise.reject(new TransportFailure('aborted', false));
  if (!request.uri.startsWith(`${origin}/v1/`)) return Promise.reject(new TransportFailure('unreachable', false));
  const path = request.uri.slice(origin.length);
  const body = request.json === undefined ? undefined : Buffer.from(JSON.stringify(request.json));

  return new Promise((resolve, reject) => {
    const state = { sent: false };
    const fail = (error: unknown) => reject(failure(error, signal, state.sent));
    const call = open({
      path,
      method: request.method,
      signal,
      headers: {
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
        ...request.headers,
      },
    });
    call.on('socket', (socket) => {
      if (call.reusedSocket || !socket.connecting) state.sent = true;
      else socket.once(secure ? 'secureConnect' : 'connect', () => (state.sent = true));
    });
    call.on('error', fail);
    call.on('response', (response) => {
      state.sent = true;
      readJson(response).then((json) => settle(response, json, path, resolve, reject), fail);
    });
    call.end(body);
  });
}

function settle(
  response: http.IncomingMessage,
  json: unknown,
  path: string,
  resolve: (answer: VendorAnswer) => void,
  reject: (error: Refusal) => void,
): void {
  const status = response.statusCode ?? 0;
  if (status === 200 || status === 204) resolve({ statusCode: status, body: json, request: { path } });
  else reject(new Refusal(status, json, retryAfterMs(response.headers['retry-after'], Date.now())));
}

/** The answer's JSON, `undefined` when it is none. Throws when it is too long or breaks off. */
async function readJson(response: http.IncomingMessage): Promise<unknown> {
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
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/;

function failure(error: unknown, signal: AbortSignal, sent: boolean): TransportFailure {
  if (error instanceof TransportFailure) return error;
  if (signal.aborted) return new TransportFailure('aborted', sent);
  // From the lookup, so before there was a connection.
  if (error instanceof VaultError) return new TransportFailure('forbidden', false);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ETIMEDOUT') return new TransportFailure('timeout', sent);
  if (code.startsWith('HPE_')) return new TransportFailure('garbled', sent);
  // What fails before the connection stands (refused, no name, an untrusted certificate) never reached the vault.
  return new TransportFailure(UNREACHABLE.test(code) || !sent ? 'unreachable' : 'broken', sent);
}
