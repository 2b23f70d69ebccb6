import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import * as gax from 'google-gax';
import type { Egress } from '../adapter.ts';
import { createRestClient } from '../lib/rest-client.ts';
import { TransportFailure } from '../lib/transport-failure.ts';
import { VaultError } from '../vault-error.ts';
import type { Credentials } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { isRefusal, Refusal, StrangeAnswer } from './errors.ts';
import { grpcClientFor } from './grpc-connection.ts';
import { restClientFor } from './rest-connection.ts';

/** No call of the library waits longer, whatever its caller does. */
export const CALL_TIMEOUT_MS = 60_000;

/** The calls we make, and the field of the request that the service routes by (`x-goog-request-params`). */
const ROUTED_BY = {
  listSecrets: 'parent',
  createSecret: 'parent',
  addSecretVersion: 'parent',
  getSecret: 'name',
  updateSecret: 'secret.name',
  deleteSecret: 'name',
  getSecretVersion: 'name',
  accessSecretVersion: 'name',
  disableSecretVersion: 'name',
  enableSecretVersion: 'name',
  destroySecretVersion: 'name',
} as const;

export type SdkMethod = keyof typeof ROUTED_BY;

export interface SdkCall {
  readonly signal: AbortSignal;
  /** Tells the server, too, when nobody waits any more. */
  readonly timeoutMs?: number;
}

/** The client library, over a connection of ours. Sends once; after a refused token once more, with another one. */
export interface SdkClient {
  /** `resource` is what {@link ROUTED_BY} names. Throws `Refusal`, `StrangeAnswer`, `TransportFailure` or `VaultError`. */
  send(method: SdkMethod, resource: string, request: object, call: SdkCall): Promise<unknown>;
  close(): Promise<void>;
}

export interface SdkClientOptions {
  readonly endpoint: Endpoint;
  readonly transport: 'grpc' | 'rest';
  readonly credentials: Credentials;
  readonly caCert: string | undefined;
  readonly egress: Egress;
}

type GaxCall = (request: object, options: gax.CallOptions) => gax.CancellablePromise<readonly unknown[]>;

export function createSdkClient(options: SdkClientOptions): SdkClient {
  const { client, close } = connect(options);
  const { credentials, egress, endpoint } = options;

  const attempt = async (method: SdkMethod, resource: string, request: object, call: SdkCall, token: string) => {
    await orAborted(client.initialize(), call.signal, false);
    const run = client.innerApiCalls[method] as GaxCall;
    const routing = `${ROUTED_BY[method]}=${encodeURIComponent(resource)}`;
    // The methods of the client itself log whole requests, values included, when a GOOGLE_SDK_NODE_LOGGING variable asks for it.
    const running = run(request, {
      timeout: call.timeoutMs ?? CALL_TIMEOUT_MS,
      retry: { retryCodes: [] },
      autoPaginate: false,
      otherArgs: { headers: { authorization: `Bearer ${token}`, 'x-goog-request-params': routing } },
    });
    const cancel = () => running.cancel();
    call.signal.addEventListener('abort', cancel, { once: true });
    const answer = await orAborted(running, call.signal, true).finally(() =>
      call.signal.removeEventListener('abort', cancel),
    );
    // A page comes as its list, the next request and the whole answer.
    return method === 'listSecrets' ? answer[2] : answer[0];
  };

  return {
    async send(method, resource, request, given) {
      egress.assertHost(endpoint.host);
      // One of its own for each request, so that many at once do not crowd the caller's.
      const call = { ...given, signal: AbortSignal.any([given.signal]) };
      const token = await orAborted(credentials.token(), call.signal, false);
      try {
        return await attempt(method, resource, request, call, token);
      } catch (error) {
        if (!isRefusal(error, 'UNAUTHENTICATED') || !credentials.drop(token)) throw known(error);
      }
      const another = await orAborted(credentials.token(), call.signal, false);
      return attempt(method, resource, request, call, another).catch((error: unknown) => {
        throw known(error);
      });
    },
    close,
  };
}

function connect({ endpoint, transport, caCert, egress }: SdkClientOptions) {
  const { secure, host, port } = endpoint;
  const protocol = secure ? 'https' : 'http';
  const literal = host.includes(':') ? `[${host}]` : host;
  const rest =
    transport === 'rest' ? createRestClient({ origin: `${protocol}://${literal}:${port}`, egress, caCert }) : undefined;
  const module = rest
    ? { ...gax, fallback: { ...gax.fallback, GrpcClient: restClientFor(rest) } }
    : { ...gax, GrpcClient: grpcClientFor(endpoint, caCert, egress) };
  const client = new SecretManagerServiceClient(
    { fallback: rest !== undefined, protocol, apiEndpoint: literal, port, universeDomain: 'googleapis.com' },
    module as unknown as typeof gax,
  );
  const close = async (): Promise<void> => {
    await client.close().catch(() => undefined);
    await rest?.close();
  };
  return { client, close };
}

/** Errors that we made, or one that says nothing: the library's own quote requests and answers. */
function known(error: unknown): Error {
  const ours = [Refusal, StrangeAnswer, TransportFailure, VaultError].some((type) => error instanceof type);
  return ours ? (error as Error) : new TransportFailure('garbled', true);
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal, sent: boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new TransportFailure('aborted', sent));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
