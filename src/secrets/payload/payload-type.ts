import type { SecretFields, SecretValue } from '../../../adapters/secret-value.ts';
import { AppError, type FieldProblem } from '../../errors.ts';
import type { PayloadFacts } from './payload-facts.ts';

/** What one secret type demands of its payload. */
export interface PayloadType {
  /** The fields it has: each required one must be there and not empty, an optional one not empty if it is there. */
  readonly fields: { readonly required: readonly string[]; readonly optional: readonly string[] } | 'any names';
  /**
   * Checks the content, after names and presence were checked, and tells what may be shown of it. Throws `invalid_input`
   * with a fixed text: messages of parsers are dropped, because they quote what they read.
   */
  inspect(fields: SecretFields): PayloadFacts;
}

/** A name every field of every payload must match. */
export const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/** Whether `name` can be a field. `__proto__` cannot, because no JSON tool carries it faithfully. */
export function isFieldName(name: string): boolean {
  return FIELD_NAME.test(name) && name !== '__proto__';
}

/** What a field name must look like, for error texts. */
export const FIELD_NAME_EXPECTED =
  'field names of a letter or `_` and up to 127 letters, digits, `_`, `.` or `-`, other than `__proto__`';

/** Refuses the payload for these fields. The texts must be fixed: they never contain what was given. */
export function refusePayload(problems: readonly FieldProblem[]): never {
  const message = problems.map(({ pointer, expected }) => `${pointer}: expected ${expected}`).join('; ');
  throw new AppError('invalid_input', message, { fields: problems });
}

/** Refuses the payload for one field. */
export function refuseField(name: string, expected: string): never {
  refusePayload([{ pointer: fieldPointer(name), expected }]);
}

/** JSON pointer (RFC 6901) of a field in a request body. */
export function fieldPointer(name: string): string {
  return `/payload/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A required field of a payload whose names were checked. */
export function requiredField(fields: SecretFields, name: string): SecretValue {
  return fields.get(name) ?? refuseField(name, 'this field');
}

/** A required field as text, or a refusal that asks for `expected`. */
export function requiredText(fields: SecretFields, name: string, expected: string): string {
  return requiredField(fields, name).revealText() ?? refuseField(name, expected);
}
