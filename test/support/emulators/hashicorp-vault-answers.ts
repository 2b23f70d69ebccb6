import type { EmulatedAnswer } from './emulated-request.ts';

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

/** https://developer.hashicorp.com/vault/api-docs#error-response */
export function errors(status: number, ...texts: string[]): EmulatedAnswer {
  return { status, body: { errors: texts } };
}

export function envelope(data: unknown, auth: unknown = null): object {
  return {
    request_id: '00000000-0000-0000-0000-000000000000',
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data,
    wrap_info: null,
    warnings: null,
    auth,
  };
}
