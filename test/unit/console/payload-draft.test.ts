import { describe, expect, test } from 'vitest';
import { generateKey, generatePassword } from '../../../src/console/payload/generate.ts';
import {
  draftOf,
  formatOf,
  payloadOf,
  readFile,
  repeatedName,
  startDraft,
} from '../../../src/console/payload/payload-draft.ts';
import { foldersIn, trail } from '../../../src/console/screens/secrets/folder-tree.ts';

describe('a content as it is written', () => {
  test('optional fields that were left empty are left out, required ones are not', () => {
    expect(payloadOf(startDraft('private_key'), 'private_key')).toEqual({ value: '' });
    expect(payloadOf(startDraft('key_store'), 'key_store')).toEqual({ value: '', password: '', format: 'pkcs12' });
  });

  test('what is there now comes back as it was, bytes as well', () => {
    const payload = { token: 'text', blob: { base64: '/v8=' } };
    expect(payloadOf(draftOf(payload, 'key_value'), 'key_value')).toEqual(payload);
  });

  test('two fields of one name are noticed', () => {
    expect(repeatedName(startDraft('key_value', ['a', 'b', 'a']))).toBe('a');
    expect(repeatedName(startDraft('key_value', ['a', 'b']))).toBeUndefined();
  });

  test('a file is text where it is text, else bytes; a key store is base64 in any case', async () => {
    expect(await readFile(new File(['grün'], 'a.txt'), false)).toEqual({ text: 'grün', file: 'a.txt' });
    const jks = new File([new Uint8Array([0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2])], 'a.jks');
    expect(await readFile(jks, false)).toEqual({ text: '/u3+7QAAAAI=', bytes: true, file: 'a.jks' });
    const read = await readFile(jks, true);
    expect(read).toEqual({ text: '/u3+7QAAAAI=', file: 'a.jks' });
    expect([formatOf(read.text), formatOf('MIIKZwIBAzCC')]).toEqual(['jks', 'pkcs12']);
  });

  test('what is generated is long and never the same', () => {
    const made = Array.from({ length: 100 }, generatePassword);
    expect(new Set(made).size).toBe(100);
    for (const each of made) expect(each).toMatch(/^[A-Za-z0-9\-_.~+*]{32}$/);
    expect(Buffer.from(generateKey(), 'base64').length).toBe(32);
  });
});

describe('folders', () => {
  test('those right below, with what lies in them and deeper', () => {
    const paths = ['', 'pay', 'pay/prod', 'pay/prod/eu', 'payments', 'mail'];
    expect(foldersIn('', paths)).toEqual([
      { name: 'mail', path: 'mail', count: 1 },
      { name: 'pay', path: 'pay', count: 3 },
      { name: 'payments', path: 'payments', count: 1 },
    ]);
    expect(foldersIn('pay', paths)).toEqual([{ name: 'prod', path: 'pay/prod', count: 2 }]);
  });

  test('the way there', () => {
    expect(trail('')).toEqual([]);
    expect(trail('a/b').map(({ path }) => path)).toEqual(['a', 'a/b']);
  });
});
