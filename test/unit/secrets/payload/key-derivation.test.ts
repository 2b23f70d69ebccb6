import forge from 'node-forge';
import { expect, test } from 'vitest';
import {
  bcryptCost,
  derivationCost,
  deriveKey,
  MAX_DERIVATION_COST,
} from '../../../../src/secrets/payload/key-derivation.ts';

test.each([
  ['sha1', 20, 1],
  ['sha1', 24, 7],
  ['sha256', 32, 3],
  ['sha256', 100, 2],
  ['sha512', 130, 2],
] as const)('the PKCS#12 derivation agrees with another implementation: %s, %i bytes', (hash, length, iterations) => {
  for (const password of ['', 'secret', 'Gef1ügel-密🔑', 'long'.repeat(60)]) {
    for (const salt of [Buffer.alloc(0), Buffer.from('8 bytes!'), Buffer.alloc(200, 'salt')]) {
      for (const [purpose, id] of [
        ['key', 1],
        ['iv', 2],
        ['mac', 3],
      ] as const) {
        const expected = forge.pkcs12.generateKey(
          password,
          forge.util.createBuffer(salt.toString('latin1')),
          id,
          iterations,
          length,
          forge.md[hash].create(),
        );
        const key = deriveKey({ kind: 'pkcs12', hash, salt, iterations }, password, length, purpose);
        expect(key.toString('hex')).toBe(expected.toHex());
      }
    }
  }
});

test('PBKDF2: the second test vector of RFC 6070', () => {
  const derivation = { kind: 'pbkdf2', hash: 'sha1', salt: Buffer.from('salt'), iterations: 2 } as const;
  expect(deriveKey(derivation, 'password', 20, 'key').toString('hex')).toBe('ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957');
});

test('scrypt: the second test vector of RFC 7914', () => {
  const derivation = { kind: 'scrypt', salt: Buffer.from('NaCl'), n: 1024, r: 8, p: 16 } as const;
  expect(deriveKey(derivation, 'password', 16, 'key').toString('hex')).toBe('fdbabe1c9d3472007856e7190d01e9fe');
});

test('what tools do by default is affordable, and what takes minutes is not', () => {
  const salt = Buffer.alloc(8);
  const pbkdf2 = (iterations: number) => derivationCost({ kind: 'pbkdf2', hash: 'sha256', salt, iterations }, 32);
  const pkcs12 = (iterations: number) => derivationCost({ kind: 'pkcs12', hash: 'sha1', salt, iterations }, 20);
  const scrypt = (n: number, r: number, p: number) => derivationCost({ kind: 'scrypt', salt, n, r, p }, 32);
  for (const cost of [
    pbkdf2(2048),
    pbkdf2(1_000_000),
    pkcs12(100_000),
    scrypt(16_384, 8, 1),
    bcryptCost(24),
    bcryptCost(100),
  ]) {
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThanOrEqual(MAX_DERIVATION_COST);
  }
  for (const cost of [
    pbkdf2(2 ** 31),
    pkcs12(2 ** 24),
    scrypt(2 ** 20, 8, 1),
    scrypt(2, 1, 2 ** 30),
    scrypt(1024, 8, 2 ** 12),
    bcryptCost(101),
  ]) {
    expect(cost).toBeGreaterThan(MAX_DERIVATION_COST);
  }
});
