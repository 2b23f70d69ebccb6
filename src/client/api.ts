import { OPERATIONS, type Operations } from './api-types.ts';
import { errorOfAnswer, KeyferryError } from './keyferry-error.ts';
import { isRetried, retryAfterMs, retryDelay } from './retry-delay.ts';

export interface KeyferryOptions {
  /** Where the API is, for example `https://keyferry.example.com`. In a browser: default, where the page came from. */
  readonly url?: string;
  /** An API token, or what gives one for each request. */
  readonly token?: string | (() => string | Promise<string>);
  /** How often a request is repeated when nobody answers, or 429, 502, 503 or 504 do. Default 3; 0: never. */
  readonly retries?: number;
  /** Of one request, in milliseconds. Default 90,000: more than the API itself waits. */
  readonly timeoutMs?: number;
  /** Why values are read, where a call does not say so itself. It stands in the audit trail; projects may ask people for it. */
  readonly reason?: string;
  /** Ends every call with its reason. */
  readonly signal?: AbortSignal;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
  /** Told before each repetition. */
  readonly onRetry?: (retry: {
    readonly operation: OperationId;
    readonly code: string;
    readonly delayMs: number;
  }) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of a mutation. Default: a new one for each call, kept over its retries. */
  readonly idempotencyKey?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

export type OperationId = keyof Operations;
export type Params<Id extends OperationId> = Operations[Id]['params'];
export type Query<Id extends OperationId> = Operations[Id]['query'];
export type Body<Id extends OperationId> = Operations[Id]['body'];
export type Reply<Id extends OperationId> = Operations[Id]['reply'];

type Part<Name extends string, T> =
  Record<never, never> extends T
    ? { readonly [N in Name]?: T | undefined }
    : undefined extends T
      ? { readonly [N in Name]?: T }
      : { readonly [N in Name]: T };

/** What an operation takes, in its three places. */
export type Input<Id extends OperationId> = Part<'params', Params<Id>> &
  Part<'query', Query<Id>> &
  Part<'body', Body<Id>>;

/** Calls any operation of the API by its id. Everything else of the client is made of this. */
export interface Api {
  /** Rejects with {@link KeyferryError}, or with the reason of `options.signal`. */
  call<Id extends OperationId>(id: Id, input: Input<Id>, options?: CallOptions): Promise<Reply<Id>>;
  /** The body of a successful answer as it comes. It is not repeated once it has begun. */
  stream<Id extends OperationId>(id: Id, input: Input<Id>, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
}

interface AnyInput {
  readonly params?: Readonly<Record<string, string | number>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}

const TIMEOUT_MS = 90_000;
const RETRIES = 3;

export function createApi(options: KeyferryOptions): Api {
  const attempt = async (id: OperationId, input: AnyInput, key: string | undefined, call: CallOptions) => {
    const [method, path] = OPERATIONS[id];
    const headers: Record<string, string> = { accept: 'application/json' };
    const token = typeof options.token === 'function' ? await options.token() : options.token;
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (key !== undefined) headers['idempotency-key'] = key;
    if (input.body !== undefined) headers['content-type'] = 'application/json';
    const tooLate = AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
    const signal = call.signal === undefined ? tooLate : AbortSignal.any([call.signal, tooLate]);
    const request = { method, headers, signal, redirect: 'manual' as const, cache: 'no-store' as const };
    try {
      const url = addressOf(options.url, path, input);
      const given = input.body === undefined ? request : { ...request, body: JSON.stringify(input.body) };
      return await (options.fetch ?? fetch)(url, given);
    } catch (error) {
      call.signal?.throwIfAborted();
      if (error instanceof KeyferryError) throw error;
      throw nobodyAnswered(error, tooLate.aborted);
    }
  };

  const repeated = async (id: OperationId, input: AnyInput, call: CallOptions): Promise<Response> => {
    const key = call.idempotencyKey ?? (OPERATIONS[id][0] === 'GET' ? undefined : randomKey());
    const retries = options.retries ?? RETRIES;
    for (let tries = 1; ; tries++) {
      let error: unknown;
      try {
        const response = await attempt(id, input, key, call);
        if (response.ok) return response;
        error = await errorOf(response);
      } catch (thrown) {
        call.signal?.throwIfAborted();
        error = thrown;
      }
      if (!(error instanceof KeyferryError) || tries > retries || !isWorthRepeating(error)) throw error;
      const delayMs = retryDelay(tries, error.retryAfterMs, Math.random());
      options.onRetry?.({ operation: id, code: error.code, delayMs });
      await pause(delayMs, call.signal);
    }
  };

  return {
    async call(id, input, given = {}) {
      const call = joined(options.signal, given);
      const response = await repeated(id, withReason(id, input as AnyInput, options.reason), call);
      return (await readReply(response, call.signal)) as never;
    },
    async stream(id, input, given = {}) {
      const response = await repeated(id, input as AnyInput, joined(options.signal, given));
      return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
    },
  };
}

/** Where operations that hand out values take the reason. */
const REASON_IN: Partial<Record<OperationId, 'query' | 'body'>> = {
  getVersionContent: 'query',
  getContentByName: 'query',
  readSecrets: 'body',
  renderTemplate: 'body',
};

function withReason(id: OperationId, input: AnyInput, reason: string | undefined): AnyInput {
  const at = REASON_IN[id];
  if (at === undefined || reason === undefined) return input;
  const given = (input[at] ?? {}) as { readonly reason?: string | undefined };
  return { ...input, [at]: { ...given, reason: given.reason ?? reason } };
}

/** With whichever signal fires first. */
function joined(signal: AbortSignal | undefined, call: CallOptions): CallOptions {
  if (signal === undefined) return call;
  return { ...call, signal: call.signal === undefined ? signal : AbortSignal.any([signal, call.signal]) };
}

function isWorthRepeating({ status, code }: KeyferryError): boolean {
  return code === 'network' || code === 'timeout' || isRetried(status, code);
}

function addressOf(base: string | undefined, path: string, { params = {}, query = {} }: AnyInput): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  const root = (base ?? '').replace(/\/+$/, '');
  return `${root}${filled}${text === '' ? '' : `?${text}`}`;
}

/** What `fetch` says may quote the address, and with it what stands in a query: only its code is passed on. */
function nobodyAnswered(error: unknown, tooLate: boolean): KeyferryError {
  if (tooLate) return new KeyferryError('timeout', 'The API did not answer in time.');
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  const code = typeof cause?.code === 'string' && /^[A-Z_0-9]+$/.test(cause.code) ? ` (${cause.code})` : '';
  return new KeyferryError('network', `The API does not answer${code}.`);
}

async function errorOf(response: Response): Promise<KeyferryError> {
  const asked = retryAfterMs(response.headers.get('retry-after'), Date.now());
  let body: unknown;
  try {
    body = /\bjson\b/.test(response.headers.get('content-type') ?? '') ? await response.json() : undefined;
    if (body === undefined) await response.body?.cancel();
  } catch {
    body = undefined;
  }
  return errorOfAnswer(response.status, body, asked);
}

async function readReply(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  try {
    if (response.status === 204) return undefined;
    if (/\bjson\b/.test(type)) return await response.json();
    if (/^text\/plain\b/.test(type)) return await response.text();
  } catch {
    signal?.throwIfAborted();
    throw new KeyferryError('network', 'The answer broke off.', { status: response.status });
  }
  throw new KeyferryError('unexpected_answer', `The answer (status ${response.status}) is not one of Keyferry.`, {
    status: response.status,
  });
}

/** An idempotency key: 128 random bits. Not `randomUUID`, which browsers have on secure pages only. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Resolves after a while; rejects with the signal's reason when that fires. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const leave = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal?.addEventListener('abort', leave, { once: true });
  });
}
