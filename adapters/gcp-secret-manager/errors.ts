import { failureError } from '../lib/transport-failure.ts';
import { VaultError, type VaultErrorCode } from '../vault-error.ts';

/**
 * What each status means (https://cloud.google.com/apis/design/errors, https://grpc.io/docs/guides/status-codes/), and whether
 * the service says with it that nothing was changed. gRPC tells the number, REST the name; here it is always the name.
 *
 * FAILED_PRECONDITION is an old ETag, a version that is not enabled, or a key that cannot be used: who asked knows which.
 */
const MEANINGS = {
  CANCELLED: ['unavailable', false],
  UNKNOWN: ['unavailable', false],
  INVALID_ARGUMENT: ['invalid_argument', true],
  DEADLINE_EXCEEDED: ['timeout', false],
  NOT_FOUND: ['not_found', true],
  ALREADY_EXISTS: ['version_conflict', true],
  PERMISSION_DENIED: ['permission_denied', true],
  RESOURCE_EXHAUSTED: ['rate_limited', true],
  FAILED_PRECONDITION: ['unavailable', true],
  ABORTED: ['unavailable', false],
  OUT_OF_RANGE: ['invalid_argument', true],
  UNIMPLEMENTED: ['unsupported', true],
  INTERNAL: ['unavailable', false],
  UNAVAILABLE: ['unavailable', false],
  DATA_LOSS: ['unknown', false],
  UNAUTHENTICATED: ['unauthenticated', true],
} as const satisfies Readonly<Record<string, readonly [VaultErrorCode, boolean]>>;

export type RpcStatus = keyof typeof MEANINGS;

/** By number; 0 is success. */
const STATUSES = ['OK', ...Object.keys(MEANINGS)];

export function statusOfNumber(code: unknown): RpcStatus | undefined {
  return typeof code === 'number' ? statusOfName(STATUSES[code]) : undefined;
}

export function statusOfName(name: unknown): RpcStatus | undefined {
  return typeof name === 'string' && Object.hasOwn(MEANINGS, name) ? (name as RpcStatus) : undefined;
}

/** An answer of the service that is no success. Keeps nothing of its text. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: RpcStatus;
  readonly retryAfterMs: number | undefined;
  /** `google.rpc.ErrorInfo.reason`, when it is one that we know. */
  readonly reason: KnownReason | undefined;

  constructor(status: RpcStatus, retryAfterMs?: number, reason?: unknown) {
    super(`secret manager answered ${status}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.reason = KNOWN_REASONS.find((known) => known === reason);
  }
}

/** Why a project refuses everything: https://cloud.google.com/apis/docs/system-parameters, google/api/error_reason.proto. */
const KNOWN_REASONS = ['SERVICE_DISABLED', 'CONSUMER_INVALID', 'BILLING_DISABLED', 'CONSUMER_SUSPENDED'] as const;
type KnownReason = (typeof KNOWN_REASONS)[number];

/** An HTTP status without the service's own words: of something before it, which may have passed the request on. */
export class StrangeAnswer extends Error {
  override readonly name = 'StrangeAnswer';
  readonly httpStatus: number;

  constructor(httpStatus: number) {
    super(`not secret manager: ${httpStatus}`);
    this.httpStatus = httpStatus;
  }
}

/** The one place where an answer becomes our code. `mutates` says whether the request could change anything. */
export function classify(error: unknown, operation: string, mutates: boolean): VaultError {
  if (error instanceof StrangeAnswer) {
    return new VaultError(strangeCode(error.httpStatus), operation, { maybeApplied: mutates });
  }
  if (!(error instanceof Refusal)) return failureError(error, operation, mutates);
  const [code, changedNothing] = MEANINGS[error.status];
  return new VaultError(code, operation, {
    maybeApplied: mutates && !changedNothing,
    ...(code === 'rate_limited' && { retryAfterMs: error.retryAfterMs }),
  });
}

function strangeCode(httpStatus: number): VaultErrorCode {
  if (httpStatus >= 500 && httpStatus <= 599) return 'unavailable';
  if (httpStatus === 401) return 'unauthenticated';
  if (httpStatus === 403) return 'permission_denied';
  return httpStatus === 429 ? 'rate_limited' : 'unknown';
}

export function isRefusal(error: unknown, ...statuses: readonly RpcStatus[]): error is Refusal {
  return error instanceof Refusal && statuses.includes(error.status);
}
