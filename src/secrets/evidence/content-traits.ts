import type { SecretFields } from '../../../adapters/secret-value.ts';
import { type FieldPrints, fieldPrints } from '../../crypto/field-print.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import type { PayloadFacts } from '../payload/payload-facts.ts';
import type { SecretType } from '../payload/secret-type.ts';
import { type ContentFinding, findInContent } from './content-findings.ts';
import { materialOf } from './field-material.ts';
import { isSecretName } from './inner-values.ts';
import { type Strength, strengthOf } from './strength.ts';

/** What is kept of one field. */
export interface FieldTraits {
  readonly strength: Strength;
  /** Is kept secret as such: not a user name, a format or a setting that stands beside. */
  readonly secret: boolean;
  /** What was recognised in it, safe to show. */
  readonly facts: PayloadFacts;
  /** Absent for a value of low strength: nobody shall ever find out whether two of those are equal. */
  readonly prints?: FieldPrints;
}

/**
 * What a reviewer's evidence is made from, taken down while the content is there. Holds no value, but prints: it is stored
 * with the change and its version and never shown as it is.
 */
export interface ContentTraits {
  readonly fields: Readonly<Record<string, FieldTraits>>;
  /** What is wrong with the content taken alone. */
  readonly findings: readonly ContentFinding[];
  /** May be somebody's guess, see {@link mayBeGuess}: whether it equals what lies at a destination is told to nobody. */
  readonly guess?: true;
}

/** Fields of typed payloads that stand beside the secret. */
const BESIDE: Partial<Record<SecretType, readonly string[]>> = {
  basic_auth: ['username'],
  secret_key: ['algorithm'],
  key_store: ['format'],
};

/** Takes down the traits of a checked payload. */
export function traitsOf(
  keyring: Keyring,
  secret: { readonly organizationId: string; readonly id: string; readonly type: SecretType },
  fields: SecretFields,
): ContentTraits {
  const looked = [...fields].map(([name, value]) => {
    const bytes = value.reveal();
    const text = value.revealText();
    const material = text === undefined ? undefined : materialOf(text);
    const strength = strengthOf(bytes);
    const kept = isKeptSecret(secret.type, name, strength);
    return { name, bytes, text, material, strength, secret: kept };
  });
  const traits = looked.map(({ name, bytes, material, strength, secret: kept }): [string, FieldTraits] => [
    name,
    {
      strength,
      secret: kept,
      facts: material?.facts ?? {},
      ...(strength === 'low' ? {} : { prints: fieldPrints(keyring, secret, { name, bytes }) }),
    },
  ]);
  return { fields: Object.fromEntries(traits), findings: findInContent(secret.type, looked) };
}

/** Is there a value that can be found by trying? Then who could not read the secret may have written it to try. */
export function mayBeGuess(type: SecretType, { fields }: Pick<ContentTraits, 'fields'>): boolean {
  return Object.entries(fields).some(([name, { strength }]) => strength === 'low' && !BESIDE[type]?.includes(name));
}

function isKeptSecret(type: SecretType, name: string, strength: Strength): boolean {
  if (type === 'key_value') return isSecretName(name) || strength === 'strong';
  return !(BESIDE[type] ?? []).includes(name);
}
