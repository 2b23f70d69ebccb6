import { decrypt, parseJks } from 'jks-js';
import { refuseField } from '../payload-type.ts';
import { keyMatches } from './key-matches.ts';
import { certificateEnd, type KeyStoreEntry } from './key-store-entry.ts';

const MAGIC = Buffer.from('feedfeed', 'hex');
const JCEKS_MAGIC = Buffer.from('cececece', 'hex');

/** Whether bytes begin as a Java key store. */
export function looksLikeJks(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).equals(MAGIC);
}

/** Whether bytes begin as a JCEKS key store, which is another format. */
export function looksLikeJceks(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).equals(JCEKS_MAGIC);
}

/**
 * Opens a Java key store: its digest, keyed with the password, is verified. Keys that the same password opens are compared
 * with their certificates; others, which have passwords of their own, stay closed. Throws `invalid_input`, see `PayloadType.inspect`.
 */
export function readJks(bytes: Buffer, password: string): KeyStoreEntry[] {
  return parse(bytes, password).map((entry) =>
    'chain' in entry
      ? {
          alias: entry.alias,
          kind: 'private_key',
          notAfter: certificateEnd(entry.chain[0]?.value),
          matches: opened(entry.protectedPrivateKey, password, entry.chain[0]?.value),
        }
      : { alias: entry.alias, kind: 'certificate', notAfter: certificateEnd(entry.cert.value) },
  );
}

function opened(key: Buffer, password: string, certificate: Buffer | undefined): boolean | undefined {
  try {
    return keyMatches(decrypt(key, password), certificate);
  } catch {
    return undefined;
  }
}

function parse(bytes: Buffer, password: string) {
  try {
    return parseJks(bytes, password);
  } catch (error) {
    const wrongPassword = error instanceof Error && error.message === 'Password verification failed';
    return wrongPassword
      ? refuseField('password', 'the password that opens the key store')
      : refuseField('value', 'an undamaged JKS key store');
  }
}
