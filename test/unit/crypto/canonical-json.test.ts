import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../../src/crypto/canonical-json.ts';
import { lengthPrefixed } from '../../../src/crypto/length-prefixed.ts';

test('keys are sorted at every depth, undefined is left out, order of lists stays', () => {
  const value = { b: [3, { d: null, c: true }], a: 'x', gone: undefined };
  expect(canonicalJson(value)).toBe('{"a":"x","b":[3,{"c":true,"d":null}]}');
});

test('numbers that would lose something are refused', () => {
  for (const number of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    expect(() => canonicalJson({ number })).toThrow(TypeError);
  }
  expect(canonicalJson([0, -1, 2 ** 53 - 1])).toBe('[0,-1,9007199254740991]');
});

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test('it is JSON that says the same', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('equal records give equal text whatever the order of their keys, different ones do not', () => {
  const reversed = (value: Json): Json => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(reversed);
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, member]) => [key, member === undefined ? undefined : reversed(member)]),
    );
  };
  fc.assert(
    fc.property(json, json, (one, other) => {
      expect(canonicalJson(reversed(one))).toBe(canonicalJson(one));
      const equal = JSON.stringify(JSON.parse(canonicalJson(one))) === JSON.stringify(JSON.parse(canonicalJson(other)));
      expect(canonicalJson(one) === canonicalJson(other)).toBe(equal);
    }),
  );
});

test('no two lists of parts give the same bytes', () => {
  const part = fc.string({ maxLength: 5 });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), fc.array(part, { maxLength: 4 }), (one, other) => {
      const same = one.length === other.length && one.every((each, at) => each === other[at]);
      expect(lengthPrefixed(one).equals(lengthPrefixed(other))).toBe(same);
    }),
  );
});
