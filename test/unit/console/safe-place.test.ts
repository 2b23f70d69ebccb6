import { expect, test } from 'vitest';
import { safePlace } from '../../../src/console/screens/sign-in/safe-place.ts';

const HERE = 'https://keyferry.example.com';

test.each(['/console', '/console/inbox?show=all', '/admin/queues', '/admin/queues/queue/keyferry'])(
  'after signing in it goes to %s',
  (place) => {
    expect(safePlace(place, HERE)).toBe(place);
  },
);

test.each([
  undefined,
  '',
  '/',
  '//evil.example/console',
  '/\\evil.example/console',
  'https://evil.example/console',
  'javascript:alert(1)',
  '/console/../v1/me',
  '/consoles',
  '/console/sign-in?to=/console/sign-in',
  '/docs',
])('and not where an address of somebody else leads: %s', (place) => {
  expect(safePlace(place, HERE)).toBe('/console');
});
