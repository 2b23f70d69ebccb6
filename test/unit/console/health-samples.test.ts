import { expect, test } from 'vitest';
import type { SyncRate, VaultProfile, WaitingCopies } from '../../../src/client/api-types.ts';
import { type HealthSample, withSample } from '../../../src/console/screens/sync/health-samples.ts';

const profile = (id: string) => ({ id, breaker: { state: 'closed', code: null, since: null } }) as VaultProfile;
const waiting = (profileId: string, pending: number): WaitingCopies => ({
  profileId,
  states: { pending, failed: 1 },
  lagSeconds: 7,
});
const rate = (profileId: string): SyncRate => ({ profileId, settled: 9, failed: 2, toDecide: 1 });
const MINUTE = 60_000;

test('each look adds one moment for each profile, nothing waiting counts as 0', () => {
  const first = withSample(new Map(), [profile('a'), profile('b')], [waiting('a', 3)], [rate('a')], 1000);
  const both = withSample(first, [profile('a'), profile('b')], [], [], 2000);
  expect(both.get('a')?.map(({ backlog, lagSeconds }) => [backlog, lagSeconds])).toEqual([
    [4, 7],
    [0, 0],
  ]);
  expect(both.get('a')?.map(({ settled, failed }) => [settled, failed])).toEqual([
    [9, 2],
    [0, 0],
  ]);
  expect(both.get('b')?.map(({ backlog }) => backlog)).toEqual([0, 0]);
});

test('a moment is not told twice, what is old or gone is forgotten', () => {
  const first = withSample(new Map(), [profile('a'), profile('b')], [waiting('a', 3)], [], MINUTE);
  const again = withSample(first, [profile('a')], [waiting('a', 5)], [], MINUTE);
  expect(again.get('a')?.map(({ backlog }) => backlog)).toEqual([6]);
  expect(again.has('b')).toBe(false);
  expect(withSample(again, [profile('a')], [], [], 20 * MINUTE).get('a')).toHaveLength(1);
});

test('no more is kept than a page can draw', () => {
  let known: ReadonlyMap<string, readonly HealthSample[]> = new Map();
  for (let at = 1; at <= 1000; at++) known = withSample(known, [profile('a')], [], [], at);
  expect(known.get('a')).toHaveLength(240);
});
