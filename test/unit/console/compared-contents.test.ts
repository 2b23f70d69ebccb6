import { expect, test } from 'vitest';
import { contentsOf, fieldsOf, mayBeRead } from '../../../src/console/screens/secret/compared-contents.ts';

const version = (fingerprint: string | null, ...fieldNames: string[]) => ({ fingerprint, fieldNames });

test('fingerprints of one key tell whether contents are equal', () => {
  expect(contentsOf(version('k1:aa', 'x'), version('k1:aa', 'x'))).toBe('equal');
  expect(contentsOf(version('k1:aa', 'x'), version('k1:bb', 'x'))).toBe('different');
});

test('nothing is told without fingerprints, or by those of two keys, but other fields are another content', () => {
  expect(contentsOf(version(null, 'x'), version('k1:aa', 'x'))).toBe('untold');
  expect(contentsOf(version('k1:aa', 'x'), version('k2:bb', 'x'))).toBe('untold');
  expect(contentsOf(version(null, 'x'), version(null, 'x', 'y'))).toBe('different');
});

test('a whole that is equal, or that is one field, tells of its fields; another does not', () => {
  expect(fieldsOf(version('k:aa', 'x', 'y'), version('k:aa', 'y', 'x'))).toEqual([
    { name: 'x', verdict: 'equal' },
    { name: 'y', verdict: 'equal' },
  ]);
  expect(fieldsOf(version('k:aa', 'x'), version('k:bb', 'x'))).toEqual([{ name: 'x', verdict: 'different' }]);
  expect(fieldsOf(version('k:aa', 'x', 'y'), version('k:bb', 'x', 'z'))).toEqual([
    { name: 'x', verdict: 'untold' },
    { name: 'y', verdict: 'removed' },
    { name: 'z', verdict: 'added' },
  ]);
});

test('only what loses nothing by it is read to be compared', () => {
  const version = { state: 'enabled', singleAccess: false, writeOnly: false } as const;
  expect(mayBeRead(version)).toBe(true);
  expect(mayBeRead({ ...version, singleAccess: true })).toBe(false);
  expect(mayBeRead({ ...version, writeOnly: true })).toBe(false);
  expect(mayBeRead({ ...version, state: 'disabled' })).toBe(false);
});
