import { type SecretFields, SecretValue } from '../../../../adapters/secret-value.ts';
import { AppError, type FieldProblem } from '../../../../src/errors.ts';
import { checkPayload } from '../../../../src/secrets/payload/check-payload.ts';
import type { PayloadFacts } from '../../../../src/secrets/payload/payload-facts.ts';
import type { SecretType } from '../../../../src/secrets/payload/secret-type.ts';

export function fieldsOf(record: Readonly<Record<string, string | Uint8Array>>): SecretFields {
  return new Map(
    Object.entries(record).map(([name, value]) => [
      name,
      typeof value === 'string' ? SecretValue.fromText(value) : SecretValue.fromBytes(value),
    ]),
  );
}

export function factsOf(type: SecretType, record: Readonly<Record<string, string | Uint8Array>>): PayloadFacts {
  return checkPayload(type, fieldsOf(record)).facts;
}

/** The refusal of a payload; fails when it is accepted or when anything but an `AppError` is thrown. */
export function refusalOf(type: SecretType, record: Readonly<Record<string, string | Uint8Array>>): AppError {
  try {
    checkPayload(type, fieldsOf(record));
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('the payload was accepted');
}

/** The fields a payload was refused for. */
export function problemsOf(
  type: SecretType,
  record: Readonly<Record<string, string | Uint8Array>>,
): readonly FieldProblem[] {
  const error = refusalOf(type, record);
  if (error.code !== 'invalid_input') throw new Error(`refused with ${error.code}`);
  return error.fields;
}

/** Only the JSON pointers. */
export function pointersOf(type: SecretType, record: Readonly<Record<string, string | Uint8Array>>): string[] {
  return problemsOf(type, record).map(({ pointer }) => pointer);
}
