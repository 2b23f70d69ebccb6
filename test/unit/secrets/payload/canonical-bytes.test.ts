import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SecretFields, SecretValue } from '../../../../adapters/secret-value.ts';
import { canonicalBytes, parseCanonicalBytes } from '../../../../src/secrets/payload/canonical-bytes.ts';
import { fieldsOf } from './support.ts';

const anyFields = fc
  .uniqueArray(fc.tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.uint8Array({ maxLength: 12 })), {
    maxLength: 6,
    selector: ([name]) => name,
  })
  .map((entries): SecretFields => new Map(entries.map(([name, value]) => [name, SecretValue.fromBytes(value)])));

const plain = (fields: SecretFields) =>
  Object.fromEntries([...fields].map(([name, value]) => [`=${name}`, Buffer.from(value.reveal()).toString('hex')]));

test('the format, byte by byte', () => {
  expect(canonicalBytes(fieldsOf({ b: Uint8Array.of(255), a: '' })).toString('hex')).toBe(
    ['01', '00000002', '00000001', '61', '00000000', '00000001', '62', '00000001', 'ff'].join(''),
  );
  expect(canonicalBytes(new Map()).toString('hex')).toBe('0100000000');
});

test('names are ordered by UTF-16 code units, not by code points', () => {
  const bytes = canonicalBytes(fieldsOf({ '\uff5e': '', '\u{1f511}': '', z: '' }));
  expect([...parseCanonicalBytes(bytes).keys()]).toEqual(['z', '\u{1f511}', '\uff5e']);
});

test('what was written is read', () => {
  fc.assert(
    fc.property(anyFields, (fields) => {
      expect(plain(parseCanonicalBytes(canonicalBytes(fields)))).toEqual(plain(fields));
    }),
  );
});

test('order of the fields does not matter', () => {
  fc.assert(
    fc.property(anyFields, (fields) => {
      const reversed = new Map([...fields].reverse());
      expect(canonicalBytes(reversed).equals(canonicalBytes(fields))).toBe(true);
    }),
  );
});

test('different payloads have different bytes', () => {
  const same = (a: SecretFields, b: SecretFields) => {
    const [left, right] = [plain(a), plain(b)];
    const names = Object.keys(left);
    return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
  };
  fc.assert(
    fc.property(anyFields, anyFields, (a, b) => {
      expect(canonicalBytes(a).equals(canonicalBytes(b))).toBe(same(a, b));
    }),
    { numRuns: 500 },
  );
  const shifted: [Record<string, string>, Record<string, string>][] = [
    [{ ab: 'c' }, { a: 'bc' }],
    [{ a: 'b', c: 'd' }, { a: 'bcd' }],
    [{ a: '' }, {}],
    [{ a: '\u00e9' }, { a: 'e\u0301' }],
  ];
  for (const [a, b] of shifted) expect(canonicalBytes(fieldsOf(a)).equals(canonicalBytes(fieldsOf(b)))).toBe(false);
});

test('bytes that are accepted are exactly those that would be written', () => {
  const mutated = fc.tuple(anyFields, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([fields, at, byte]) => {
    const bytes = canonicalBytes(fields);
    bytes[at % bytes.length] = byte;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 40 })), (bytes) => {
      let fields: SecretFields;
      try {
        fields = parseCanonicalBytes(bytes);
      } catch (error) {
        expect((error as Error).message).toMatch(/^canonical bytes: /);
        return;
      }
      expect(canonicalBytes(fields).equals(bytes)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('every truncation and every byte behind the end is refused', () => {
  const bytes = canonicalBytes(fieldsOf({ a: 'one', b: 'two' }));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => parseCanonicalBytes(bytes.subarray(0, length))).toThrow('canonical bytes: truncated');
  }
  expect(() => parseCanonicalBytes(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(
    'canonical bytes: bytes behind the end',
  );
});

test.each([
  ['another format', '0200000000', 'unknown format'],
  ['a repeated name', '0100000002000000016100000000000000016100000000', 'names out of order'],
  ['names in the wrong order', '0100000002000000016200000000000000016100000000', 'names out of order'],
  ['a name that is not UTF-8', '010000000100000001ff00000000', 'a name is not UTF-8'],
  ['a huge count', '01ffffffff', 'truncated'],
  ['a huge length', '0100000001ffffffff61', 'truncated'],
])('refuses %s', (_, hex, reason) => {
  expect(() => parseCanonicalBytes(Buffer.from(hex, 'hex'))).toThrow(`canonical bytes: ${reason}`);
});

test('a name that UTF-8 cannot hold is refused, because two such names would look alike', () => {
  expect(() => canonicalBytes(fieldsOf({ 'a\ud800': 'x' }))).toThrow('not well-formed');
});

test('the values read do not share memory with the bytes', () => {
  const bytes = canonicalBytes(fieldsOf({ a: 'one' }));
  const fields = parseCanonicalBytes(bytes);
  bytes.fill(0);
  expect(fields.get('a')?.revealText()).toBe('one');
});
