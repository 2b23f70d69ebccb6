import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { STRENGTHS, strengthOf } from '../../../../src/secrets/evidence/strength.ts';
import { known } from './support.ts';

const of = (text: string) => strengthOf(Buffer.from(text, 'utf8'));

describe('low: could be found by trying', () => {
  test.each([
    '',
    '1',
    '0000',
    '7391',
    '123456',
    '48210377',
    '2026-11-22',
    'password',
    'Password1!',
    'P@ssw0rd',
    'changeme',
    'Summer2026!',
    'qwertyuiop',
    'admin:admin',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    'abcabcabcabcabcabcabcabc',
    'shop',
    'database',
    'true',
    '5432',
    '{"pin":"7391"}',
    'user=admin;pin=7391',
    'DB_HOST=database.internal.example.com\nDB_PASSWORD=7391\n',
    '{"endpoint":"https://payments.example.com/v2/checkout","terminal":{"id":"a8f2-9921-zzk1","pin":"7391"}}',
    'postgres://shop:7391@database.internal.example.com:5432/shop',
    '  7391\n',
  ])('%j', (text) => expect(of(text)).toBe('low'));

  test.each(['base64', 'base64url', 'hex'] as const)('a PIN wrapped in %s, also twice', (encoding) => {
    const once = Buffer.from('7391').toString(encoding);
    expect(of(once)).toBe('low');
    expect(of(Buffer.from(once).toString(encoding))).toBe('low');
    expect(of(`${once}\n`)).toBe('low');
  });

  test('every four digits, plain and in base64', () => {
    for (let pin = 0; pin < 10_000; pin++) {
      const text = String(pin).padStart(4, '0');
      expect(of(text)).toBe('low');
      expect(of(Buffer.from(text).toString('base64'))).toBe('low');
    }
  });

  test('few or equal bytes', () => {
    expect(strengthOf(Buffer.alloc(64))).toBe('low');
    expect(strengthOf(Buffer.from([1, 200]))).toBe('low');
  });
});

describe('not low', () => {
  test.each(['f7Kq9#xZp2Lm', 'correct-horse-battery-staple', 'tr0ub4dor-xK93-mmq'])('%j', (text) =>
    expect(of(text)).not.toBe('low'),
  );
});

describe('strong: what a generator makes', () => {
  test.each(['base64', 'base64url', 'hex'] as const)('24 random bytes in %s', (encoding) => {
    for (let round = 0; round < 200; round++) expect(of(randomBytes(24).toString(encoding))).toBe('strong');
  });

  test('16 random bytes, bare', () => {
    for (let round = 0; round < 200; round++) expect(strengthOf(randomBytes(16))).toBe('strong');
  });
});

test('an encoding never makes a value of a higher class', () => {
  for (let round = 0; round < 300; round++) {
    const text = [...randomBytes(1 + (round % 16))].map((byte) => String.fromCharCode(33 + (byte % 90))).join('');
    const plain = STRENGTHS.indexOf(of(text));
    for (const encoding of ['base64', 'hex'] as const) {
      expect(STRENGTHS.indexOf(of(Buffer.from(text).toString(encoding))), text).toBeLessThanOrEqual(plain);
    }
  }
});

test('no text takes long to judge, however it is made', () => {
  const much = 60_000;
  const texts = [
    `a${' '.repeat(much)}b`,
    `a${'\n'.repeat(much)}`,
    `KEY=${' '.repeat(much)}x`,
    '"'.repeat(much),
    '{'.repeat(much),
    `${'['.repeat(much / 2)}${']'.repeat(much / 2)}`,
    '='.repeat(much),
    'aB'.repeat(much / 2),
    '%41'.repeat(much / 3),
    '-----BEGIN X-----\n'.repeat(much / 18),
  ];
  // Quadratic work on such texts takes minutes: the test would run into its time limit.
  const judged = texts.map((text) => Object.keys(known('key_value', { field: text }).traits.fields));
  expect(judged).toEqual(texts.map(() => ['field']));
});
