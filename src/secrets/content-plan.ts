import { type SecretFields, sizeOfFields } from '../../adapters/secret-value.ts';
import { fingerprint } from '../crypto/fingerprint.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { invalidField } from '../errors.ts';
import { assertPayloadFits, type VaultUse } from '../vaults/payload-fit.ts';
import type { ContentPlan } from './change-plan.ts';
import { type ContentTraits, mayBeGuess, traitsOf } from './evidence/content-traits.ts';
import { mentionsValue } from './evidence/mention.ts';
import type { VersionLifetime } from './lifetime.ts';
import { canonicalBytes } from './payload/canonical-bytes.ts';
import { checkPayload } from './payload/check-payload.ts';
import type { SecretType } from './payload/secret-type.ts';

/** A checked payload, ready to be sealed. */
export interface CheckedContent {
  readonly plan: ContentPlan;
  readonly canonical: Buffer;
}

/** What whoever asks knows of a payload. Who neither gave nor may read it must not find it by asking again and again. */
export interface PayloadAuthor {
  /** Gave it with the request; false when it was found in a vault. */
  readonly gave: boolean;
  /** May read values there. */
  readonly reads: boolean;
}

/**
 * Checks a payload against its type and every vault it must fit into, and takes down what may be known of it.
 * Throws `invalid_input` or `payload_too_large`, naming the field and never its content.
 */
export async function checkContent(
  keyring: Keyring,
  secret: { readonly organizationId: string; readonly id: string; readonly type: SecretType },
  fields: SecretFields,
  options: {
    readonly uses: readonly VaultUse[];
    readonly description: string;
    readonly lifetime?: VersionLifetime | undefined;
    /** What goes into the open along with it, by JSON pointer: must not hold a value. */
    readonly texts: Readonly<Record<string, string | undefined>>;
    readonly author: PayloadAuthor;
  },
): Promise<CheckedContent> {
  const { facts } = checkPayload(secret.type, fields);
  const size = sizeOfFields(fields);
  const fieldNames = [...fields.keys()].sort();
  await assertPayloadFits(options.uses, { names: fieldNames, size });
  const { gave, reads } = options.author;
  const least = gave || reads ? 'low' : 'fair';
  for (const [pointer, text] of Object.entries(options.texts)) {
    if (text !== undefined && mentionsValue(text, fields, least))
      throw invalidField(pointer, 'no value of the payload');
  }
  const canonical = canonicalBytes(fields);
  const traits = traitsOf(keyring, secret, fields);
  const plan = {
    fingerprint: fingerprint(keyring, secret, canonical),
    fieldNames,
    size,
    facts,
    traits: gave && !reads ? withGuess(secret.type, traits) : traits,
    description: options.description,
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
  };
  return { plan, canonical };
}

function withGuess(type: SecretType, traits: ContentTraits): ContentTraits {
  return mayBeGuess(type, traits) ? { ...traits, guess: true } : traits;
}
