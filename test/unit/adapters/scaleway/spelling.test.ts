import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEntryPath } from '../../../../adapters/lib/safe-path.ts';
import { pathOfSecret, secretNameOf } from '../../../../adapters/scaleway/names.ts';
import { isOwnTag, labelsOf, tagsOf } from '../../../../adapters/scaleway/tags.ts';

/** Letters of the escape and its neighbours. */
const paths = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '_', '.', 'x'), minLength: 1, maxLength: 8 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((segments) => segments.join('/'))
  .filter(isEntryPath);

test('a path has one folder and name that Scaleway can hold, and comes back from them', () => {
  fc.assert(
    fc.property(paths, (path) => {
      const secret = secretNameOf(path) ?? { folder: '', name: '' };
      for (const part of [...secret.folder.split('/').slice(1), secret.name].filter(Boolean)) {
        expect(part).toMatch(/^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$/);
      }
      expect(pathOfSecret(secret)).toBe(path);
    }),
    { numRuns: 2000 },
  );
});

test('names that need no escape stay as they are', () => {
  expect(secretNameOf('team/app/DB_URL.prod')).toEqual({ folder: '/team/app', name: 'DB_URL.prod' });
  expect(secretNameOf('top')).toEqual({ folder: '/', name: 'top' });
  expect(secretNameOf('.hidden')).toEqual({ folder: '/', name: '_x_.hidden' });
  expect(secretNameOf('a'.repeat(256))).toBe(undefined);
});

test('labels come back from their tags, in any order and beside those of others', () => {
  const labels = fc.dictionary(fc.string({ minLength: 1, maxLength: 30 }), fc.string({ maxLength: 200 }), {
    maxKeys: 5,
  });
  fc.assert(
    fc.property(labels, fc.boolean(), (given, turned) => {
      const tags = tagsOf(given);
      if (tags === undefined) return;
      for (const tag of tags) {
        expect(tag).toMatch(/^[A-Za-z0-9:._=-]{1,130}$/);
        expect(isOwnTag(tag)).toBe(true);
      }
      const mixed = ['team:blue', ...(turned ? [...tags].reverse() : tags), 'keyferry'];
      expect(labelsOf(mixed)).toEqual(given);
    }),
  );
});

test('the marker can be read by people', () => {
  expect(tagsOf({ 'keyferry-secret': '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b' })).toEqual([
    'keyferry:keyferry-secret=0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b',
  ]);
  expect(tagsOf({ big: 'x y'.repeat(3000) })).toBe(undefined);
});

test('tags that somebody broke are no labels', () => {
  const tags = tagsOf({ note: 'a longer text with spaces'.repeat(8) }) ?? [];
  expect(tags.length).toBeGreaterThan(1);
  expect(labelsOf(tags.slice(1))).toEqual({});
  expect(labelsOf(['keyferry::0.1:bm9uc2Vuc2U', 'keyferry::0.999999999:YQ'])).toEqual({});
});
