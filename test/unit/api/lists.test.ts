import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Cursor, decodeCursor, encodeCursor, pageOf, pageQuery } from '../../../src/api/lists.ts';

const ID = '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11';
const refused = expect.objectContaining({
  code: 'invalid_input',
  fields: [expect.objectContaining({ pointer: '/query/cursor' })],
});

test('a cursor comes back as it was made, for its sort only', () => {
  for (const cursor of [
    { sort: 'id', id: ID },
    { sort: 'name', key: 'übung "x"', id: ID },
  ] satisfies Cursor[]) {
    const text = encodeCursor(cursor);
    expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(decodeCursor(text, cursor.sort)).toEqual(cursor);
    expect(() => decodeCursor(text, 'created')).toThrow(refused);
  }
  expect(decodeCursor(undefined, 'id')).toBeUndefined();
});

test('anything that was not made here is refused', () => {
  const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const text of [
    '',
    'x',
    '%%%',
    forged(null),
    forged({ s: 'id', i: "' or 1=1" }),
    forged({ s: 'id', i: ID, more: 1 }),
    forged({ s: 'id', k: 5, i: ID }),
  ]) {
    expect(() => decodeCursor(text, 'id'), text).toThrow(refused);
  }
});

test('limits are 1 to 200, 50 by default', () => {
  const query = z.strictObject(pageQuery);
  expect(query.parse({}).limit).toBe(50);
  expect(query.parse({ limit: '1' }).limit).toBe(1);
  expect(query.parse({ limit: '200' }).limit).toBe(200);
  for (const limit of ['0', '201', '999', '-1', '1.5', '1e2', ' 5', 'all', '']) {
    expect(query.safeParse({ limit }).success, limit).toBe(false);
  }
});

test('a page ends with a cursor only when more follows', () => {
  const cursorOf = (id: string) => ({ sort: 'id', id });
  expect(pageOf([], 2, cursorOf)).toEqual({ items: [], nextCursor: null });
  expect(pageOf(['a', 'b'], 2, cursorOf)).toEqual({ items: ['a', 'b'], nextCursor: null });
  expect(pageOf(['a', ID, 'c'], 2, cursorOf)).toEqual({
    items: ['a', ID],
    nextCursor: encodeCursor({ sort: 'id', id: ID }),
  });
});
