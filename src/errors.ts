/**
 * Every way a use case can refuse, as a closed list. `api/error-handler.ts` gives each its HTTP status; clients switch on
 * the code, messages are free to change.
 */
export const APP_ERROR_CODES = [
  'invalid_input',
  'template_invalid',
  'malformed_json',
  'payload_too_large',
  'unsupported_media_type',
  'method_not_allowed',
  'unauthenticated',
  'forbidden',
  'system_owned',
  'not_found',
  'already_exists',
  'in_use',
  'protected',
  'quota_exceeded',
  'version_conflict',
  'revision_conflict',
  'change_in_progress',
  'invalid_transition',
  'digest_mismatch',
  'not_eligible',
  'policy_unsatisfiable',
  'remote_path_taken',
  'content_drifted',
  'version_content_unavailable',
  'profile_disabled',
  'secret_disabled',
  'version_disabled',
  'write_only',
  'read_once',
  'reason_required',
  'expired',
  'idempotency_key_reused',
  'request_in_progress',
  'vault_conflict',
  'vault_rejected',
  'vault_denied',
  'vault_busy',
  'vault_unavailable',
  'too_many_streams',
  'backlog_full',
  'unavailable',
  'internal',
] as const;

export type AppErrorCode = (typeof APP_ERROR_CODES)[number];

/** A problem with one field of the input: a JSON pointer and what was expected there, never what was given. */
export interface FieldProblem {
  readonly pointer: string;
  readonly expected: string;
}

type Fact = string | number | boolean | null;

interface AppErrorDetails {
  readonly fields?: readonly FieldProblem[];
  /** Facts for the client that are safe to show, such as `currentVersion`. */
  readonly facts?: Readonly<Record<string, Fact | readonly string[] | readonly Readonly<Record<string, Fact>>[]>>;
  readonly retryAfterMs?: number;
}

/** A refusal with a stable code and a message that is safe to show: it never contains a value. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  readonly fields: readonly FieldProblem[];
  readonly facts: NonNullable<AppErrorDetails['facts']>;
  readonly retryAfterMs: number | undefined;

  constructor(code: AppErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message);
    this.code = code;
    this.fields = details.fields ?? [];
    this.facts = details.facts ?? {};
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** `invalid_input` for one field. `expected` says the form, never the value that was given. */
export function invalidField(pointer: string, expected: string): AppError {
  return new AppError('invalid_input', `${pointer}: expected ${expected}`, { fields: [{ pointer, expected }] });
}

/** The one answer for what does not exist and for what belongs to another tenant. */
export function notFound(what: string): AppError {
  return new AppError('not_found', `No such ${what}.`);
}
