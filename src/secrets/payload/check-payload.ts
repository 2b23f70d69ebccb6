import { type SecretFields, sizeOfFields } from '../../../adapters/secret-value.ts';
import { AppError, type FieldProblem } from '../../errors.ts';
import type { PayloadFacts } from './payload-facts.ts';
import { FIELD_NAME_EXPECTED, fieldPointer, isFieldName, type PayloadType, refusePayload } from './payload-type.ts';
import type { SecretType } from './secret-type.ts';
import { apiKey } from './types/api-key.ts';
import { basicAuth } from './types/basic-auth.ts';
import { generic } from './types/generic.ts';
import { jwtToken } from './types/jwt-token.ts';
import { keyStore } from './types/key-store.ts';
import { keyValue } from './types/key-value.ts';
import { privateKey } from './types/private-key.ts';
import { secretKey } from './types/secret-key.ts';

/** Largest payload in bytes, as `sizeOfFields` counts. */
export const MAX_PAYLOAD_BYTES = 65_536;

const PAYLOAD_TYPES = {
  basic_auth: basicAuth,
  api_key: apiKey,
  jwt_token: jwtToken,
  private_key: privateKey,
  secret_key: secretKey,
  key_store: keyStore,
  key_value: keyValue,
  generic,
} satisfies Record<SecretType, PayloadType>;

/**
 * Accepts or refuses a payload, before anything is stored or sent.
 *
 * Throws `payload_too_large` (fact `limitBytes`), or `invalid_input` with the JSON pointer of each field at fault and the
 * form expected there. Neither contains anything of a value. Synchronous: opening a key costs about a second at most,
 * see `key-derivation.ts`.
 */
export function checkPayload(type: SecretType, fields: SecretFields): { readonly facts: PayloadFacts } {
  refuseTooLarge(fields);
  if (![...fields.keys()].every(isFieldName)) refusePayload([{ pointer: '/payload', expected: FIELD_NAME_EXPECTED }]);
  const payloadType: PayloadType = PAYLOAD_TYPES[type];
  const problems = fieldProblems(payloadType.fields, fields);
  if (problems.length > 0) refusePayload(problems);
  return { facts: payloadType.inspect(fields) };
}

function refuseTooLarge(fields: SecretFields): void {
  if (sizeOfFields(fields) <= MAX_PAYLOAD_BYTES) return;
  const expected = `at most ${MAX_PAYLOAD_BYTES} bytes in all, field names included`;
  throw new AppError('payload_too_large', `/payload: expected ${expected}`, {
    fields: [{ pointer: '/payload', expected }],
    facts: { limitBytes: MAX_PAYLOAD_BYTES },
  });
}

function fieldProblems(rule: PayloadType['fields'], fields: SecretFields): FieldProblem[] {
  if (rule === 'any names') return fields.size > 0 ? [] : [{ pointer: '/payload', expected: 'at least one field' }];
  const known = [...rule.required, ...rule.optional];
  const problems: FieldProblem[] = [];
  for (const name of rule.required) {
    if (!fields.get(name)?.size) problems.push({ pointer: fieldPointer(name), expected: 'a value that is not empty' });
  }
  for (const name of rule.optional) {
    if (fields.get(name)?.size === 0) {
      problems.push({ pointer: fieldPointer(name), expected: 'a value that is not empty, or no such field' });
    }
  }
  for (const name of fields.keys()) {
    if (!known.includes(name)) {
      problems.push({ pointer: fieldPointer(name), expected: `no such field; this type has ${known.join(', ')}` });
    }
  }
  return problems;
}
