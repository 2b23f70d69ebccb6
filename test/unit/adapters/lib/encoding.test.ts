import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBlob, encodeBlob } from '../../../../adapters/lib/encoding.ts';
import { type SecretFields, SecretValue, sizeOfFields } from '../../../../adapters/secret-value.ts';

const fieldsOf = (entries: readonly (readonly [string, Uint8Array])[]): SecretFields =>
  new Map(entries.map(([name, bytes]) => [name, SecretValue.fromBytes(bytes)]));

const expectSame = (read: SecretFields, written: SecretFields): void => {
  expect([...read.keys()].sort()).toEqual([...written.keys()].sort());
  for (const [name, value] of written) expect(read.get(name)?.equals(value)).toBe(true);
};

test('any payload comes back from its json, which never grows beyond base64', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }).map((text) => new TextEncoder().encode(text)),
    fc.string({ unit: fc.constantFrom('\u0001', '"', '\n', 'b'), maxLength: 300 }).map((text) => Buffer.from(text)),
  );
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, bytes), { maxLength: 5 }), (entries) => {
      const fields = fieldsOf(entries);
      const blob = encodeBlob('json', fields);
      expectSame(decodeBlob('json', blob), fields);
      expect(blob.byteLength).toBeLessThanOrEqual((sizeOfFields(fields) * 4) / 3 + 2 + fields.size * 20);
    }),
  );
});

test('text stays readable unless there is more to escape than to say', () => {
  const json = (text: string) => Buffer.from(encodeBlob('json', fieldsOf([['f', Buffer.from(text)]]))).toString();
  expect(json('-----BEGIN X-----\nabc\n')).toBe('{"f":"-----BEGIN X-----\\nabc\\n"}');
  expect(json('say "hi"')).toBe('{"f":"say \\"hi\\""}');
  expect(json('\u0001'.repeat(30))).toMatch(/^\{"f":"base64:[A-Za-z0-9+/=]+"\}$/);
});
