import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { guessType, impossibleTypes } from '../../../src/imports/guess-type.ts';
import { fieldsOf } from '../secrets/payload/support.ts';

const PEM = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const part = (object: unknown) => Buffer.from(JSON.stringify(object)).toString('base64url');
const JWT = `${part({ alg: 'HS256' })}.${part({ sub: 'x' })}.c2lnbmF0dXJl`;

test.each([
  ['private_key', { value: PEM.privateKey }],
  ['generic', { value: PEM.publicKey }],
  ['jwt_token', { value: JWT }],
  ['generic', { value: 'a.b.c' }],
  ['basic_auth', { username: 'app', password: 'canary' }],
  ['key_value', { username: 'app', password: 'canary', host: 'db' }],
  ['key_value', { username: 'app', password: '' }],
  ['secret_key', { value: Buffer.alloc(32, 7).toString('base64'), algorithm: 'AES' }],
  ['generic', { value: Buffer.alloc(32, 7).toString('base64') }],
  ['key_value', { value: 'canary', algorithm: 'AES' }],
  ['generic', { value: 'canary' }],
  ['generic', { value: Uint8Array.of(0, 255, 254) }],
  ['key_value', { value: '' }],
  ['key_value', { password: 'canary' }],
] as const)('takes for a %s', (type, record) => {
  const guess = guessType(fieldsOf(record as Record<string, string | Uint8Array>));
  expect(guess?.type).toBe(type);
  expect(guess?.because.length).toBeGreaterThan(8);
});

test.each([{}, { 'not a name': 'x' }, { value: 'x'.repeat(70_000) }])('no type fits', (record) => {
  expect(guessType(fieldsOf(record as Record<string, string>))).toBeUndefined();
});

test('says what it cannot be and what that would take, and never quotes the content', () => {
  const refused = impossibleTypes(fieldsOf({ value: 'canary-content' }));
  expect(refused.map(({ type }) => type).sort()).toEqual([
    'basic_auth',
    'jwt_token',
    'key_store',
    'private_key',
    'secret_key',
  ]);
  expect(refused.find(({ type }) => type === 'basic_auth')?.expected).toContain('username: expected');
  expect(JSON.stringify(refused)).not.toContain('canary');
});
