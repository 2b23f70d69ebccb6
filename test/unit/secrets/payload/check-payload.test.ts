import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SecretValue } from '../../../../adapters/secret-value.ts';
import { checkPayload, MAX_PAYLOAD_BYTES } from '../../../../src/secrets/payload/check-payload.ts';
import { SECRET_TYPES } from '../../../../src/secrets/payload/secret-type.ts';
import { factsOf, pointersOf, problemsOf, refusalOf } from './support.ts';

const BINARY = Uint8Array.of(0, 255, 128, 10);

test('there are eight types', () => {
  expect([...SECRET_TYPES].sort()).toEqual([
    'api_key',
    'basic_auth',
    'generic',
    'jwt_token',
    'key_store',
    'key_value',
    'private_key',
    'secret_key',
  ]);
});

test('basic_auth, api_key, key_value and generic tell nothing', () => {
  expect(factsOf('basic_auth', { username: 'deploy', password: 'x' })).toEqual({});
  expect(factsOf('api_key', { value: 'x' })).toEqual({});
  expect(factsOf('key_value', { A: 'x', B: '' })).toEqual({});
  expect(factsOf('generic', { value: 'x' })).toEqual({});
});

test('binary values are accepted where no form is asked', () => {
  expect(factsOf('basic_auth', { username: BINARY, password: BINARY })).toEqual({});
  expect(factsOf('api_key', { value: BINARY })).toEqual({});
  expect(factsOf('key_value', { 'tls.key-1': BINARY, _a: BINARY })).toEqual({});
  expect(factsOf('generic', { value: BINARY })).toEqual({});
});

test.each(SECRET_TYPES.filter((type) => type !== 'key_value'))(
  '%s: missing, empty and unknown fields are all named',
  (type) => {
    const known = { basic_auth: ['username', 'password'], key_store: ['value', 'password', 'format'] };
    const required = type === 'basic_auth' || type === 'key_store' ? known[type] : ['value'];
    const pointers = required.map((name) => `/payload/${name}`);
    expect(pointersOf(type, {})).toEqual(pointers);
    expect(pointersOf(type, Object.fromEntries(required.map((name) => [name, ''])))).toEqual(pointers);
    expect(pointersOf(type, { surplus: 'x', other: 'y' })).toEqual([...pointers, '/payload/surplus', '/payload/other']);
  },
);

test('an optional field is absent or not empty', () => {
  expect(pointersOf('secret_key', { value: 'AAAA', algorithm: '' })).toEqual(['/payload/algorithm']);
  expect(pointersOf('private_key', { value: 'x', passphrase: '' })).toEqual(['/payload/passphrase']);
});

test('key_value needs a field, and every name must be one', () => {
  expect(pointersOf('key_value', {})).toEqual(['/payload']);
  for (const name of ['', ' ', 'a b', '1a', '.a', '-a', '../a', 'a/b', 'é', 'a\n', 'a'.repeat(129)]) {
    expect(pointersOf('key_value', { good: 'x', [name]: 'x' })).toEqual(['/payload']);
  }
  const proto = new Map([['__proto__', SecretValue.fromText('x')]]);
  expect(() => checkPayload('key_value', proto)).toThrow('__proto__');
});

test('64 KiB are accepted and one byte more is not', () => {
  const most = MAX_PAYLOAD_BYTES - 'value'.length;
  expect(MAX_PAYLOAD_BYTES).toBe(65_536);
  expect(factsOf('generic', { value: randomBytes(most) })).toEqual({});
  const error = refusalOf('generic', { value: randomBytes(most + 1) });
  expect(error.code).toBe('payload_too_large');
  expect(error.facts).toEqual({ limitBytes: 65_536 });
  expect(error.fields.map(({ pointer }) => pointer)).toEqual(['/payload']);
});

test('size counts all fields and comes before any other check', () => {
  expect(refusalOf('key_value', { a: randomBytes(40_000), b: randomBytes(30_000) }).code).toBe('payload_too_large');
  expect(refusalOf('private_key', { value: 'x'.repeat(70_000) }).code).toBe('payload_too_large');
});

test('secret_key tells its length in bits and its algorithm', () => {
  const key = randomBytes(32).toString('base64');
  expect(factsOf('secret_key', { value: key })).toEqual({ bits: 256 });
  expect(factsOf('secret_key', { value: key, algorithm: 'AES/GCM-SIV' })).toEqual({
    bits: 256,
    algorithm: 'AES/GCM-SIV',
  });
  expect(factsOf('secret_key', { value: `${key.slice(0, 20)}\r\n${key.slice(20)}\n` })).toEqual({ bits: 256 });
});

test.each([['not base64!'], ['_-_-'], ['AA'], ['AB=='], ['\n'], ['AA AA']])('secret_key refuses %j', (value) => {
  expect(pointersOf('secret_key', { value })).toEqual(['/payload/value']);
});

test('secret_key refuses bytes that are no text, and an algorithm that is no name', () => {
  expect(pointersOf('secret_key', { value: BINARY })).toEqual(['/payload/value']);
  for (const algorithm of ['A B', 'AES=', '1', 'A'.repeat(41), BINARY]) {
    expect(pointersOf('secret_key', { value: 'AAAA', algorithm })).toEqual(['/payload/algorithm']);
  }
});

test('the text of a refusal says what is missing', () => {
  expect(problemsOf('basic_auth', { username: 'x', otp: 'y' })).toEqual([
    { pointer: '/payload/password', expected: 'a value that is not empty' },
    { pointer: '/payload/otp', expected: 'no such field; this type has username, password' },
  ]);
  expect(refusalOf('basic_auth', { username: 'x' }).message).toBe(
    '/payload/password: expected a value that is not empty',
  );
});
