import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bundleFormatOf } from '../../../src/cli/bundle.ts';
import { parseEnvFile } from '../../../src/cli/env-file.ts';

const parsed = (text: string) => Object.fromEntries(parseEnvFile(text));

describe('variables of a file', () => {
  test.each([
    ['A=1', { A: '1' }],
    ['A=1\nB=2\n', { A: '1', B: '2' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['\n# nothing\n  # nor here\nA=\n', { A: '' }],
    ['export A=1', { A: '1' }],
    ['  A = spaced out  \n', { A: 'spaced out' }],
    ['A=x # why', { A: 'x' }],
    ['A=x#y', { A: 'x#y' }],
    ['A=#y', { A: '#y' }],
    ['A= #y', { A: '' }],
    ["A='x # y'", { A: 'x # y' }],
    ["A='two\nlines' # why\nB=1", { A: 'two\nlines', B: '1' }],
    ['A="a\\nb\\t\\"c\\" \\$d \\\\e"', { A: 'a\nb\t"c" $d \\e' }],
    ["A='it'\\''s'", { A: "it's" }],
    ['A=$B', { A: '$B' }],
    ['A=postgres://u:p@h/db?x=1&y=2#z', { A: 'postgres://u:p@h/db?x=1&y=2#z' }],
    ['a.b-c=1', { 'a.b-c': '1' }],
    ['', {}],
  ])('%j', (text, variables) => expect(parsed(text)).toEqual(variables));

  test.each([
    ["A=1\nB='canary", 2, 'B'],
    ['A="canary', 1, 'A'],
    ['canary', 1, 'no variable'],
    ['A=1\n\n=canary', 3, 'no variable'],
    ['A=1\nA=canary', 2, 'A is given twice'],
    ["A='x' canary", 1, 'A'],
  ])('%j is refused with its line, and not quoted', (text, line, about) => {
    const refuse = () => parseEnvFile(text);
    expect(refuse).toThrow(`Line ${line}:`);
    expect(refuse).toThrow(about);
    expect(refuse).not.toThrow('canary');
  });

  test('what a shell is given in single quotes comes back exactly, whatever it is', () => {
    const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/);
    const value = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }), (variables) => {
        const lines = Object.entries(variables).map(([key, text]) => `${key}='${text.replaceAll("'", "'\\''")}'\n`);
        expect(parsed(lines.join(''))).toEqual(variables);
      }),
      { numRuns: 500 },
    );
  });

  test('any text ends: with variables or an error with a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('A', '=', "'", '"', '\\', '#', ' ', '\n', '$') }), (text) => {
        try {
          expect(parseEnvFile(text)).toBeInstanceOf(Map);
        } catch (error) {
          expect((error as Error).message).toMatch(/^Line \d+: /);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ['.env', 'env'],
  ['/x/.env.local', 'env'],
  ['shop.env', 'env'],
  ['env', 'yaml'],
  ['x.json', 'yaml'],
  ['x.env.yaml', 'yaml'],
])('%s is read as %s', (file, format) => expect(bundleFormatOf(file)).toBe(format));
