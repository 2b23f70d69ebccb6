import { createHmac, timingSafeEqual } from 'node:crypto';
import { type DerNode, elements, objectId, octets, parseDer, positive } from '../der.ts';
import {
  type Derivation,
  type DerivationHash,
  derivationCost,
  deriveKey,
  MAX_DERIVATION_COST,
} from '../key-derivation.ts';
import {
  decryptionCost,
  decryptWithPassword,
  type PasswordEncryption,
  readPasswordEncryption,
} from '../password-encryption.ts';
import { refuseField } from '../payload-type.ts';
import type { KeyStoreEntry } from './key-store-entry.ts';
import { type Bag, entriesOf, readBags } from './pkcs12-bags.ts';

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';

const MAC_HASHES: Readonly<Record<string, DerivationHash>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const MAC_LENGTHS = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 } satisfies Record<
  DerivationHash,
  number
>;

interface Mac {
  readonly derivation: Derivation & { readonly kind: 'pkcs12' };
  readonly digest: Buffer;
}

interface Content {
  readonly data: Buffer;
  /** `undefined` for content in clear. */
  readonly encryption: PasswordEncryption | undefined;
}

interface Store {
  readonly signed: Buffer;
  readonly mac: Mac;
  readonly contents: readonly Content[];
}

/** Whether bytes begin as an ASN.1 SEQUENCE, as every PKCS#12 key store does. */
export function looksLikePkcs12(bytes: Buffer): boolean {
  return bytes[0] === 0x30;
}

/**
 * Opens a PKCS#12 key store (RFC 7292) protected by a password: its MAC is verified and its encrypted lists are read.
 * Private keys are opened to compare them with their certificates as long as the cost allows; the rest is only counted, for
 * each could demand another million iterations. Throws `invalid_input`, see `PayloadType.inspect`.
 */
export function readPkcs12(bytes: Buffer, password: string): KeyStoreEntry[] {
  const store = reading(() => readStore(bytes));
  const cost =
    derivationCost(store.mac.derivation, store.mac.digest.length) +
    store.contents.reduce((sum, { encryption }) => sum + (encryption ? decryptionCost(encryption) : 0), 0);
  if (cost > MAX_DERIVATION_COST) {
    refuseField('value', 'a PKCS#12 key store with fewer iterations: opening it would take more than about a second');
  }
  if (!macMatches(store, password)) refuseField('password', 'the password that opens the key store');
  const open = keyOpener(password, MAX_DERIVATION_COST - cost);
  return reading(() =>
    entriesOf(
      store.contents.flatMap((content) => readBags(decrypt(content, password))),
      open,
    ),
  );
}

/** Opens private keys while there is something left to spend. */
function keyOpener(password: string, budget: number) {
  let left = budget;
  return ({ der, encrypted }: NonNullable<Bag['privateKey']>): Buffer | undefined => {
    if (!encrypted) return der;
    try {
      const [algorithm, data] = elements(parseDer(der));
      const encryption = readPasswordEncryption(algorithm);
      if (encryption === undefined || decryptionCost(encryption) > left) return undefined;
      left -= decryptionCost(encryption);
      return decryptWithPassword(encryption, password, octets(data));
    } catch {
      return undefined;
    }
  };
}

/** Only refusals of ours leave here; what parsers throw says nothing, or too much. */
function reading<T>(read: () => T | 'unsupported'): T {
  let result: T | 'unsupported' | undefined;
  try {
    result = read();
  } catch {
    refuseField('value', 'an undamaged PKCS#12 key store');
  }
  if (result !== 'unsupported') return result;
  refuseField('value', 'a PKCS#12 key store with a SHA-1 or SHA-2 MAC and encryption by AES-CBC, 3DES or RC2');
}

function readStore(bytes: Buffer): Store | 'unsupported' {
  const [version, authSafe, macData] = elements(parseDer(bytes));
  if (positive(version) !== 3) return 'unsupported';
  const [type, content] = elements(authSafe);
  const mac = macData && objectId(type) === DATA ? readMac(macData) : undefined;
  if (mac === undefined) return 'unsupported';
  const signed = octets(elements(content)[0]);
  const contents = elements(parseDer(signed)).map(readContent);
  return contents.every((each) => each !== undefined) ? { signed, mac, contents } : 'unsupported';
}

function readMac(macData: DerNode): Mac | undefined {
  const [digestInfo, salt, iterations] = elements(macData);
  const [algorithm, digest] = elements(digestInfo);
  const hash = MAC_HASHES[objectId(elements(algorithm)[0])];
  const digestBytes = octets(digest);
  if (hash === undefined || digestBytes.length !== MAC_LENGTHS[hash]) return undefined;
  const count = iterations === undefined ? 1 : positive(iterations);
  return { derivation: { kind: 'pkcs12', hash, salt: octets(salt), iterations: count }, digest: digestBytes };
}

/** A ContentInfo of RFC 5652, either `data` or `encryptedData`. */
function readContent(contentInfo: DerNode): Content | undefined {
  const [type, content] = elements(contentInfo);
  const [inner] = elements(content);
  if (objectId(type) === DATA) return { data: octets(inner), encryption: undefined };
  if (objectId(type) !== ENCRYPTED_DATA) return undefined;
  const [, algorithm, data] = elements(elements(inner)[1]);
  const encryption = readPasswordEncryption(algorithm);
  return encryption && { data: octets(data), encryption };
}

function macMatches({ signed, mac }: Store, password: string): boolean {
  const { derivation, digest } = mac;
  const key = deriveKey(derivation, password, digest.length, 'mac');
  return timingSafeEqual(createHmac(derivation.hash, key).update(signed).digest(), digest);
}

function decrypt({ data, encryption }: Content, password: string): Buffer {
  return encryption === undefined ? data : decryptWithPassword(encryption, password, data);
}
