import { retryAfterMs } from '../lib/retry-after.ts';
import { TransportFailure, failureError as transportError } from '../lib/transport-failure.ts';
import { VaultError, type VaultErrorCode } from '../vault-error.ts';

/**
 * Errors of the Secrets Manager API by name (API reference, "Errors" of each action, and "Common errors"), with the spellings
 * that STS uses for the common ones.
 */
const CODES: Readonly<Record<string, VaultErrorCode>> = {
  ResourceNotFoundException: 'not_found',
  ResourceExistsException: 'version_conflict',
  InvalidParameterException: 'invalid_argument',
  InvalidRequestException: 'invalid_argument',
  ValidationError: 'invalid_argument',
  ValidationException: 'invalid_argument',
  // Not the pace but a count: versions of a secret within a day, labels, tags, secrets. Raised before anything is changed.
  LimitExceededException: 'limit_exceeded',
  RequestLimitExceeded: 'rate_limited',
  Throttling: 'rate_limited',
  ThrottlingException: 'rate_limited',
  TooManyRequestsException: 'rate_limited',
  // The KMS key is disabled or gone for now.
  DecryptionFailure: 'unavailable',
  EncryptionFailure: 'unavailable',
  AccessDenied: 'permission_denied',
  AccessDeniedException: 'permission_denied',
  OptInRequired: 'permission_denied',
  RegionDisabledException: 'permission_denied',
  ExpiredToken: 'unauthenticated',
  ExpiredTokenException: 'unauthenticated',
  IncompleteSignature: 'unauthenticated',
  InvalidClientTokenId: 'unauthenticated',
  InvalidSignatureException: 'unauthenticated',
  MissingAuthenticationToken: 'unauthenticated',
  MissingAuthenticationTokenException: 'unauthenticated',
  RequestExpired: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
  UnrecognizedClientException: 'unauthenticated',
  RequestEntityTooLargeException: 'too_large',
};

/** An answer that is no success, of which only this is kept: neither message nor body nor headers. */
export interface Refusal {
  /** Name of the error, empty when the answer had none that is AWS's. */
  readonly type: string;
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

/** What the SDK throws for an answer, or `undefined` for everything else. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('$metadata' in error) || error instanceof TransportFailure) return undefined;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: unknown };
  if (typeof httpStatusCode !== 'number') return undefined;
  const response =
    '$response' in error ? (error.$response as { headers?: Record<string, string> } | undefined) : undefined;
  return refusal(httpStatusCode, error.name, response?.headers?.['retry-after']);
}

export function refusal(status: number, name: string, wait: string | undefined): Refusal {
  // What AWS says with a name comes with 4xx; with 5xx the status says all.
  const type = status >= 400 && status < 500 && Object.hasOwn(CODES, name) ? name : '';
  return { type, status, retryAfterMs: retryAfterMs(wait, Date.now()) };
}

/** The one place where an answer of AWS becomes our code. `mutates` says whether the request could change anything. */
export function refusalError({ type, status, ...rest }: Refusal, operation: string, mutates: boolean): VaultError {
  const code = CODES[type] ?? byStatus(status);
  // A proxy can answer anything after passing the request on: only AWS's own kind of refusal proves something.
  const proved = type !== '' || status === 429 || (status >= 300 && status < 400);
  return new VaultError(code, operation, {
    maybeApplied: mutates && !proved,
    ...(code === 'rate_limited' && { retryAfterMs: rest.retryAfterMs }),
  });
}

function byStatus(status: number): VaultErrorCode {
  if (status === 413) return 'too_large';
  if (status === 429) return 'rate_limited';
  return (status >= 300 && status < 400) || (status >= 500 && status < 600) ? 'unavailable' : 'unknown';
}

/** Everything that is no answer. */
export function failureError(error: unknown, operation: string, mutates: boolean): VaultError {
  const name = error instanceof Error ? error.name : '';
  // The SDK itself ends with the signal, and does not say how far the request was.
  if (name === 'AbortError') return new VaultError('aborted', operation, { maybeApplied: mutates });
  // The SDK's provider chain found no credentials.
  if (/^(Credentials|Token)?ProviderError$/.test(name)) return new VaultError('unauthenticated', operation);
  return transportError(error, operation, mutates);
}
