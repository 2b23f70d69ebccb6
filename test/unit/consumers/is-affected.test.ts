import { expect, test } from 'vitest';
import { isAffected, mayAffect, takesAway } from '../../../src/consumers/is-affected.ts';

test.each([
  ['latest', 'update', undefined, true],
  ['latest_enabled', 'rollback', undefined, true],
  ['3', 'update', undefined, false],
  ['3', 'accept_source', undefined, false],
  ['3', 'delete', undefined, true],
  ['latest', 'rename', undefined, true],
  ['3', 'destroy_version', 3, true],
  ['3', 'destroy_version', 2, false],
  ['latest', 'destroy_version', 3, false],
  ['latest_enabled', 'disable_version', 3, true],
  ['3', 'enable_version', 3, true],
  ['2', 'disable_version', 3, false],
  ['latest', 'edit_metadata', undefined, false],
  ['latest', 'add_target', undefined, false],
] as const)('a reader of %s, when %s happens to version %s: %s', (selector, operation, version, expected) => {
  expect(isAffected(selector, { operation, version })).toBe(expected);
});

test('what takes something away is told as well', () => {
  for (const operation of ['delete', 'destroy', 'destroy_version', 'rename'] as const) {
    expect([operation, takesAway(operation), mayAffect(operation)]).toEqual([operation, true, true]);
  }
  expect([takesAway('update'), mayAffect('update')]).toEqual([false, true]);
  expect([takesAway('edit_metadata'), mayAffect('edit_metadata')]).toEqual([false, false]);
});
