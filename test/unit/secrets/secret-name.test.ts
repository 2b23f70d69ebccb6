import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import {
  parseSecretName,
  parseSecretPath,
  secretNameSchema,
  secretPathSchema,
} from '../../../src/secrets/secret-name.ts';

const name = (text: string) => parseSecretName(text, { plainIdentifiers: false });
const plain = (text: string) => parseSecretName(text, { plainIdentifiers: true });

function refusal(parse: () => unknown): AppError {
  try {
    parse();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('accepted');
}

test.each([['a'], ['db-password'], ['DB_PASSWORD_2'], ['a'.repeat(128)], ['constructor'], ['x--__']])(
  '%s is a name',
  (text) => {
    expect(name(text)).toBe(text);
    expect(secretNameSchema.parse(text)).toBe(text);
    expect(parseSecretPath(text)).toBe(text);
  },
);

const ATTACKS: [string, string][] = [
  ['parent', '..'],
  ['here', '.'],
  ['percent-encoded dots', '%2e%2e'],
  ['percent-encoded slash', 'a%2fb'],
  ['backslash', 'a\\b'],
  ['dot inside', 'a.b'],
  ['trailing dot', 'a.'],
  ['trailing space', 'a '],
  ['leading space', ' a'],
  ['trailing line break', 'a\n'],
  ['NUL', 'a\0'],
  ['escape', 'a\u001b'],
  ['DEL', 'a\u007f'],
  ['composed letter (NFC)', '\u00e9'],
  ['decomposed letter (NFD)', 'e\u0301'],
  ['fullwidth letter', '\uff41'],
  ['Kelvin sign', '\u212a'],
  ['Cyrillic a', '\u0430'],
  ['zero width space', 'a\u200b'],
  ['right-to-left override', 'a\u202e'],
  ['wildcard', 'a*'],
  ['question mark', 'a?'],
  ['selector', 'a@3'],
  ['template', '{{a}}'],
  ['colon', 'a:b'],
  ['tilde', '~a'],
  ['digit first', '1a'],
  ['dash first', '-a'],
  ['underscore first', '_a'],
  ['129 characters', 'a'.repeat(129)],
  ['300 characters', 'a'.repeat(300)],
  ['lone surrogate', 'a\ud800'],
];

test.each(ATTACKS)('%s is refused as a name and anywhere in a path', (_, text) => {
  expect(secretNameSchema.safeParse(text).success).toBe(false);
  const error = refusal(() => name(text));
  expect(error.code).toBe('invalid_input');
  expect(error.fields).toEqual([
    { pointer: '/name', expected: 'a letter, then up to 127 letters, digits, `_` or `-` (ASCII only)' },
  ]);
  for (const path of [text, `a/${text}`, `${text}/a`, `a/${text}/b`]) {
    expect(secretPathSchema.safeParse(path).success).toBe(false);
    expect(refusal(() => parseSecretPath(path)).fields.map(({ pointer }) => pointer)).toEqual(['/path']);
  }
});

test('an empty name and a name with a slash are refused', () => {
  expect(refusal(() => name('')).code).toBe('invalid_input');
  expect(refusal(() => name('a/b')).code).toBe('invalid_input');
});

test('a project may demand plain identifiers', () => {
  expect(plain('DB_PASSWORD_2')).toBe('DB_PASSWORD_2');
  expect(refusal(() => plain('db-password')).fields).toEqual([
    {
      pointer: '/name',
      expected: 'a letter, then up to 127 letters, digits or `_` (ASCII only), as this project demands',
    },
  ]);
  expect(refusal(() => plain('a'.repeat(129))).code).toBe('invalid_input');
});

test.each([
  [''],
  ['a'],
  ['payments/production'],
  [Array(16).fill('a').join('/')],
  [`${'a'.repeat(128)}/${'b'.repeat(128)}`],
])('%j is a path', (text) => {
  expect(parseSecretPath(text)).toBe(text);
  expect(secretPathSchema.parse(text)).toBe(text);
});

test.each([
  ['a leading slash', '/a'],
  ['a trailing slash', 'a/'],
  ['an empty segment', 'a//b'],
  ['only a slash', '/'],
  ['17 names', Array(17).fill('a').join('/')],
  ['513 characters', `${Array(4).fill('a'.repeat(127)).join('/')}/${'a'}`.padEnd(513, 'a')],
])('%s is refused as a path', (_, text) => {
  expect(refusal(() => parseSecretPath(text)).code).toBe('invalid_input');
  expect(secretPathSchema.safeParse(text).error?.issues).toHaveLength(1);
});

test('512 characters are a path, and one more is not', () => {
  const names = [128, 128, 128, 125];
  const path = names.map((length) => 'a'.repeat(length)).join('/');
  expect(path).toHaveLength(512);
  expect(parseSecretPath(path)).toBe(path);
  expect(() => parseSecretPath(`${path}a`)).toThrow('512 characters');
});

test('whatever is accepted stays below its prefix and has one spelling', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-c./%-]{0,12}$/)), (text) => {
      if (!secretPathSchema.safeParse(text).success) return;
      const url = new URL(`http://vault.test/prefix/${text}`);
      expect(url.pathname).toBe(`/prefix/${text}`);
      expect(text.normalize('NFKC')).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test('a refusal does not repeat the name', () => {
  const error = refusal(() => name('canary 91c'));
  expect(JSON.stringify([error.message, error.fields])).not.toContain('canary');
  expect(JSON.stringify(secretNameSchema.safeParse('canary 91c').error)).not.toContain('canary');
});
