import http from 'node:http';
import https from 'node:https';
import type { Egress } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { TransportFailure } from './transport-failure.ts';

export interface RawRequest {
  readonly method: string;
  readonly secure: boolean;
  /** As in a URL: an IPv6 address in brackets. */
  readonly hostname: string;
  /** Of the scheme when not given. */
  readonly port?: number | undefined;
  /** Encoded, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/** Any answer, redirects included: they are never followed. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The HTTP that vendors' clients are given in place of their own. */
export interface HttpTransport {
  /** Sends once and repeats nothing. Throws {@link TransportFailure} when there is no whole answer. */
  send(request: RawRequest): Promise<RawAnswer>;
  /** Ends everything under way. */
  close(): void;
}

export interface HttpTransportOptions {
  readonly egress: Egress;
  /** PEM certificates to trust instead of the public authorities. */
  readonly caCert: string | undefined;
  readonly maxAnswerBytes: number;
}

/**
 * Every socket through the egress, no redirects, no proxy, no retries, a bounded answer, and the knowledge whether a failed
 * request was sent, which no vendor's own transport keeps.
 */
export function createHttpTransport({ egress, caCert, maxAnswerBytes }: HttpTransportOptions): HttpTransport {
  const { lookup } = egress;
  // Idle sockets go before a load balancer's limit or Node's own 5 s hint makes a write's fate unclear.
  const pool = { keepAlive: true, maxSockets: 64, maxFreeSockets: 32, scheduling: 'lifo', timeout: 15_000 } as const;
  const trust = {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(caCert !== undefined && { ca: caCert }),
  } as const;
  const plain = new http.Agent({ ...pool, lookup });
  const secure = new https.Agent({ ...pool, ...trust, lookup });
  return {
    async send(request) {
      if (request.signal.aborted) throw new TransportFailure('aborted', false);
      const host = request.hostname.replace(/^\[|\]$/g, '');
      try {
        egress.assertHost(host);
      } catch {
        throw new TransportFailure('forbidden', false);
      }
      const open = (options: http.RequestOptions): http.ClientRequest =>
        request.secure
          ? https.request({ ...options, host, agent: secure })
          : http.request({ ...options, host, agent: plain });
      return exchange(request, open, maxAnswerBytes);
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function exchange(
  { method, secure, port, path, headers, body, signal }: RawRequest,
  open: (options: http.RequestOptions) => http.ClientRequest,
  maxAnswerBytes: number,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const state = { sent: false };
    const fail = (error: unknown) => reject(failure(error, signal, state.sent));
    const call = open({ method, path, headers, signal, ...(port !== undefined && { port }) });
    call.on('socket', (socket) => {
      if (call.reusedSocket || !(socket.connecting || socket.destroyed)) state.sent = true;
      else socket.once(secure ? 'secureConnect' : 'connect', () => (state.sent = true));
    });
    call.on('error', fail);
    call.on('response', (response) => {
      state.sent = true;
      const answered = (bytes: Buffer) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes });
      collect(response, maxAnswerBytes).then(answered, fail);
    });
    call.end(body);
  });
}

async function collect(response: http.IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) {
      response.destroy();
      throw new TransportFailure('garbled', true);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
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
  // What fails before the connection stands (refused, no name, an untrusted certificate) never reached the vault.
  return new TransportFailure(UNREACHABLE.test(code) || !sent ? 'unreachable' : 'broken', sent);
}
