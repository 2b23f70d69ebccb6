import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathOfSecretId, secretIdOf } from '../../../../adapters/gcp-secret-manager/secret-names.ts';
import { crc32c } from '../../../../adapters/lib/crc32c.ts';
import { isEntryPath } from '../../../../adapters/lib/safe-path.ts';

test.each([
  ['DB_PASSWORD', 'DB_PASSWORD'],
  ['acme/billing/db-password', 'acme__billing__db-password'],
  ['v1.2', 'v1_-d2'],
  ['a_/b', 'a_-u__b'],
  ['a/_b', 'a___b'],
  ['a__b', 'a_-u_b'],
  ['_', '_'],
  ['_.', '_-u_-d'],
  ['_-d', '_-u-d'],
  ['_-x', '_-x'],
])('%s is the secret %s', (path, id) => {
  expect(secretIdOf(path, 'test')).toBe(id);
  expect(pathOfSecretId(id)).toBe(path);
});

test.each(['__', 'a__', '__a', 'a____b', 'a_-ub', '_-d', 'x_-d_-d', 'a___'])('no path is the secret %s', (id) => {
  const path = pathOfSecretId(id);
  if (path !== undefined) expect(secretIdOf(path, 'test')).toBe(id);
  else expect(path).toBeUndefined();
});

const character = fc.constantFrom(...'ab0-__..//dux');

test('every path comes back, and no two share a secret', () => {
  fc.assert(
    fc.property(fc.string({ unit: character, minLength: 1, maxLength: 40 }).filter(isEntryPath), (path) => {
      const id = secretIdOf(path, 'test');
      expect(id).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
      expect(pathOfSecretId(id)).toBe(path);
    }),
    { numRuns: 3_000 },
  );
});

test('a secret that is listed is the one that its path reaches', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab_-du'), minLength: 1, maxLength: 20 }), (id) => {
      const path = pathOfSecretId(id);
      if (path !== undefined) expect(secretIdOf(path, 'test')).toBe(id);
    }),
    { numRuns: 3_000 },
  );
});

test('a path whose secret would be too long is refused', () => {
  expect(secretIdOf('n'.repeat(255), 'test')).toHaveLength(255);
  expect(() => secretIdOf('n'.repeat(256), 'write')).toThrow('write: invalid_argument');
  expect(() => secretIdOf('.n'.repeat(100), 'write')).toThrow('write: invalid_argument');
});

/** RFC 3720, appendix B.4, and the check value of CRC-32C. */
test.each([
  [Buffer.alloc(32), 0x8a9136aa],
  [Buffer.alloc(32, 0xff), 0x62a8ab43],
  [Buffer.from('123456789'), 0xe3069283],
  [Buffer.alloc(0), 0],
])('the checksum of %j', (bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum);
});
