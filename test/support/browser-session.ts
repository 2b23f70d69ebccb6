import { must } from './answers.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';

/** What a browser says of a request that a page of ours makes. */
export const OUR_PAGE = { 'sec-fetch-site': 'same-origin' };

/** A session as a browser keeps it. */
export interface BrowserSession {
  readonly id: string;
  /** The `Cookie` header. */
  readonly cookie: string;
  /** As a page of ours: with the cookie and where it comes from. `headers` replace those. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
}

/** Signs in with a token, as the console does. */
export async function signIn(api: ApiClient, token: string): Promise<BrowserSession> {
  const nobody = api.as(undefined);
  const answer = await nobody('POST', '/v1/session', { token }, OUR_PAGE);
  const { id } = must(answer, 201);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  return {
    id: String(id),
    cookie,
    call: (method, path, body, headers) => nobody(method, path, body, { ...OUR_PAGE, cookie, ...headers }),
  };
}
