import { hash, pbkdf2Sync, scryptSync } from 'node:crypto';

/** Hashes that key derivations may name here. */
export type DerivationHash = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** How a key is made from a password. */
export type Derivation =
  | { readonly kind: 'pbkdf2'; readonly hash: DerivationHash; readonly salt: Buffer; readonly iterations: number }
  | { readonly kind: 'scrypt'; readonly salt: Buffer; readonly n: number; readonly r: number; readonly p: number }
  | { readonly kind: 'pkcs12'; readonly hash: DerivationHash; readonly salt: Buffer; readonly iterations: number };

/**
 * What opening one payload may cost in key derivation, in estimated microseconds. Whoever writes a payload chooses the
 * iteration count in it, and the process does nothing else meanwhile. The defaults of OpenSSL, OpenSSH, Windows and of
 * every keytool, as well as `ssh-keygen -a 100` and a million rounds of PBKDF2-SHA-256, stay below.
 */
export const MAX_DERIVATION_COST = 1_200_000;

const SIZES = {
  sha1: { digest: 20, block: 64 },
  sha224: { digest: 28, block: 64 },
  sha256: { digest: 32, block: 64 },
  sha384: { digest: 48, block: 128 },
  sha512: { digest: 64, block: 128 },
} satisfies Record<DerivationHash, { digest: number; block: number }>;

/** What OpenSSL and Node allow scrypt by default. */
const MAX_SCRYPT_MEMORY = 32 * 1024 * 1024;

/** Estimated cost of deriving `length` bytes, in microseconds of a slow core. */
export function derivationCost(derivation: Derivation, length: number): number {
  if (derivation.kind === 'scrypt') {
    const { n, r, p } = derivation;
    return 128 * r * (n + p) < MAX_SCRYPT_MEMORY ? n * r * p * 0.3 : Number.POSITIVE_INFINITY;
  }
  const rounds = derivation.iterations * Math.ceil(length / SIZES[derivation.hash].digest);
  if (derivation.kind === 'pkcs12') return rounds * 1.2;
  return rounds * (SIZES[derivation.hash].block === 128 ? 0.6 : 0.3);
}

/** Estimated cost of `bcrypt_pbkdf`, which OpenSSH keys use and which is JavaScript here, in microseconds. */
export function bcryptCost(rounds: number): number {
  return rounds * 12_000;
}

/** Derives `length` bytes. `purpose` is the diversifier of RFC 7292 appendix B.3 and matters for `pkcs12` only. */
export function deriveKey(
  derivation: Derivation,
  password: string,
  length: number,
  purpose: 'key' | 'iv' | 'mac',
): Buffer {
  if (derivation.kind === 'pbkdf2') {
    return pbkdf2Sync(password, derivation.salt, derivation.iterations, length, derivation.hash);
  }
  if (derivation.kind === 'scrypt') {
    const { n, r, p, salt } = derivation;
    return scryptSync(password, salt, length, { N: n, r, p });
  }
  return pkcs12Key(derivation, password, length, { key: 1, iv: 2, mac: 3 }[purpose]);
}

/** RFC 7292 appendix B.2: the password is UTF-16, big-endian, with a zero character behind it. */
function pkcs12Key(derivation: Derivation & { kind: 'pkcs12' }, password: string, length: number, id: number): Buffer {
  const { digest, block } = SIZES[derivation.hash];
  const passwordBytes = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const diversifier = Buffer.alloc(block, id);
  const input = Buffer.concat([repeatToBlocks(derivation.salt, block), repeatToBlocks(passwordBytes, block)]);
  const output: Buffer[] = [];
  for (let made = 0; made < length; made += digest) {
    let round: Buffer = Buffer.concat([diversifier, input]);
    for (let i = 0; i < derivation.iterations; i++) round = hash(derivation.hash, round, 'buffer');
    output.push(round);
    const addend = repeatToBlocks(round, block).subarray(0, block);
    for (let start = 0; start < input.length; start += block) addOnePlus(input.subarray(start, start + block), addend);
  }
  return Buffer.concat(output).subarray(0, length);
}

function repeatToBlocks(bytes: Buffer, block: number): Buffer {
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
}

/** target = (target + addend + 1) mod 2^(8 * length), big-endian. */
function addOnePlus(target: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let i = target.length - 1; i >= 0; i--) {
    carry += (target[i] ?? 0) + (addend[i] ?? 0);
    target[i] = carry & 0xff;
    carry >>= 8;
  }
}
