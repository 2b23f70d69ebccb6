import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createSchema } from 'zod-openapi';
import { SecretValue } from '../../../../adapters/secret-value.ts';
import { payloadSchema, toPayloadOutput, toSecretFields } from '../../../../src/secrets/payload/payload-input.ts';
import { isFieldName } from '../../../../src/secrets/payload/payload-type.ts';

const issuesOf = (given: unknown) => payloadSchema.safeParse(given).error?.issues ?? [];
const read = (given: unknown) => toSecretFields(payloadSchema.parse(given));

test('takes text and base64', () => {
  const fields = read({ username: 'Jürgen 🔑', blob: { base64: '/wAB' }, empty: '', none: { base64: '' } });
  expect([...fields.keys()]).toEqual(['username', 'blob', 'empty', 'none']);
  expect(fields.get('username')?.revealText()).toBe('Jürgen 🔑');
  expect(fields.get('blob')?.reveal()).toEqual(Uint8Array.of(255, 0, 1));
  expect(fields.get('empty')?.size).toBe(0);
  expect(fields.get('none')?.size).toBe(0);
});

test('names that every object has are ordinary names', () => {
  const fields = read(JSON.parse('{"constructor":"a","toString":"b","hasOwnProperty":"c"}'));
  expect([...fields].map(([name, value]) => [name, value.revealText()])).toEqual([
    ['constructor', 'a'],
    ['toString', 'b'],
    ['hasOwnProperty', 'c'],
  ]);
  expect(toPayloadOutput(fields).constructor).toBe('a');
  expect(toPayloadOutput(new Map()).toString).toBeUndefined();
});

test('__proto__ is refused, not dropped', () => {
  expect(issuesOf(JSON.parse('{"value":"a","__proto__":"b"}'))).toMatchObject([{ path: [], code: 'custom' }]);
  expect(issuesOf(JSON.parse('{"value":{"base64":"AAAA","__proto__":"b"}}'))).toMatchObject([{ path: ['value'] }]);
});

test.each([
  ['no object', 'text'],
  ['null', null],
  ['nothing', undefined],
  ['an array', ['a']],
  ['an instance', new Date()],
  ['no field', {}],
  ['a name with a space', { 'a b': 'x' }],
  ['an empty name', { '': 'x' }],
  ['a name that begins with a digit', { '1a': 'x' }],
  ['a path', { '../a': 'x' }],
  ['a long name', { ['a'.repeat(129)]: 'x' }],
  ['a name outside ASCII', { é: 'x' }],
  ['257 fields', Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`f${i}`, 'x']))],
])('refuses %s as a whole', (_, given) => {
  expect(issuesOf(given)).toMatchObject([{ path: [], message: expect.stringMatching(/^expected /) }]);
});

test('takes 256 fields and names of 128 characters', () => {
  expect(read(Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`f${i}`, 'x']))).size).toBe(256);
  expect(read({ ['a'.repeat(128)]: 'x' }).size).toBe(1);
});

test.each([
  ['a number', 1],
  ['null', null],
  ['an array', ['x']],
  ['a nested object', { a: 'x' }],
  ['two keys', { base64: 'AAAA', text: 'x' }],
  ['base64 that is no text', { base64: 1 }],
  ['base64 without padding', { base64: 'AA' }],
  ['base64 of URLs', { base64: '_-_-' }],
  ['base64 with a line break', { base64: 'AAAA\n' }],
  ['base64 with spare bits', { base64: 'AB==' }],
  ['half a surrogate pair', 'a\ud800b'],
])('refuses %s as a field, and names every such field', (_, value) => {
  expect(issuesOf({ good: 'x', a: value, b: value }).map(({ path }) => path)).toEqual([['a'], ['b']]);
});

test('issues point into the body and never hold the input', () => {
  const schema = z.object({ payload: payloadSchema });
  const result = schema.safeParse({ payload: { value: { base64: 'canary-5d1f' } } });
  expect(result.error?.issues.map(({ path }) => path)).toEqual([['payload', 'value']]);
  expect(JSON.stringify(result.error)).not.toContain('canary-5d1f');
});

test('any payload comes back as it went out', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/).filter(isFieldName);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  );
  const payload = fc.uniqueArray(fc.tuple(name, bytes), { minLength: 1, maxLength: 8, selector: ([key]) => key });
  fc.assert(
    fc.property(payload, (entries) => {
      const fields = new Map(entries.map(([key, value]) => [key, SecretValue.fromBytes(value)]));
      const again = read(JSON.parse(JSON.stringify(toPayloadOutput(fields))));
      expect([...again.keys()].sort()).toEqual([...fields.keys()].sort());
      for (const [key, value] of fields) expect(again.get(key)?.equals(value)).toBe(true);
    }),
  );
});

test('shows text as text and other bytes as base64', () => {
  const fields = new Map([
    ['text', SecretValue.fromText('\ufeffä\0\n')],
    ['bytes', SecretValue.fromBytes(Uint8Array.of(0xff))],
  ]);
  expect({ ...toPayloadOutput(fields) }).toEqual({ text: '\ufeffä\0\n', bytes: { base64: '/w==' } });
});

test('OpenAPI shows the shape of a payload', () => {
  const { schema } = createSchema(payloadSchema, { io: 'input' });
  expect(schema).toMatchObject({ type: 'object', maxProperties: 256, additionalProperties: { oneOf: [{}, {}] } });
});
