import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createKeyring, KEY_PURPOSES, parseMasterKeys } from '../../../src/crypto/keyring.ts';

const bytes = randomBytes(32);
const base64 = bytes.toString('base64');

test('a bare key in base64 or hex is k1', () => {
  for (const text of [base64, base64.replace('=', ''), bytes.toString('hex'), ` ${base64} `]) {
    expect(parseMasterKeys(text)).toEqual([{ id: 'k1', bytes }]);
  }
});

test('several keys keep their order and ids', () => {
  const other = randomBytes(32);
  const keys = parseMasterKeys(`new-2027:${base64}, old:${other.toString('hex')}`);
  expect(keys).toEqual([
    { id: 'new-2027', bytes },
    { id: 'old', bytes: other },
  ]);
  expect(createKeyring(keys)).toMatchObject({ activeKeyId: 'new-2027', keyIds: ['new-2027', 'old'] });
});

const bad: [string, string][] = [
  ['nothing', ''],
  ['a short key', randomBytes(31).toString('base64')],
  ['a long key', randomBytes(33).toString('base64')],
  ['a truncated key', base64.slice(0, 40)],
  ['a truncated hex key', bytes.toString('hex').slice(0, 62)],
  ['something behind the key', `${base64}AAAA`],
  ['characters that are no base64', `${base64.slice(0, 10)}!?${base64.slice(10)}`],
  ['a key of zeros', Buffer.alloc(32).toString('base64')],
  ['an id in capitals', `K1:${base64}`],
  ['an empty id', `:${base64}`],
  ['an id that is too long', `${'k'.repeat(33)}:${base64}`],
  ['an id twice', `k1:${base64},k1:${randomBytes(32).toString('base64')}`],
  ['an empty part', `k1:${base64},`],
];
test.each(bad)('%s is refused, without showing what was given', (_, text) => {
  try {
    parseMasterKeys(text);
    expect.unreachable();
  } catch (error) {
    expect(String(error)).toMatch(/^Error: master key/);
    expect(String(error)).not.toContain(base64.slice(0, 10));
  }
});

test('a ring needs a key', () => {
  expect(() => createKeyring([])).toThrow('master key');
});

test('every purpose, organization and master key has a key of its own', () => {
  const keyring = createKeyring([
    { id: 'k1', bytes },
    { id: 'k2', bytes: randomBytes(32) },
  ]);
  const keys = KEY_PURPOSES.flatMap((purpose) =>
    ['o1', 'o2'].flatMap((organization) =>
      ['k1', 'k2'].map((id) => keyring.derive(purpose, organization, id).toString('hex')),
    ),
  );
  expect(new Set(keys).size).toBe(KEY_PURPOSES.length * 4);
  expect(keyring.derive('audit', 'o1')).toEqual(keyring.derive('audit', 'o1', 'k1'));
  expect(keyring.derive('audit', 'o1')).toEqual(createKeyring([{ id: 'k1', bytes }]).derive('audit', 'o1'));
  expect(() => keyring.derive('audit', 'o1', 'k3')).toThrow('k3');
});
