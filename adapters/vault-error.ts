/**
 * Everything that can go wrong at a vault, as a closed list. Adapters only *classify*; what follows from a code (retry,
 * breaker, HTTP status) is decided in tables above them.
 *
 * - `not_found`: the vault itself said, in its typed way, that the entry does not exist. Nothing else means absent.
 * - `version_conflict`: the compare-and-set precondition did not hold; nothing was changed.
 * - `invalid_argument`, `too_large`, `unsupported`: this request can never succeed as it is.
 * - `unauthenticated`: the vault does not accept who we are. `permission_denied`: it does, but refuses this.
 * - `rate_limited`: too fast; `retryAfterMs` when the vault said how long.
 * - `limit_exceeded`: something that the vault counts is used up, such as the versions it keeps of an entry; nothing was changed.
 *   Only hours or the operator mend that.
 * - `unavailable`: nobody there, sealed, 5xx. `timeout`: no answer within the deadline.
 * - `aborted`: the caller's signal fired. `closed`: the adapter was closed. `unknown`: none of the above.
 */
export const VAULT_ERROR_CODES = [
  'not_found',
  'version_conflict',
  'invalid_argument',
  'too_large',
  'unsupported',
  'unauthenticated',
  'permission_denied',
  'rate_limited',
  'limit_exceeded',
  'unavailable',
  'timeout',
  'aborted',
  'closed',
  'unknown',
] as const;

export type VaultErrorCode = (typeof VAULT_ERROR_CODES)[number];

/** What is known of a removed entry that the vault can still recover. */
export interface RemovedEntry {
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface VaultErrorDetails {
  /** For writes and removals: false only when the vault provably changed nothing. */
  readonly maybeApplied?: boolean | undefined;
  /** For `rate_limited`: the wait the vault asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** For `not_found`: the entry was removed recoverably and is this. */
  readonly removed?: RemovedEntry | undefined;
}

/**
 * A classified failure of a vault call. The message is composed of the code and the operation only: no body, header,
 * address, path or value of the vault's answer is kept, nor the vendor's error as a cause, because vendors quote
 * secrets in them.
 */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;
  readonly operation: string;
  readonly maybeApplied: boolean;
  readonly retryAfterMs: number | undefined;
  readonly removed: RemovedEntry | undefined;

  constructor(code: VaultErrorCode, operation: string, details: VaultErrorDetails = {}) {
    super(`${operation}: ${code}`);
    this.code = code;
    this.operation = operation;
    this.maybeApplied = details.maybeApplied ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.removed = details.removed;
  }
}
