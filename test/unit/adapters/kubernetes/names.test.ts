import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DATA_KEY,
  dataKeyOf,
  pathOfDataKey,
  pathOfSecretName,
  SUBDOMAIN,
  secretNameOf,
} from '../../../../adapters/kubernetes/names.ts';
import { isEntryPath } from '../../../../adapters/lib/safe-path.ts';

/** Few signs, so that every neighbourhood of an escape is met. */
const paths = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'Z', '0', '9', '-', '_', '.'), minLength: 1, maxLength: 7 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((segments) => segments.join('/'))
  .filter(isEntryPath);

test('a path has one name that Kubernetes can hold, and comes back from it', () => {
  fc.assert(
    fc.property(paths, (path) => {
      const name = secretNameOf(path) ?? '';
      expect(name).toMatch(SUBDOMAIN);
      expect(pathOfSecretName(name)).toBe(path);
    }),
    { numRuns: 2000 },
  );
});

test('a path has one data key, or none where it would begin with two dots', () => {
  fc.assert(
    fc.property(paths, (path) => {
      const key = dataKeyOf(path);
      expect(key === undefined).toBe(path.startsWith('..'));
      if (key === undefined) return;
      expect(key).toMatch(DATA_KEY);
      expect(pathOfDataKey(key)).toBe(path);
    }),
    { numRuns: 2000 },
  );
});

test('a name of somebody else is a path of exactly that name, or none', () => {
  const names = fc.string({
    unit: fc.constantFrom('a', 'z', '0', '1', '9', '-', '.', '_'),
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(names, (name) => {
      const path = pathOfSecretName(name);
      if (path !== undefined) expect(secretNameOf(path)).toBe(name);
      const keyed = pathOfDataKey(name);
      if (keyed !== undefined) expect(dataKeyOf(keyed)).toBe(name);
    }),
    { numRuns: 2000 },
  );
});

test('plain names stay readable', () => {
  expect(secretNameOf('team/app/db-password')).toBe('team.app.db-password');
  expect(secretNameOf('app/API_KEY')).toBe('app.0--a--p--i--0--k--e--y');
  expect(dataKeyOf('team/DATABASE_URL')).toBe('team__DATABASE_URL');
  expect(pathOfSecretName('postgres.credentials')).toBe('postgres/credentials');
});

test('what is too long for a name has none', () => {
  expect(secretNameOf('a'.repeat(253))).toBe('a'.repeat(253));
  expect(secretNameOf('a'.repeat(254))).toBe(undefined);
  expect(secretNameOf('A'.repeat(100))).toBe(undefined);
  expect(dataKeyOf('a'.repeat(254))).toBe(undefined);
});
