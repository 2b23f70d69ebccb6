import type { Problem } from './api-types.ts';

/** What the client itself finds out, beside the codes of the API. */
export type ClientErrorCode =
  /** Nobody answered, after all retries. */
  | 'network'
  /** No answer in time, or what was waited for did not come about in time. */
  | 'timeout'
  /** Something answered that is not the API. */
  | 'unexpected_answer'
  /** A change that was waited for has ended without being applied. */
  | 'not_applied'
  /** There is no source profile to choose, or more than one. */
  | 'no_source_profile';

/** Stable; switch on this. */
export type ErrorCode = Problem['code'] | ClientErrorCode;

/** What was expected at one place of the input: a JSON pointer, and the form. Never what was given. */
export interface FieldError {
  readonly pointer: string;
  readonly expected: string;
}

interface Details {
  readonly title?: string;
  readonly status?: number;
  readonly fields?: readonly FieldError[];
  readonly requestId?: string | undefined;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly retryAfterMs?: number | undefined;
}

/** A refusal or failure, with a stable code. It never contains a value, a token or anything of the request. */
export class KeyferryError extends Error {
  override readonly name = 'KeyferryError';
  readonly code: ErrorCode;
  /** HTTP status; 0 when the API did not answer. */
  readonly status: number;
  readonly fields: readonly FieldError[];
  /** A few words on what kind of failure it is, for a heading; undefined when the API said none. */
  readonly title: string | undefined;
  /** Finds the request in the log of the API. */
  readonly requestId: string | undefined;
  /** What the code brings along, such as `currentVersion`. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** How long the API asked to wait before the next try. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message);
    this.code = code;
    this.status = details.status ?? 0;
    this.fields = details.fields ?? [];
    this.title = details.title;
    this.requestId = details.requestId;
    this.facts = details.facts ?? {};
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The error of an answer that is none of success. Only problem documents are quoted; other bodies may hold anything. */
export function errorOfAnswer(status: number, body: unknown, retryAfterMs: number | undefined): KeyferryError {
  if (!isProblem(body)) {
    return new KeyferryError('unexpected_answer', `The answer (status ${status}) is not one of Keyferry.`, {
      status,
      retryAfterMs,
    });
  }
  const { type: _type, title, status: _status, code, detail, requestId, errors, ...facts } = body;
  const details = { status, title, requestId, facts, retryAfterMs, fields: errors ?? [] };
  return new KeyferryError(code, detail, details);
}

function isProblem(body: unknown): body is Problem & Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null) return false;
  const { code, detail } = body as Partial<Problem>;
  return typeof code === 'string' && typeof detail === 'string';
}
