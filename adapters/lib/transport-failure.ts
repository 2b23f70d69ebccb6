import { VaultError, type VaultErrorCode } from '../vault-error.ts';

/**
 * Why there is no usable answer. `sent`: false only if the vault provably never saw the request. `forbidden`: the operator lets
 * nobody connect there.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly reason: 'aborted' | 'forbidden' | 'unreachable' | 'broken' | 'timeout' | 'garbled';
  readonly sent: boolean;

  constructor(reason: TransportFailure['reason'], sent: boolean) {
    super(`vault transport: ${reason}`);
    this.reason = reason;
    this.sent = sent;
  }
}

const FAILURE_CODES = {
  aborted: 'aborted',
  forbidden: 'permission_denied',
  unreachable: 'unavailable',
  broken: 'unavailable',
  timeout: 'timeout',
  garbled: 'unknown',
} satisfies Record<TransportFailure['reason'], VaultErrorCode>;

/**
 * What a request without an answer means for the operation. `mutates` says whether the request could change anything; a
 * `VaultError` is of a login before it.
 */
export function failureError(error: unknown, operation: string, mutates: boolean): VaultError {
  if (error instanceof VaultError) return new VaultError(error.code, operation, { retryAfterMs: error.retryAfterMs });
  if (!(error instanceof TransportFailure)) return new VaultError('unknown', operation, { maybeApplied: mutates });
  return new VaultError(FAILURE_CODES[error.reason], operation, { maybeApplied: mutates && error.sent });
}
