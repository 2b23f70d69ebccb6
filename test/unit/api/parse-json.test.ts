import { expect, test } from 'vitest';
import { JSON_LIMITS, parseBoundedJson } from '../../../src/api/parse-json.ts';

const parse = (text: string) => parseBoundedJson(Buffer.from(text));
const codeOf = (text: string | Buffer) => {
  try {
    parseBoundedJson(Buffer.from(text));
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('JSON comes out as it was written', () => {
  const document = {
    text: 'a "quoted" \\ {[:,]} 12345678901234567890 ✓',
    list: [1, -2.5, 1e3, true, null],
    nested: { 'k:1': '' },
  };
  expect(parse(JSON.stringify(document))).toEqual(document);
  expect(parse(JSON.stringify(document, null, 2))).toEqual(document);
});

test('depth is bounded before anything is built', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(codeOf(nested(JSON_LIMITS.depth))).toBe('accepted');
  expect(codeOf(nested(JSON_LIMITS.depth + 1))).toBe('payload_too_large');
  expect(codeOf(nested(10_000))).toBe('payload_too_large');
  expect(codeOf('{"a":'.repeat(10_000))).toBe('payload_too_large');
});

test('members and items are bounded in all', () => {
  const members = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 0])));
  expect(codeOf(members(JSON_LIMITS.members))).toBe('accepted');
  expect(codeOf(members(JSON_LIMITS.members + 1))).toBe('payload_too_large');
  expect(codeOf(members(1_000_000))).toBe('payload_too_large');
  expect(codeOf(`[${'0,'.repeat(JSON_LIMITS.items)}0]`)).toBe('accepted');
  expect(codeOf(`[${'0,'.repeat(JSON_LIMITS.items + 1)}0]`)).toBe('payload_too_large');
});

test('what looks like structure inside a string does not count', () => {
  expect(codeOf(JSON.stringify({ text: '{[:,'.repeat(20_000) }))).toBe('accepted');
  expect(codeOf(JSON.stringify({ text: '\\"[[[['.repeat(20_000) }))).toBe('accepted');
});

test('numbers beyond 2^53 are refused, however they are written', () => {
  expect(codeOf('9007199254740991')).toBe('accepted');
  expect(codeOf('-9007199254740991')).toBe('accepted');
  for (const number of [
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '1e16',
    '1E400',
    '9'.repeat(400),
  ]) {
    expect(codeOf(`{"n":${number}}`), number).toBe('invalid_input');
    expect(codeOf(`{"n":"${number}"}`), number).toBe('accepted');
  }
});

test('the member name __proto__ is refused in every spelling', () => {
  for (const name of ['"__proto__"', '"\\u005f_proto__"', '"__proto\\u005F_"', '"__proto__" ']) {
    expect(codeOf(`{${name}:{"admin":true}}`), name).toBe('invalid_input');
  }
  expect(codeOf('{"a":"__proto__","proto":1}')).toBe('accepted');
});

test('malformed JSON is refused in fixed words', () => {
  for (const text of [
    '',
    '{',
    '{"a":1,}',
    "{'a':1}",
    '[1 2]',
    'nul',
    '"\n"',
    '{"CANARY-4711":',
    '{"a":CANARY-4711}',
    '01',
    '--1',
    '1.e',
  ]) {
    expect(codeOf(text), text).toBe('malformed_json');
    expect(() => parse(text)).toThrow('The body is not well-formed JSON in UTF-8.');
  }
  expect(codeOf(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toBe('malformed_json');
});
