import { z } from 'zod';
import { type SecretFields, SecretValue } from '../../../adapters/secret-value.ts';
import { decodeBase64 } from './base64.ts';
import { FIELD_NAME, FIELD_NAME_EXPECTED, isFieldName } from './payload-type.ts';

/** One field in JSON: text, or any bytes in base64. */
export type PayloadValue = string | { readonly base64: string };

/** A payload in JSON, in requests and in content answers. Its prototype is `null`. */
export type PayloadInput = Readonly<Record<string, PayloadValue>>;

/** Most fields a payload can have. */
export const MAX_FIELDS = 256;

const VALUE_EXPECTED =
  'text, or an object with nothing but `base64`: standard base64 with padding (RFC 4648 section 4)';
// Text that UTF-8 cannot hold would be stored altered. With the `u` flag this matches lone surrogates only.
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The `payload` of a request. An own walk instead of `z.record`, which drops a `__proto__` key silently. Issues carry the
 * field's path and a fixed text, never what was given.
 */
export const payloadSchema = z
  .unknown()
  .transform((given, context): PayloadInput => {
    const issue = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (!isPlainObject(given)) {
      issue([], 'expected an object of fields');
      return z.NEVER;
    }
    const names = Object.keys(given);
    if (names.length === 0 || names.length > MAX_FIELDS) issue([], `expected 1 to ${MAX_FIELDS} fields`);
    else if (!names.every(isFieldName)) issue([], `expected ${FIELD_NAME_EXPECTED}`);
    else return readValues(given, names, (name) => issue([name], `expected ${VALUE_EXPECTED}`));
    return z.NEVER;
  })
  .meta({
    description: 'The content. Each field is text, or any bytes as `{"base64": "…"}`. At most 64 KiB in all.',
    example: { username: 'deploy', password: 'correct horse battery staple' },
    override: {
      type: 'object',
      minProperties: 1,
      maxProperties: MAX_FIELDS,
      propertyNames: { pattern: FIELD_NAME.source },
      additionalProperties: {
        oneOf: [
          { type: 'string' },
          {
            type: 'object',
            properties: { base64: { type: 'string', contentEncoding: 'base64' } },
            required: ['base64'],
            additionalProperties: false,
          },
        ],
      },
    },
  });

/** The fields of a payload that {@link payloadSchema} accepted. */
export function toSecretFields(input: PayloadInput): SecretFields {
  const fields = new Map<string, SecretValue>();
  for (const [name, value] of Object.entries(input)) {
    fields.set(
      name,
      typeof value === 'string'
        ? SecretValue.fromText(value)
        : SecretValue.fromBytes(Buffer.from(value.base64, 'base64')),
    );
  }
  return fields;
}

/** A payload as content answers show it: text where it is well-formed UTF-8, else base64. Holds values in clear. */
export function toPayloadOutput(fields: SecretFields): PayloadInput {
  const output: Record<string, PayloadValue> = Object.create(null);
  for (const [name, value] of fields) {
    output[name] = value.revealText() ?? { base64: Buffer.from(value.reveal()).toString('base64') };
  }
  return output;
}

function readValues(given: Record<string, unknown>, names: string[], refuse: (name: string) => void): PayloadInput {
  const input: Record<string, PayloadValue> = Object.create(null);
  for (const name of names) {
    const value = given[name];
    if (isPayloadValue(value)) input[name] = value;
    else refuse(name);
  }
  return input;
}

function isPayloadValue(value: unknown): value is PayloadValue {
  if (typeof value === 'string') return !LONE_SURROGATE.test(value);
  if (!isPlainObject(value)) return false;
  const { base64, ...others } = value;
  return typeof base64 === 'string' && Object.keys(others).length === 0 && decodeBase64(base64) !== undefined;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
