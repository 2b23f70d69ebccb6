import { z } from 'zod';
import { APP_ERROR_CODES, type AppError, type AppErrorCode } from '../errors.ts';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Sent as Retry-After, in seconds, when the error does not know better. */
  readonly retryAfter?: number;
}

/** Every code's HTTP status. The code is what clients switch on. */
export const PROBLEM_KINDS = {
  invalid_input: { status: 422, title: 'The input is not valid' },
  template_invalid: { status: 422, title: 'The template cannot be rendered' },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  system_owned: { status: 403, title: 'Owned by the system' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  already_exists: { status: 409, title: 'Exists already' },
  in_use: { status: 409, title: 'Still in use' },
  quota_exceeded: { status: 409, title: 'The quota is used up' },
  protected: { status: 412, title: 'Protected' },
  version_conflict: { status: 409, title: 'Another version is current' },
  revision_conflict: { status: 409, title: 'Another revision is current' },
  change_in_progress: { status: 409, title: 'Another change is open' },
  invalid_transition: { status: 409, title: 'Not possible in this state' },
  digest_mismatch: { status: 409, title: 'The change is not the one that was shown' },
  not_eligible: { status: 403, title: 'Not eligible to decide' },
  policy_unsatisfiable: { status: 409, title: 'Nobody could approve this' },
  remote_path_taken: { status: 409, title: 'The place in the vault is taken' },
  content_drifted: { status: 409, title: 'The vault holds other content' },
  version_content_unavailable: { status: 409, title: 'The vault no longer holds this version' },
  profile_disabled: { status: 409, title: 'The vault profile is disabled' },
  secret_disabled: { status: 409, title: 'The secret is disabled' },
  write_only: { status: 403, title: 'Values of this are handed out to nobody' },
  read_once: { status: 409, title: 'It may be read once, and was left alone' },
  reason_required: { status: 422, title: 'Say why the value is read' },
  expired: { status: 410, title: 'Its time is over' },
  version_disabled: { status: 409, title: 'The version is disabled' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },
  request_in_progress: { status: 409, title: 'The first request with this key still runs', retryAfter: 1 },
  vault_conflict: { status: 409, title: 'The vault holds an entry of its own' },
  vault_rejected: { status: 422, title: 'The vault does not take this' },
  vault_denied: { status: 502, title: 'The vault refuses our credential' },
  vault_busy: { status: 503, title: 'The vault is busy', retryAfter: 1 },
  vault_unavailable: { status: 503, title: 'The vault does not answer', retryAfter: 5 },
  too_many_streams: { status: 429, title: 'Too many streams at once', retryAfter: 5 },
  backlog_full: { status: 503, title: 'Too much waits to be carried to vaults', retryAfter: 10 },
  unavailable: { status: 503, title: 'Not available at the moment', retryAfter: 1 },
  internal: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<AppErrorCode, ProblemKind>;

/** Problem details (RFC 9457). Facts of some codes, such as `currentVersion`, stand beside these members. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: '`urn:keyferry:problem:<code>`' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(APP_ERROR_CODES).meta({ description: 'Stable; switch on this.' }),
    detail: z.string(),
    requestId: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), expected: z.string() }))
      .optional()
      .meta({
        description:
          'What was expected where: a JSON pointer into the body, or below `/path`, `/query` or `/header`. Never what was given.',
      }),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof problemSchema> & Readonly<Record<string, unknown>>;

/** The problem document of an error. */
export function problemOf(error: AppError, requestId: string): Problem {
  const { status, title } = PROBLEM_KINDS[error.code];
  return {
    ...error.facts,
    type: `urn:keyferry:problem:${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    requestId,
    ...(error.fields.length > 0 ? { errors: [...error.fields] } : {}),
  };
}

/** Seconds for Retry-After, when waiting makes sense. */
export function retryAfterOf(error: AppError): number | undefined {
  if (error.retryAfterMs !== undefined) return Math.max(1, Math.ceil(error.retryAfterMs / 1000));
  const kind: ProblemKind = PROBLEM_KINDS[error.code];
  return kind.retryAfter;
}
