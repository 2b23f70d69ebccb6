import { expect, test } from 'vitest';
import { factsOf, pointersOf } from './support.ts';

const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
const token = (header: unknown, claims: unknown, signature = 'c2lnbmF0dXJl') =>
  `${part(header)}.${part(claims)}.${signature}`;
const HEADER = { alg: 'ES256', typ: 'JWT' };

test('tells algorithm and times, and nothing else', () => {
  const value = token(
    { ...HEADER, kid: 'k1' },
    { sub: 'user-1', iat: 1_700_000_000, exp: 1_700_003_600.5, scope: 'all' },
  );
  expect(factsOf('jwt_token', { value })).toEqual({
    algorithm: 'ES256',
    issuedAt: '2023-11-14T22:13:20.000Z',
    expiresAt: '2023-11-14T23:13:20.500Z',
  });
  expect(factsOf('jwt_token', { value: token(HEADER, {}) })).toEqual({ algorithm: 'ES256' });
});

test('accepts an expired token and the last moment that can be written', () => {
  expect(factsOf('jwt_token', { value: token(HEADER, { exp: 0 }) }).expiresAt).toBe('1970-01-01T00:00:00.000Z');
  expect(factsOf('jwt_token', { value: token(HEADER, { exp: 253_402_300_799 }) }).expiresAt).toBe(
    '9999-12-31T23:59:59.000Z',
  );
});

test.each([
  ['no token', 'secret'],
  ['two parts', `${part(HEADER)}.${part({})}`],
  ['five parts, as an encrypted token', `${part(HEADER)}.a.b.c.d`],
  ['no signature', token(HEADER, {}, '')],
  ['padding', token(HEADER, {}, 'YQ==')],
  ['a line break', `${token(HEADER, {})}\n`],
  ['a header that is not JSON', `bm90anNvbg.${part({})}.c2ln`],
  ['a header that is not UTF-8', `_w.${part({})}.c2ln`],
  ['a header that is an array', token([], {})],
  ['a header without alg', token({ typ: 'JWT' }, {})],
  ['alg none', token({ alg: 'none' }, {})],
  ['alg that is no name', token({ alg: 'ES 256' }, {})],
  ['alg that is no text', token({ alg: 256 }, {})],
  ['claims that are not JSON', `${part(HEADER)}.bm90anNvbg.c2ln`],
  ['claims that are text', token(HEADER, 'claims')],
  ['claims that are null', token(HEADER, null)],
  ['exp as text', token(HEADER, { exp: '2030-01-01' })],
  ['exp before 1970', token(HEADER, { exp: -1 })],
  ['exp in milliseconds', token(HEADER, { exp: 1_700_000_000_000 })],
  ['iat as text', token(HEADER, { iat: 'now' })],
  ['exp beyond any number', `${part(HEADER)}.${Buffer.from('{"exp":1e999}').toString('base64url')}.c2ln`],
])('refuses %s', (_, value) => {
  expect(pointersOf('jwt_token', { value })).toEqual(['/payload/value']);
});

test('refuses bytes that are no text', () => {
  expect(pointersOf('jwt_token', { value: Uint8Array.of(255) })).toEqual(['/payload/value']);
});

test('claims cannot reach prototypes', () => {
  const value = `${part(HEADER)}.${Buffer.from('{"__proto__":{"exp":"x"}}').toString('base64url')}.c2ln`;
  expect(factsOf('jwt_token', { value })).toEqual({ algorithm: 'ES256' });
});
