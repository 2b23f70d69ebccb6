import type { SecretFields } from '../../../../adapters/secret-value.ts';
import { decodeWrappedBase64 } from '../base64.ts';
import { looksLikeJceks, looksLikeJks, readJks } from '../key-store/jks.ts';
import { type KeyStoreEntry, keyStoreFacts } from '../key-store/key-store-entry.ts';
import { looksLikePkcs12, readPkcs12 } from '../key-store/pkcs12.ts';
import type { PayloadFacts } from '../payload-facts.ts';
import { type PayloadType, refuseField, requiredText } from '../payload-type.ts';

/** Formats of a key store. */
export const KEY_STORE_FORMATS = ['pkcs12', 'jks'] as const;
type KeyStoreFormat = (typeof KEY_STORE_FORMATS)[number];

const VALUE_EXPECTED = 'a PKCS#12 or JKS key store as base64 text (RFC 4648 section 4)';
const FORMAT_EXPECTED = '`pkcs12` or `jks`';

const READERS = { pkcs12: readPkcs12, jks: readJks } satisfies Record<
  KeyStoreFormat,
  (bytes: Buffer, password: string) => KeyStoreEntry[]
>;

/** A file of keys and certificates under a password, in base64. */
export const keyStore: PayloadType = { fields: { required: ['value', 'password', 'format'], optional: [] }, inspect };

function inspect(fields: SecretFields): PayloadFacts {
  const given = requiredText(fields, 'format', FORMAT_EXPECTED);
  const format = KEY_STORE_FORMATS.find((each) => each === given) ?? refuseField('format', FORMAT_EXPECTED);
  const password = requiredText(fields, 'password', 'a password in UTF-8');
  const bytes =
    decodeWrappedBase64(requiredText(fields, 'value', VALUE_EXPECTED)) ?? refuseField('value', VALUE_EXPECTED);
  const actual = formatOf(bytes);
  if (actual !== format) refuseField('format', `\`${actual}\`, which is what \`value\` holds`);
  return keyStoreFacts(format, READERS[format](bytes, password));
}

function formatOf(bytes: Buffer): KeyStoreFormat {
  if (looksLikeJks(bytes)) return 'jks';
  if (looksLikePkcs12(bytes)) return 'pkcs12';
  refuseField('value', looksLikeJceks(bytes) ? `${VALUE_EXPECTED}, not JCEKS` : VALUE_EXPECTED);
}
