import type { RestAnswer } from '../lib/rest-client.ts';
import { VaultError, type VaultErrorCode } from '../vault-error.ts';
import { isJson } from './facts.ts';

/** Types of Scaleway's standard errors (scaleway-sdk-go, scw/errors.go). */
const TYPE_CODES: Readonly<Record<string, VaultErrorCode>> = {
  denied_authentication: 'unauthenticated',
  invalid_arguments: 'invalid_argument',
  locked: 'unavailable',
  not_found: 'not_found',
  permissions_denied: 'permission_denied',
  precondition_failed: 'invalid_argument',
  quotas_exceeded: 'too_large',
  too_many_requests: 'rate_limited',
  transient_state: 'unavailable',
};

const STATUS_CODES: Readonly<Record<number, VaultErrorCode>> = {
  307: 'unavailable',
  308: 'unavailable',
  401: 'unauthenticated',
  403: 'permission_denied',
  413: 'too_large',
  429: 'rate_limited',
};

/** The kind of error, when it is Scaleway's own and not that of something before it. */
export function errorType({ body }: RestAnswer): string | undefined {
  return isJson(body) && typeof body.type === 'string' ? body.type : undefined;
}

export function isMissing(answer: RestAnswer): boolean {
  return answer.status === 404 && errorType(answer) === 'not_found';
}

/** "cannot act on deleted resource": it waits for the end of its seven days. */
export function isGoing(answer: RestAnswer): boolean {
  return answer.status === 412 && isJson(answer.body) && answer.body.precondition === 'resource_not_usable';
}

/** "cannot have same secret name in same path": said as a wrong format of the argument `name`. */
export function isTaken(answer: RestAnswer): boolean {
  if (answer.status === 409) return ['already_exists', 'conflict'].includes(errorType(answer) ?? '');
  if (answer.status !== 400 || !isJson(answer.body) || !Array.isArray(answer.body.details)) return false;
  return answer.body.details.some(
    (detail: unknown) =>
      isJson(detail) && detail.argument_name === 'name' && /same secret name/i.test(String(detail.help_message)),
  );
}

/** The one place where what Scaleway refused becomes our code. `mutates`: the request could change something. */
export function refusal(answer: RestAnswer, operation: string, mutates: boolean): VaultError {
  const { status } = answer;
  const type = errorType(answer);
  const proved = status === 429 || (type !== undefined && status >= 400 && status < 500);
  return new VaultError(codeOf(status, type), operation, {
    maybeApplied: mutates && !proved,
    ...(status === 429 && { retryAfterMs: answer.retryAfterMs }),
  });
}

function codeOf(status: number, type: string | undefined): VaultErrorCode {
  if (status >= 500 && status <= 599) return 'unavailable';
  const typed = status >= 400 && status < 500 && type !== undefined ? TYPE_CODES[type] : undefined;
  return typed ?? STATUS_CODES[status] ?? 'unknown';
}
