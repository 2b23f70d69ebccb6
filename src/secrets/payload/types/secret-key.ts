import type { SecretFields } from '../../../../adapters/secret-value.ts';
import { decodeWrappedBase64 } from '../base64.ts';
import type { PayloadFacts } from '../payload-facts.ts';
import { type PayloadType, refuseField, requiredText } from '../payload-type.ts';

const VALUE_EXPECTED = 'a key as base64 text with padding (RFC 4648 section 4)';
const ALGORITHM = /^[A-Za-z][A-Za-z0-9._/-]{0,39}$/;
const ALGORITHM_EXPECTED = 'the name of an algorithm: a letter and up to 39 letters, digits, `.`, `_`, `/` or `-`';

/** A symmetric key, in base64. */
export const secretKey: PayloadType = { fields: { required: ['value'], optional: ['algorithm'] }, inspect };

function inspect(fields: SecretFields): PayloadFacts {
  const bytes = decodeWrappedBase64(requiredText(fields, 'value', VALUE_EXPECTED));
  if (bytes === undefined || bytes.length === 0) refuseField('value', VALUE_EXPECTED);
  const bits = bytes.length * 8;
  if (!fields.has('algorithm')) return { bits };
  const algorithm = requiredText(fields, 'algorithm', ALGORITHM_EXPECTED);
  return ALGORITHM.test(algorithm) ? { bits, algorithm } : refuseField('algorithm', ALGORITHM_EXPECTED);
}
