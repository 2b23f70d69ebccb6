import type { RestAnswer } from '../lib/rest-client.ts';
import { VaultError, type VaultErrorCode } from '../vault-error.ts';
import { isJson, type Json } from './secret-object.ts';

/** https://kubernetes.io/docs/reference/using-api/api-concepts/ and metav1.StatusReason; 410: an expired list token. */
const STATUS_CODES: Readonly<Record<number, VaultErrorCode>> = {
  400: 'invalid_argument',
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'unavailable',
  405: 'unsupported',
  409: 'unavailable',
  410: 'unavailable',
  413: 'too_large',
  422: 'invalid_argument',
  429: 'rate_limited',
};

/** The API server's own answer to what it refuses; anything else may come from something before it. */
export function statusOf(answer: RestAnswer): Json | undefined {
  return isJson(answer.body) && answer.body.kind === 'Status' ? answer.body : undefined;
}

/** Does the API server say that this very Secret does not exist? A missing namespace is another matter. */
export function isMissing(answer: RestAnswer, name: string): boolean {
  const status = statusOf(answer);
  const details = status && isJson(status.details) ? status.details : undefined;
  return answer.status === 404 && status?.reason === 'NotFound' && details?.kind === 'secrets' && details.name === name;
}

/** `exists`: the name is taken. `moved`: the object is not the one that was read. Either way nothing was changed. */
export function conflictOf(answer: RestAnswer): 'exists' | 'moved' | undefined {
  const reason = answer.status === 409 ? statusOf(answer)?.reason : undefined;
  if (reason === 'AlreadyExists') return 'exists';
  return reason === 'Conflict' ? 'moved' : undefined;
}

/** The one place where what the API server refused becomes our code. `mutates`: the request could change something. */
export function refusal(answer: RestAnswer, operation: string, mutates: boolean): VaultError {
  const { status } = answer;
  const own = statusOf(answer) !== undefined;
  // The limit on requests in flight answers in plain text.
  const proved = status === 429 || (own && status >= 400 && status < 500);
  return new VaultError(codeOf(status, own), operation, {
    maybeApplied: mutates && !proved,
    ...(status === 429 && { retryAfterMs: answer.retryAfterMs }),
  });
}

function codeOf(status: number, own: boolean): VaultErrorCode {
  if (status >= 500 && status <= 599) return 'unavailable';
  // Redirects are not followed. A 404 that is no Status is a proxy's.
  if (status === 404 && !own) return 'unknown';
  return STATUS_CODES[status] ?? (status === 307 || status === 308 ? 'unavailable' : 'unknown');
}
