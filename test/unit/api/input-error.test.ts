import { expect, test } from 'vitest';
import { z } from 'zod';
import { inputError } from '../../../src/api/input-error.ts';

const CANARY = 'CANARY-hunter2';

const schema = z.strictObject({
  name: z.string().min(3).max(5),
  slug: z.string().regex(/^[a-z]+$/),
  id: z.uuid(),
  kind: z.enum(['a', 'b']),
  exact: z.literal('x'),
  count: z.int().min(1).max(10),
  step: z.number().multipleOf(5),
  tags: z.array(z.string()).max(2),
  fields: z.record(z.string().regex(/^[a-z]+$/), z.string()),
  either: z.union([z.number(), z.boolean()]),
  shape: z.discriminatedUnion('type', [z.object({ type: z.literal('one') }), z.object({ type: z.literal('two') })]),
  checked: z.string().refine(() => false, { params: { expected: 'a valid PEM' } }),
});

const problemsOf = (input: unknown, base = '') => {
  const result = schema.safeParse(input);
  if (result.success) throw new Error('accepted');
  return inputError(result.error, base);
};

test('says what was expected where, never what was given', () => {
  const error = problemsOf({
    name: CANARY,
    slug: CANARY,
    id: CANARY,
    kind: CANARY,
    exact: CANARY,
    count: 11,
    step: 7,
    tags: [CANARY, CANARY, CANARY],
    fields: { [`${CANARY} `]: CANARY },
    either: CANARY,
    shape: { type: CANARY },
    checked: CANARY,
    extra: CANARY,
    [`${CANARY} with spaces`]: 1,
  });
  expect(error.fields).toEqual([
    { pointer: '/name', expected: 'at most 5 characters' },
    { pointer: '/slug', expected: 'text like /^[a-z]+$/' },
    { pointer: '/id', expected: 'a uuid' },
    { pointer: '/kind', expected: 'one of a, b' },
    { pointer: '/exact', expected: 'x' },
    { pointer: '/count', expected: 'at most 10' },
    { pointer: '/step', expected: 'a multiple of 5' },
    { pointer: '/tags', expected: 'at most 2 items' },
    { pointer: '/fields/*', expected: 'a valid name' },
    { pointer: '/either', expected: 'one of the documented forms' },
    { pointer: '/shape/type', expected: 'one of the documented forms' },
    { pointer: '/checked', expected: 'a valid PEM' },
    { pointer: '/extra', expected: 'no such field' },
    { pointer: '/*', expected: 'no such field' },
  ]);
  expect(JSON.stringify([error.message, error.fields, error.facts])).not.toContain(CANARY);
});

test('wrong types and missing fields name the type', () => {
  const error = problemsOf({ name: 5 }, '/query');
  expect(error.fields).toContainEqual({ pointer: '/query/name', expected: 'string' });
  expect(error.fields).toContainEqual({ pointer: '/query/tags', expected: 'array' });
  expect(problemsOf('text').fields).toEqual([{ pointer: '', expected: 'object' }]);
});

test('a flood of problems is cut', () => {
  const result = z.array(z.string()).safeParse(Array(5_000).fill(0));
  if (result.success) throw new Error('accepted');
  expect(inputError(result.error).fields).toHaveLength(20);
});
