import { expect, test } from 'vitest';
import type { TargetCount } from '../../../src/sync/target-count-store.ts';
import { busiest } from '../../../src/sync/target-metrics.ts';
import { createProfileLabel } from '../../../src/vaults/profile-label.ts';

test('profiles beyond the limit share a label, and those known keep theirs', () => {
  const label = createProfileLabel(2);
  expect(['a', 'b', 'c', 'a', 'd', 'b'].map(label)).toEqual(['a', 'b', 'other', 'a', 'other', 'b']);
});

test('of many profiles those that lag most keep their name', () => {
  const count = (profile: string, lagSeconds: number): TargetCount => {
    return { profile, kind: 'builtin', state: 'failed', code: 'timeout', count: 1, lagSeconds };
  };
  const counts = [count('a', 5), count('b', 50), count('c', 1), { ...count('c', 60), state: 'parked' }, count('d', 0)];
  expect(busiest(counts, 4)).toEqual(counts);
  expect(busiest(counts, 2).map(({ profile }) => profile)).toEqual(['other', 'b', 'c', 'c', 'other']);
});
