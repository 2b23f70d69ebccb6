import type { Egress } from '../adapter.ts';
import { createHttpTransport, type RawAnswer } from '../lib/http-transport.ts';
import { retryAfterMs } from '../lib/retry-after.ts';
import { TransportFailure } from '../lib/transport-failure.ts';

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

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
 * talks to exactly one origin.
 */
export function createTransport(origin: string, caCert: string | undefined, egress: Egress): Transport {
  const transport = createHttpTransport({ egress, caCert, maxAnswerBytes: MAX_ANSWER_BYTES });
  const { protocol, hostname, port } = new URL(origin);
  const server = { secure: protocol === 'https:', hostname, ...(port !== '' && { port: Number(port) }) };
  return {
    async send({ method, uri, headers, json, signal }) {
      if (!uri.startsWith(`${origin}/v1/`)) throw new TransportFailure('unreachable', false);
      const path = uri.slice(origin.length);
      const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
      const sent = {
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
        ...headers,
      };
      return settled(await transport.send({ ...server, method, path, headers: sent, body, signal }), path);
    },
    close: () => transport.close(),
  };
}

/** Throws {@link Refusal}. */
function settled({ status, headers, body }: RawAnswer, path: string): VendorAnswer {
  const json = parseJson(body);
  if (status === 200 || status === 204) return { statusCode: status, body: json, request: { path } };
  throw new Refusal(status, json, retryAfterMs(headers['retry-after'], Date.now()));
}

/** `undefined` when it is none. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
