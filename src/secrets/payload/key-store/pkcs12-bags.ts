import { bmpText, type DerNode, derBytes, elements, objectId, octets, parseDer } from '../der.ts';
import { keyMatches } from './key-matches.ts';
import { certificateEnd, type KeyStoreEntry } from './key-store-entry.ts';

/** RFC 7292 section 4.2. */
const BAG_KINDS: Readonly<Record<string, KeyStoreEntry['kind']>> = {
  '1.2.840.113549.1.12.10.1.1': 'private_key',
  '1.2.840.113549.1.12.10.1.2': 'private_key',
  '1.2.840.113549.1.12.10.1.3': 'certificate',
  '1.2.840.113549.1.12.10.1.5': 'secret_key',
};
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';

/** One item of a PKCS#12 key store: its kind and attributes, and the certificate if it is one. */
export interface Bag {
  readonly kind: KeyStoreEntry['kind'];
  readonly alias: string | null;
  /** Joins a private key with its certificate; hexadecimal. */
  readonly keyId: string | undefined;
  readonly certificate: Buffer | undefined;
  /** PKCS#8, in clear or as an EncryptedPrivateKeyInfo. */
  readonly privateKey: { readonly der: Buffer; readonly encrypted: boolean } | undefined;
}

/** The bags of a SafeContents. Throws when it is malformed. */
export function readBags(safeContents: Buffer): Bag[] {
  return elements(parseDer(safeContents)).map((bag) => {
    const [id, value, attributes] = elements(bag);
    const bagType = objectId(id);
    const kind = BAG_KINDS[bagType] ?? 'other';
    const name = attribute(attributes, FRIENDLY_NAME);
    const keyId = attribute(attributes, LOCAL_KEY_ID);
    return {
      kind,
      alias: name === undefined ? null : bmpText(name),
      keyId: keyId && octets(keyId).toString('hex'),
      certificate: kind === 'certificate' ? readCertificate(elements(value)[0]) : undefined,
      privateKey:
        bagType === KEY_BAG || bagType === SHROUDED_KEY_BAG
          ? { der: derBytes(elements(value)[0]), encrypted: bagType === SHROUDED_KEY_BAG }
          : undefined,
    };
  });
}

/**
 * A private key and its own certificate are one entry, as every tool lists them.
 *
 * @param open a private key as PKCS#8 in DER, or undefined when it stays closed
 */
export function entriesOf(
  bags: readonly Bag[],
  open: (key: NonNullable<Bag['privateKey']>) => Buffer | undefined,
): KeyStoreEntry[] {
  const keys = bags.filter(({ kind }) => kind === 'private_key');
  const keyIds = new Set(keys.flatMap(({ keyId }) => keyId ?? []));
  const isOwn = ({ kind, keyId }: Bag): boolean => kind === 'certificate' && keyId !== undefined && keyIds.has(keyId);
  const own = new Map(bags.filter(isOwn).map(({ keyId, certificate }) => [keyId, certificate]));
  const entry = ({ alias, kind }: Bag, certificate: Buffer | undefined): KeyStoreEntry => ({
    alias,
    kind,
    notAfter: certificateEnd(certificate),
  });
  return [
    ...keys.map((key) => {
      const certificate = key.keyId === undefined ? undefined : own.get(key.keyId);
      const der = certificate && key.privateKey && open(key.privateKey);
      return { ...entry(key, certificate), matches: der && keyMatches(der, certificate) };
    }),
    ...bags.filter((bag) => bag.kind !== 'private_key' && !isOwn(bag)).map((bag) => entry(bag, bag.certificate)),
  ];
}

function readCertificate(certBag: DerNode | undefined): Buffer | undefined {
  const [type, value] = elements(certBag);
  return objectId(type) === X509_CERTIFICATE ? octets(elements(value)[0]) : undefined;
}

function attribute(attributes: DerNode | undefined, wanted: string): DerNode | undefined {
  if (attributes === undefined) return undefined;
  for (const each of elements(attributes)) {
    const [id, values] = elements(each);
    if (objectId(id) === wanted) return elements(values)[0];
  }
  return undefined;
}
