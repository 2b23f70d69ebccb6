import type { EmulatedAnswer } from './emulated-request.ts';

/** https://cloud.google.com/apis/design/errors#http_mapping */
const HTTP_STATUSES = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
} as const;

export type ErrorStatus = keyof typeof HTTP_STATUSES;

/** The body of every error: https://cloud.google.com/apis/design/errors#error_model */
export function googleError(status: ErrorStatus, message: string, ...details: readonly object[]): EmulatedAnswer {
  const code = HTTP_STATUSES[status];
  const error = { code, message, status, ...(details.length > 0 && { details }) };
  return { status: code, body: { error } };
}

/** `google.rpc.ErrorInfo` (google/rpc/error_details.proto). */
export function errorInfo(reason: string): object {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' };
}

/** `google.rpc.RetryInfo` (google/rpc/error_details.proto). */
export function retryInfo(seconds: number): object {
  return { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
