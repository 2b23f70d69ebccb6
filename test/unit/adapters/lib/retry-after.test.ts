import { expect, test } from 'vitest';
import { retryAfterMs } from '../../../../adapters/lib/retry-after.ts';

const NOW = Date.parse('2026-11-06T08:49:37Z');

test.each([
  ['0', 0],
  ['3', 3_000],
  [' 3600 ', 3_600_000],
  ['Fri, 06 Nov 2026 08:50:07 GMT', 30_000],
  ['Fri, 06 Nov 2026 08:00:00 GMT', 0],
])('%s', (header, wait) => {
  expect(retryAfterMs(header, NOW)).toBe(wait);
});

test.each([undefined, '', '-1', '1.5', '3s', 'soon', '99999999999', 'Fri, 99 Nov 2026 08:50:07 GMT', '1e3'])(
  '%s says nothing',
  (header) => expect(retryAfterMs(header, NOW)).toBeUndefined(),
);
