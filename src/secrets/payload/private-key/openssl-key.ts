import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { SecretValue } from '../../../../adapters/secret-value.ts';
import { elements, parseDer } from '../der.ts';
import { MAX_DERIVATION_COST } from '../key-derivation.ts';
import { decryptionCost, readPasswordEncryption } from '../password-encryption.ts';
import type { PayloadFacts } from '../payload-facts.ts';
import { refuseField } from '../payload-type.ts';
import { ecFacts } from './ec-facts.ts';
import { checkPassphrasePresence, WRONG_PASSPHRASE } from './passphrase.ts';
import { type PemBlock, writePemBlock } from './pem-block.ts';

const FORMATS: Readonly<Record<string, string>> = {
  'RSA PRIVATE KEY': 'pkcs1',
  'EC PRIVATE KEY': 'sec1',
  'DSA PRIVATE KEY': 'dsa',
  'PRIVATE KEY': 'pkcs8',
  'ENCRYPTED PRIVATE KEY': 'pkcs8',
};
/** Encryption in PEM headers (RFC 1421) with a cipher that OpenSSL still has by default. */
const DEK_INFO = /^(AES-(128|192|256)-CBC|DES-EDE3-CBC),[0-9A-Fa-f]+$/;

const NOT_A_KEY = 'an undamaged private key of type RSA, DSA, EC, Ed25519, Ed448, X25519 or X448';

/** Opens a key in one of OpenSSL's formats. Throws `invalid_input`, see `PayloadType.inspect`. */
export function inspectOpensslKey(block: PemBlock, passphrase: SecretValue | undefined): PayloadFacts {
  const format = FORMATS[block.label] ?? refuseField('value', NOT_A_KEY);
  const encrypted = isEncrypted(block);
  checkPassphrasePresence(encrypted, passphrase);
  const key = open(block, passphrase) ?? (encrypted ? refuseField('passphrase', WRONG_PASSPHRASE) : refuseKey());
  return { format, encrypted, ...keyFacts(key) };
}

function isEncrypted({ label, headers, body }: PemBlock): boolean {
  if (label === 'ENCRYPTED PRIVATE KEY') {
    checkPkcs8Encryption(body);
    if (headers.size === 0) return true;
  }
  if (headers.size === 0) return false;
  const isLegacy = label !== 'PRIVATE KEY' && label !== 'ENCRYPTED PRIVATE KEY' && headers.size === 2;
  if (!isLegacy || headers.get('Proc-Type') !== '4,ENCRYPTED' || !DEK_INFO.test(headers.get('DEK-Info') ?? '')) {
    refuseField('value', 'a private key in PEM without headers, or with those of AES-CBC or DES-EDE3-CBC encryption');
  }
  return true;
}

function checkPkcs8Encryption(body: Buffer): void {
  const encryption = readEncryption(body);
  if (encryption === undefined || encryption.cipher.startsWith('rc2')) {
    refuseField('value', 'PKCS#8 encryption with PBES2 (PBKDF2 or scrypt, AES-CBC or 3DES) or with SHA-1 and 3DES');
  }
  if (decryptionCost(encryption) > MAX_DERIVATION_COST) {
    refuseField('value', 'encryption with fewer iterations: opening it would take more than about a second');
  }
}

function readEncryption(body: Buffer) {
  try {
    return readPasswordEncryption(elements(parseDer(body))[0]);
  } catch {
    return refuseKey();
  }
}

function open(block: PemBlock, passphrase: SecretValue | undefined): KeyObject | undefined {
  try {
    return createPrivateKey({
      key: writePemBlock(block),
      ...(passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase.reveal()) }),
    });
  } catch {
    return undefined;
  }
}

function keyFacts(key: KeyObject): PayloadFacts {
  const algorithm = key.asymmetricKeyType;
  const details = key.asymmetricKeyDetails ?? {};
  switch (algorithm) {
    case 'rsa':
    case 'rsa-pss':
    case 'dsa':
      return { algorithm, bits: details.modulusLength ?? refuseKey() };
    case 'ec':
      return { algorithm, ...ecFacts(details.namedCurve) };
    case 'ed25519':
    case 'ed448':
    case 'x25519':
    case 'x448':
      return { algorithm };
    default:
      return refuseKey();
  }
}

function refuseKey(): never {
  refuseField('value', NOT_A_KEY);
}
