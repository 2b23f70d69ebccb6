import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { sizeOfFields } from '../../../adapters/secret-value.ts';
import type { Family } from '../family.ts';
import { law } from '../law.ts';
import { call, fieldsOf, vaultError } from '../suite.ts';

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const VALUES: Readonly<Record<string, string | Uint8Array>> = {
  empty: '',
  text: 'plain',
  emoji: 'naïve 🗝️ 鍵',
  lines: 'one\r\ntwo\n\nthree\n',
  spaces: '  \t padded \t  ',
  nul: 'before\u0000after',
  controls: '\u0001\u0008\u001b[31m\u007f\u0085\u2028\u2029',
  markup: '<a href="x">&amp;</a> \\ / \' "',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the value that must come back
  template: '{{value}} ${value} {{{value}}} %s',
  bom: '\ufefftext',
  composed: '\u00e9 \u0065\u0301',
  number: '0123',
  json: '{"a":[1,null]}',
  marked: 'base64:aGVsbG8=',
  'almost-marked': 'base64:not base64',
  'twice-marked': 'base64:YmFzZTY0OmE=',
  'just-marked': 'base64:',
  'every-byte': EVERY_BYTE,
  'half-a-character': Uint8Array.of(0xf0, 0x9f),
  surrogate: Uint8Array.of(0xed, 0xa0, 0x80),
  overlong: Uint8Array.of(0xc0, 0x80),
  'utf-16': Uint8Array.of(0xff, 0xfe, 0x61, 0x00),
};

export const testValues: Family = (suite, capabilities) => {
  law('a read returns exactly the bytes that were written', async () => {
    const path = suite.freshPath();
    await suite.write(path, fieldsOf(VALUES));
    const { fields } = await suite.adapter.read(path, call());
    expect([...fields.keys()].sort()).toEqual(Object.keys(VALUES).sort());
    for (const [name, value] of fieldsOf(VALUES)) expect([name, fields.get(name)?.equals(value)]).toEqual([name, true]);
  });

  law('random bytes survive', async () => {
    const path = suite.freshPath();
    const fields = fieldsOf(Object.fromEntries([1, 3, 17, 1000].map((size) => [`f${size}`, randomBytes(size)])));
    await suite.write(path, fields);
    const read = await suite.adapter.read(path, call());
    for (const [name, value] of fields) expect(read.fields.get(name)?.equals(value)).toBe(true);
  });

  const largest = (filler: Uint8Array) => {
    const size = capabilities.maxBytes - 'value'.length;
    return fieldsOf({ value: Uint8Array.from({ length: size }, (_, index) => filler[index % filler.length] ?? 0) });
  };

  const fillers: readonly (readonly [string, Uint8Array])[] = [
    ['letters', Buffer.from('abc')],
    ['bytes that are no text', EVERY_BYTE],
    ['characters that JSON escapes', Uint8Array.of(1, 60, 34)],
  ];
  for (const [name, filler] of fillers) {
    law(`the largest payload fits: ${name}`, () => fits(filler));
  }

  const fits = async (filler: Uint8Array) => {
    const path = suite.freshPath();
    const fields = largest(filler);
    expect(sizeOfFields(fields)).toBe(capabilities.maxBytes);
    await suite.write(path, fields);
    const value = [...fields.values()][0];
    const read = (await suite.adapter.read(path, call())).fields.get('value');
    expect(read && value?.equals(read)).toBe(true);
  };

  law('one byte more is too_large and changes nothing', async () => {
    const path = suite.freshPath();
    const tooMuch = fieldsOf({ value: new Uint8Array(capabilities.maxBytes - 'value'.length + 1) });
    expect(await vaultError(suite.write(path, tooMuch))).toMatchObject({ code: 'too_large', maybeApplied: false });
    expect((await vaultError(suite.adapter.head(path, call()))).code).toBe('not_found');
  });

  law('an entry may have no field at all', async () => {
    const path = suite.freshPath();
    await suite.write(path, fieldsOf({}));
    expect((await suite.adapter.read(path, call())).fields.size).toBe(0);
  });
};
