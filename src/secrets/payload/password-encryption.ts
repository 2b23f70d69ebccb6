import { createDecipheriv } from 'node:crypto';
import forge from 'node-forge';
import { type DerNode, elements, isInteger, objectId, octets, positive } from './der.ts';
import { type Derivation, type DerivationHash, derivationCost, deriveKey } from './key-derivation.ts';

/** A way to encrypt under a password, as PKCS#8 and PKCS#12 name it in an AlgorithmIdentifier. */
export interface PasswordEncryption {
  readonly derivation: Derivation;
  readonly cipher: Cipher;
  /** `undefined` where it is derived from the password as well. */
  readonly iv: Buffer | undefined;
}

type Cipher = keyof typeof KEY_LENGTHS;

const KEY_LENGTHS = {
  'aes-128-cbc': 16,
  'aes-192-cbc': 24,
  'aes-256-cbc': 32,
  'des-ede3-cbc': 24,
  'rc2-40-cbc': 5,
  'rc2-128-cbc': 16,
};

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';

/** RFC 8018 appendix B.1.2. */
const PRFS: Readonly<Record<string, DerivationHash>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const PBES2_CIPHERS: Readonly<Record<string, Cipher>> = {
  '2.16.840.1.101.3.4.1.2': 'aes-128-cbc',
  '2.16.840.1.101.3.4.1.22': 'aes-192-cbc',
  '2.16.840.1.101.3.4.1.42': 'aes-256-cbc',
  '1.2.840.113549.3.7': 'des-ede3-cbc',
};

/** RFC 7292 appendix C. */
const PKCS12_CIPHERS: Readonly<Record<string, Cipher>> = {
  '1.2.840.113549.1.12.1.3': 'des-ede3-cbc',
  '1.2.840.113549.1.12.1.5': 'rc2-128-cbc',
  '1.2.840.113549.1.12.1.6': 'rc2-40-cbc',
};

/** Reads an AlgorithmIdentifier; `undefined` for a scheme that is not supported. Throws when it is malformed. */
export function readPasswordEncryption(algorithm: DerNode | undefined): PasswordEncryption | undefined {
  const [id, parameters] = elements(algorithm);
  const scheme = objectId(id);
  if (scheme === PBES2) return readPbes2(elements(parameters));
  const cipher = PKCS12_CIPHERS[scheme];
  if (cipher === undefined) return undefined;
  const [salt, iterations] = elements(parameters);
  return {
    derivation: { kind: 'pkcs12', hash: 'sha1', salt: octets(salt), iterations: positive(iterations) },
    cipher,
    iv: undefined,
  };
}

/** Estimated cost of a decryption in microseconds, see `MAX_DERIVATION_COST`. */
export function decryptionCost({ derivation, cipher, iv }: PasswordEncryption): number {
  return derivationCost(derivation, KEY_LENGTHS[cipher]) + (iv === undefined ? derivationCost(derivation, 8) : 0);
}

/** Decrypts. Throws when the password is wrong, or returns noise: callers verify an integrity code first. */
export function decryptWithPassword(encryption: PasswordEncryption, password: string, data: Buffer): Buffer {
  const { derivation, cipher } = encryption;
  const key = deriveKey(derivation, password, KEY_LENGTHS[cipher], 'key');
  const iv = encryption.iv ?? deriveKey(derivation, password, 8, 'iv');
  if (cipher === 'rc2-40-cbc' || cipher === 'rc2-128-cbc') return decryptRc2(key, iv, data);
  const decipher = createDecipheriv(cipher, key, iv);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

function readPbes2([kdf, scheme]: readonly DerNode[]): PasswordEncryption | undefined {
  const derivation = readDerivation(elements(kdf));
  const [cipherId, iv] = elements(scheme);
  const cipher = PBES2_CIPHERS[objectId(cipherId)];
  if (derivation === undefined || cipher === undefined) return undefined;
  return { derivation, cipher, iv: octets(iv) };
}

/** PBKDF2 of RFC 8018 appendix A.2 or scrypt of RFC 7914 section 7. Key lengths are those of the cipher. */
function readDerivation([id, parameters]: readonly DerNode[]): Derivation | undefined {
  const kind = objectId(id);
  if (kind === SCRYPT) {
    const [salt, n, r, p] = elements(parameters);
    return { kind: 'scrypt', salt: octets(salt), n: positive(n), r: positive(r), p: positive(p) };
  }
  if (kind !== PBKDF2) return undefined;
  const [salt, iterations, ...rest] = elements(parameters);
  const prf = rest.find((node) => !isInteger(node));
  const hash = prf === undefined ? 'sha1' : PRFS[objectId(elements(prf)[0])];
  if (hash === undefined) return undefined;
  return { kind: 'pbkdf2', hash, salt: octets(salt), iterations: positive(iterations) };
}

/** Only old key stores use RC2, and OpenSSL has it no longer by default. */
function decryptRc2(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const decipher = forge.rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8);
  decipher.start(iv.toString('latin1'));
  decipher.update(forge.util.createBuffer(data.toString('latin1')));
  if (!decipher.finish()) throw new Error('bad padding');
  return Buffer.from(decipher.output.getBytes(), 'latin1');
}
