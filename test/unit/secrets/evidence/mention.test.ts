import { expect, test } from 'vitest';
import { mentionsValue } from '../../../../src/secrets/evidence/mention.ts';
import { fieldsOf } from '../payload/support.ts';

const VALUE = 'f7Kq9#x"Zp2Lm';
const fields = fieldsOf({ username: 'shop', password: VALUE, pin: '7391', region: 'eu-1' });

test.each([
  ['as it is', VALUE],
  ['in base64', Buffer.from(VALUE).toString('base64')],
  ['in base64url', Buffer.from(VALUE).toString('base64url')],
  ['in hex', Buffer.from(VALUE).toString('hex')],
  ['in a URL', encodeURIComponent(VALUE)],
  ['in JSON', JSON.stringify(VALUE)],
])('a text that holds a value %s', (_, form) => {
  expect(mentionsValue(`it is ${form}!`, fields, 'fair')).toBe(true);
  expect(mentionsValue(form, fields, 'low')).toBe(true);
});

test('short and weak ones count as whole words, and only for those who know them anyway', () => {
  expect(mentionsValue('the pin is 7391.', fields, 'low')).toBe(true);
  expect(mentionsValue('order 173914', fields, 'low')).toBe(false);
  expect(mentionsValue('the pin is 7391.', fields, 'fair')).toBe(false);
});

test('what stands beside a secret may be named', () => {
  expect(mentionsValue('new password of shop in eu-1, please', fields, 'low')).toBe(false);
  expect(mentionsValue('', fields, 'low')).toBe(false);
});
