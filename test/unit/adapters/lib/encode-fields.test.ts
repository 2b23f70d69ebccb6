import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFields, encodeFields } from '../../../../adapters/lib/encode-fields.ts';
import { SecretValue } from '../../../../adapters/secret-value.ts';

const encode = (value: SecretValue) => encodeFields(new Map([['f', value]])).f;
const decode = (stored: unknown) => decodeFields({ f: stored }).get('f');

test('text stays text', () => {
  for (const text of ['', 'plain', 'ü🗝️', 'a\u0000b', '\ufeffbom', 'BASE64:x', ' base64:x']) {
    expect(encode(SecretValue.fromText(text))).toBe(text);
  }
});

test('what is no text, and text that looks encoded, is encoded', () => {
  expect(encode(SecretValue.fromBytes(Uint8Array.of(0xff, 0x00)))).toBe('base64:/wA=');
  expect(encode(SecretValue.fromText('base64:'))).toBe('base64:YmFzZTY0Og==');
});

test('every payload survives', () => {
  const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'));
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc.string().map((text) => Buffer.from(`base64:${text}`)),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(names, bytes)), (pairs) => {
      const fields = new Map(pairs.map(([name, value]) => [name, SecretValue.fromBytes(value)]));
      const stored: unknown = JSON.parse(JSON.stringify(encodeFields(fields)));
      const read = decodeFields(stored as Record<string, unknown>);
      expect([...read.keys()].sort()).toEqual([...fields.keys()].sort());
      for (const [name, value] of fields) expect(read.get(name)?.equals(value)).toBe(true);
    }),
  );
});

test.each(['base64:', 'base64:a', 'base64:aGVsbG8', 'base64:aGVsbG9=', 'base64:aGVs bG8=', 'base64:_-8=', 'base64:=='])(
  'text of others with an invalid body is text: %s',
  (text) => expect(decode(text)?.revealText()).toBe(text),
);

test('text of others with a valid body is bytes', () => {
  expect(decode('base64:aGVsbG8=')?.revealText()).toBe('hello');
});

test.each([
  [5, '5'],
  [true, 'true'],
  [null, 'null'],
  [{ a: [1, 'x'] }, '{"a":[1,"x"]}'],
])('what others stored as something else reads as its JSON: %j', (stored, text) => {
  expect(decode(stored)?.revealText()).toBe(text);
});
