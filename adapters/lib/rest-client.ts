import type { Dispatcher } from 'undici';
import { Pool } from 'undici';
import type { Egress } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { retryAfterMs } from './retry-after.ts';
import { TransportFailure } from './transport-failure.ts';

const CONNECTIONS = 32;
const CONNECT_TIMEOUT_MS = 10_000;
/** Idle sockets go before a load balancer's limit makes a write's fate unclear. */
const IDLE_MS = 15_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Encoded, with its query, beginning with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly signal: AbortSignal;
}

/** Any answer, redirects included: they are never followed. */
export interface RestAnswer {
  readonly status: number;
  /** The parsed JSON, `undefined` when the body was none. */
  readonly body: unknown;
  /** What a `Retry-After` header asked for. */
  readonly retryAfterMs: number | undefined;
}

export interface RestClientOptions {
  /** `scheme://host[:port]`: the only server this client ever talks to. */
  readonly origin: string;
  readonly egress: Egress;
  /** PEM certificates to trust instead of the public authorities. */
  readonly caCert?: string | undefined;
  /** PEM pair to show to the server. */
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
  /** Name to demand of the server's certificate when it is not the host. */
  readonly serverName?: string | undefined;
}

export interface RestClient {
  /** Sends once and repeats nothing. Throws {@link TransportFailure} when there is no whole answer. */
  send(request: RestRequest): Promise<RestAnswer>;
  /** Ends everything under way. */
  close(): Promise<void>;
}

/**
 * JSON over HTTP for vaults without a client worth its weight: one origin, every socket through the egress, bounded
 * answers, no redirects, no retries, no proxy and nothing of the environment.
 */
export function createRestClient(options: RestClientOptions): RestClient {
  const { hostname } = new URL(options.origin);
  const pool = new Pool(options.origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    // The caller's signal is the deadline.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      lookup: options.egress.lookup,
      timeout: CONNECT_TIMEOUT_MS,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(options.caCert !== undefined && { ca: options.caCert }),
      ...(options.clientCert !== undefined && { cert: options.clientCert }),
      ...(options.clientKey !== undefined && { key: options.clientKey }),
      ...(options.serverName !== undefined && { servername: options.serverName }),
    },
  });
  return {
    async send(request) {
      if (request.signal.aborted) throw new TransportFailure('aborted', false);
      try {
        options.egress.assertHost(hostname);
      } catch {
        throw new TransportFailure('forbidden', false);
      }
      return exchange(pool, request);
    },
    close: () => pool.destroy(),
  };
}

function exchange(pool: Pool, { method, path, headers, json, signal }: RestRequest): Promise<RestAnswer> {
  const body = json === undefined ? null : Buffer.from(JSON.stringify(json));
  return new Promise((resolve, reject) => {
    const state: { sent: boolean; controller?: Dispatcher.DispatchController } = { sent: false };
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      reject(error instanceof TransportFailure ? error : classify(error, state.sent));
    };
    const abort = (): void => {
      fail(new TransportFailure('aborted', state.sent));
      state.controller?.abort(new TransportFailure('aborted', true));
    };
    const answer = (received: RestAnswer): void => {
      signal.removeEventListener('abort', abort);
      resolve(received);
    };
    signal.addEventListener('abort', abort, { once: true });
    pool.dispatch(
      {
        method,
        path,
        body,
        headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
      },
      {
        // A connection stands and the request is about to be written.
        onRequestStart(controller) {
          state.controller = controller;
          if (signal.aborted) controller.abort(new TransportFailure('aborted', false));
          else state.sent = true;
        },
        ...receive(answer),
        onResponseError: (_controller, error) => fail(error),
      },
    );
  });
}

/** Collects one answer, no longer than the limit. */
function receive(answer: (received: RestAnswer) => void): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  let size = 0;
  let status = 0;
  let wait: number | undefined;
  return {
    onResponseStart(_controller, statusCode, headers) {
      // Informational answers come before the real one.
      status = statusCode;
      const header = headers['retry-after'];
      wait = retryAfterMs(typeof header === 'string' ? header : undefined, Date.now());
    },
    onResponseData(controller, chunk) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) controller.abort(new TransportFailure('garbled', true));
      else chunks.push(chunk);
    },
    onResponseEnd: () => answer({ status, body: parseJson(Buffer.concat(chunks)), retryAfterMs: wait }),
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** What fails before a connection stands (refused, no name, an untrusted certificate) never reached the vault. */
function classify(error: unknown, sent: boolean): TransportFailure {
  if (error instanceof VaultError) return new TransportFailure('forbidden', false);
  if (!sent) return new TransportFailure('unreachable', false);
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: '', code: '' };
  if (code === 'ETIMEDOUT') return new TransportFailure('timeout', sent);
  // https://undici.nodejs.org/#/docs/api/Errors
  const garbled = name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW';
  return new TransportFailure(garbled ? 'garbled' : 'broken', sent);
}
