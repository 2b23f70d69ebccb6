import type { EmulatedAnswer } from './emulated-request.ts';

export const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.1' } as const;

/** AWS JSON 1.1: the error's name in `__type` (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html). */
export function awsError(type: string, message: string, status = 400): EmulatedAnswer {
  return { status, headers: JSON_TYPE, body: { __type: type, message } };
}

export function awsOk(body: object): EmulatedAnswer {
  return { status: 200, headers: JSON_TYPE, body };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
