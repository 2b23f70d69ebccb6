import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodePath, isBelow, isEntryPath } from '../../../../adapters/lib/safe-path.ts';

test('what is a path stays below its prefix in a URL, and its segments stay apart', () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.array(fc.constantFrom('a', '.', '..', '', '%2e', 'b', '\\'), { maxLength: 5 }).map((parts) => parts.join('/')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      if (!isEntryPath(text)) {
        expect(() => encodePath(text)).toThrow(TypeError);
        return;
      }
      const url = new URL(`http://vault/v1/secret/data/${encodePath(text)}`);
      expect(url.pathname).toBe(`/v1/secret/data/${text}`);
      expect(url.search + url.hash).toBe('');
    }),
    { numRuns: 2000 },
  );
});

test('a path has at most 1,024 characters', () => {
  expect(isEntryPath('a'.repeat(1024))).toBe(true);
  expect(isEntryPath('a'.repeat(1025))).toBe(false);
});

test('below means whole segments', () => {
  expect(isBelow('a', 'a/b')).toBe(true);
  expect(isBelow('', 'a')).toBe(true);
  for (const path of ['a', 'ab', 'ab/c', 'b/a']) expect(isBelow('a', path)).toBe(false);
});
