import { createHash, createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { fingerprint, fingerprintKeyId } from '../../../src/crypto/fingerprint.ts';
import { createKeyring } from '../../../src/crypto/keyring.ts';

const first = { id: 'k1', bytes: randomBytes(32) };
const keyring = createKeyring([first]);
const secret = { organizationId: 'o1', id: 's1', type: 'generic' };
const value = Buffer.from('same value');

test('equal content of one secret has one fingerprint', () => {
  expect(fingerprint(keyring, secret, value)).toBe(fingerprint(keyring, secret, Buffer.from('same value')));
  expect(fingerprint(keyring, secret, value)).toMatch(/^k1:[0-9a-f]{32}$/);
});

test('equal values of two secrets, tenants or types do not show', () => {
  const here = fingerprint(keyring, secret, value);
  for (const other of [
    { ...secret, id: 's2' },
    { ...secret, organizationId: 'o2' },
    { ...secret, type: 'api_key' },
  ]) {
    expect(fingerprint(keyring, other, value)).not.toBe(here);
  }
  expect(fingerprint(keyring, { ...secret, id: 's1g', type: 'eneric' }, value)).not.toBe(here);
});

test('a PIN cannot be found by trying without the key', () => {
  const pin = '4711';
  const digits = fingerprint(keyring, secret, Buffer.from(pin)).slice(3);
  for (let guess = 0; guess < 10_000; guess++) {
    const text = String(guess).padStart(4, '0');
    const plain = createHash('sha256').update(text).digest('hex');
    const keyedByIds = createHmac('sha256', secret.id).update(text).digest('hex');
    expect(plain.startsWith(digits) || keyedByIds.startsWith(digits)).toBe(false);
  }
});

test('under a new key it is another, and the old one is compared under the key it names', () => {
  const rotated = createKeyring([{ id: 'k2', bytes: randomBytes(32) }, first]);
  const old = fingerprint(keyring, secret, value);
  expect(fingerprint(rotated, secret, value)).not.toBe(old);
  expect(fingerprintKeyId(old)).toBe('k1');
  expect(fingerprint(rotated, secret, value, fingerprintKeyId(old))).toBe(old);
});
