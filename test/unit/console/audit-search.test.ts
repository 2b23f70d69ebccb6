import { expect, test } from 'vitest';
import { auditQueryOf, readAuditSearch, withSearch } from '../../../src/console/audit-search.ts';
import { byDay } from '../../../src/console/screens/audit/days.ts';

test('only what narrows is kept of an address', () => {
  expect(readAuditSearch({ action: 'token.created', person: ' p1 ', from: '2026-11-23', other: 1 })).toEqual({
    action: 'token.created',
    person: 'p1',
    from: '2026-11-23',
  });
  expect(readAuditSearch({ action: '<b>', person: '', object: {}, from: '2026-13-45', until: 'today' })).toEqual({});
  expect(readAuditSearch({ request: 12 })).toEqual({ request: '12' });
  expect(withSearch({ person: 'p1', object: 'o1' }, { person: null, object: 'o2' })).toEqual({ object: 'o2' });
});

test('days are those of the viewer, and both ends count', () => {
  const { from, until } = auditQueryOf({ from: '2026-11-23', until: '2026-11-23' });
  expect(new Date(String(from)).getTime()).toBe(new Date(2026, 10, 23).getTime());
  expect(new Date(String(until)).getTime()).toBe(new Date(2026, 10, 24).getTime());
});

test('events are gathered by day, and the last two days are called by name', () => {
  const at = (...parts: [number, number, number, number]) => ({ at: new Date(...parts).toISOString() });
  const now = new Date(2026, 2, 1, 12);
  const events = [at(2026, 2, 1, 9), at(2026, 2, 1, 0), at(2026, 1, 28, 23), at(2025, 11, 31, 23)];
  const days = byDay(events, now);
  expect(days.map(({ title, items }) => [title, items.length])).toMatchObject([
    ['Today', 2],
    ['Yesterday', 1],
    [expect.stringContaining('2025'), 1],
  ]);
  expect(days.map(({ date }) => date)).toEqual(['2026-03-01', '2026-02-28', '2025-12-31']);
});
