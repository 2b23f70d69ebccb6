import { type SecretFields, sizeOfFields } from '../../adapters/secret-value.ts';
import { fingerprint } from '../crypto/fingerprint.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { AppError } from '../errors.ts';
import type { ContentPlan } from './change-plan.ts';
import { canonicalBytes } from './payload/canonical-bytes.ts';
import { checkPayload } from './payload/check-payload.ts';
import type { SecretType } from './payload/secret-type.ts';

/** A checked payload, ready to be sealed. */
export interface CheckedContent {
  readonly plan: ContentPlan;
  readonly canonical: Buffer;
}

/**
 * Checks a payload against its type and the smallest vault it must fit into, and takes down what may be known of it.
 * Throws `invalid_input` or `payload_too_large`, naming the field and never its content.
 */
export function checkContent(
  keyring: Keyring,
  secret: { readonly organizationId: string; readonly id: string; readonly type: SecretType },
  fields: SecretFields,
  options: { readonly maxBytes: number; readonly description: string },
): CheckedContent {
  const { facts } = checkPayload(secret.type, fields);
  const size = sizeOfFields(fields);
  if (size > options.maxBytes) {
    throw new AppError(
      'payload_too_large',
      `/payload: a vault of this secret holds at most ${options.maxBytes} bytes.`,
      {
        fields: [{ pointer: '/payload', expected: `at most ${options.maxBytes} bytes` }],
        facts: { limit: options.maxBytes },
      },
    );
  }
  const canonical = canonicalBytes(fields);
  const plan = {
    fingerprint: fingerprint(keyring, secret, canonical),
    fieldNames: [...fields.keys()].sort(),
    size,
    facts,
    description: options.description,
  };
  return { plan, canonical };
}
