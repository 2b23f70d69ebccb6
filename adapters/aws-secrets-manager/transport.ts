import type { Egress } from '../adapter.ts';
import { createHttpTransport } from '../lib/http-transport.ts';

/** A page of 100 secrets with 50 tags each stays well below. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

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

export interface SdkAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** The SDK's `requestHandler`. */
export interface Transport {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SignedRequest, options?: { abortSignal?: AbortSignal }): Promise<{ response: SdkAnswer }>;
  destroy(): void;
}

/** The HTTP of the SDK, in place of its own handler, see `createHttpTransport`. */
export function createTransport(egress: Egress, caCert: string | undefined): Transport {
  const transport = createHttpTransport({ egress, caCert, maxAnswerBytes: MAX_ANSWER_BYTES });
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle({ protocol, body, ...request }, { abortSignal: signal = new AbortController().signal } = {}) {
      const sendable = typeof body === 'string' || body instanceof Uint8Array ? body : undefined;
      const { method, hostname, port, path, headers } = request;
      const raw = { method, hostname, port, path, headers, body: sendable, signal, secure: protocol === 'https:' };
      const answer = await transport.send(raw);
      const received = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
      const response = {
        statusCode: answer.status,
        headers: Object.fromEntries(received),
        body: new Uint8Array(answer.body),
      };
      return { response };
    },
    destroy: () => transport.close(),
  };
}
