import { errorOfAnswer, KeyferryError } from '../client/keyferry-error.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface CallOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * The one way to the API. The browser adds the session's cookie; mutations carry a fresh `Idempotency-Key`, so that a repeated
 * click or a repetition after a lost connection has one effect. Throws {@link KeyferryError}.
 */
async function call<T>(method: string, path: string, { query, body, signal }: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['idempotency-key'] = crypto.randomUUID();
  let response: Response;
  try {
    response = await fetch(`${path}${queryText(query)}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new KeyferryError('network', 'The API does not answer.');
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  throw await errorOf(response);
}

export const api = {
  get: <T>(path: string, options: Omit<CallOptions, 'body'> = {}) => call<T>('GET', path, options),
  post: <T>(path: string, body?: unknown) => call<T>('POST', path, { body }),
  put: <T>(path: string, body?: unknown) => call<T>('PUT', path, { body }),
  patch: <T>(path: string, body?: unknown) => call<T>('PATCH', path, { body }),
  delete: <T = void>(path: string, body?: unknown) => call<T>('DELETE', path, { body }),
};

function queryText(query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) params.set(name, String(value));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

async function errorOf(response: Response): Promise<KeyferryError> {
  const problem: unknown = await response.json().catch(() => undefined);
  return errorOfAnswer(response.status, problem, undefined);
}
