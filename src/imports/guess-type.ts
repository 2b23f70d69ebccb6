import type { SecretFields } from '../../adapters/secret-value.ts';
import { AppError } from '../errors.ts';
import { checkPayload } from '../secrets/payload/check-payload.ts';
import { SECRET_TYPES, type SecretType } from '../secrets/payload/secret-type.ts';

/** What the content of an entry was taken for, and why. Holds no value. */
export interface TypeGuess {
  readonly type: SecretType;
  readonly because: string;
}

interface Rule extends TypeGuess {
  /** Most types could hold what another one describes better: what must be there beside a payload the type accepts. */
  readonly when?: (fields: SecretFields) => boolean;
}

/**
 * In this order, the telling ones first. Nothing is taken for an `api_key`: any value could be one, and a type is for ever.
 */
const RULES: readonly Rule[] = [
  { type: 'key_store', because: 'a key store that opens with the password beside it' },
  { type: 'private_key', because: 'a private key in PEM' },
  { type: 'jwt_token', because: 'three base64url parts: a signed JSON web token' },
  { type: 'basic_auth', because: 'a username and a password' },
  {
    type: 'secret_key',
    because: 'a base64 key with the name of its algorithm',
    when: (fields) => fields.has('algorithm'),
  },
  { type: 'generic', because: 'a single value whose form says nothing more' },
  { type: 'key_value', because: 'named fields that no other type has' },
];

/** The type that fits an entry's content best; undefined when none does, as for names of fields that no payload can have. */
export function guessType(fields: SecretFields): TypeGuess | undefined {
  const rule = RULES.find(({ type, when }) => when?.(fields) !== false && refusalOf(type, fields) === undefined);
  return rule && { type: rule.type, because: rule.because };
}

/** What the content cannot be taken for, with what that type expects. */
export function impossibleTypes(fields: SecretFields): { readonly type: SecretType; readonly expected: string }[] {
  return SECRET_TYPES.flatMap((type) => {
    const expected = refusalOf(type, fields);
    return expected === undefined ? [] : [{ type, expected }];
  });
}

/** Why the content is none of this type, as what was expected and without what is there. */
export function refusalOf(type: SecretType, fields: SecretFields): string | undefined {
  try {
    checkPayload(type, fields);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.message.replaceAll('/payload/', '').replaceAll('/payload: ', '');
  }
}
