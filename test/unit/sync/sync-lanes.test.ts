import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createSyncLanes } from '../../../src/sync/sync-lanes.ts';

/** Runs that end when the test says so. Profiles are named "<organization>-<number>". */
function lanesOf(limit: number) {
  const open = new Map<string, () => void>();
  const begun: string[] = [];
  const aborted: string[] = [];
  const lanes = createSyncLanes({
    limit,
    log: pino({ level: 'silent' }),
    organizationOf: async (profileId) => (profileId.startsWith('gone') ? undefined : profileId.split('-')[0]),
    run: (profileId, signal) => {
      begun.push(profileId);
      if (open.has(profileId)) return Promise.resolve();
      return new Promise((resolve) => {
        open.set(profileId, () => {
          open.delete(profileId);
          resolve();
        });
        signal.addEventListener('abort', () => {
          aborted.push(profileId);
          resolve();
        });
      });
    },
  });
  const end = async (profileId: string) => {
    open.get(profileId)?.();
    await new Promise(setImmediate);
  };
  const start = async (...profileIds: string[]) => {
    for (const profileId of profileIds) await lanes.start(profileId);
  };
  return { lanes, begun, aborted, start, end };
}

test('starting does not wait for the run: profiles that hang hold nobody up', async () => {
  const { begun, start } = lanesOf(16);
  await start(...Array.from({ length: 8 }, (_, number) => `a-${number}`), 'a-well');
  expect(begun).toHaveLength(9);
});

test('a profile that is worked on is only told to look again', async () => {
  const { begun, start, end } = lanesOf(1);
  await start('a-1', 'a-1', 'b-1', 'b-1');
  expect(begun).toEqual(['a-1', 'a-1']);
  await end('a-1');
  expect(begun).toEqual(['a-1', 'a-1', 'b-1']);
});

test('one organization never takes every lane', async () => {
  const { begun, start, end } = lanesOf(4);
  await start('a-1', 'a-2', 'a-3', 'a-4', 'a-5');
  expect(begun).toEqual(['a-1', 'a-2', 'a-3']);
  await start('b-1');
  expect(begun).toContain('b-1');
  await end('a-2');
  expect(begun.slice(4)).toEqual(['a-4']);
});

test('when lanes are short, organizations take turns however much each wants', async () => {
  const { begun, start, end } = lanesOf(4);
  await start('x-1', 'y-1', 'z-1', 'w-1');
  await start('a-1', 'a-2', 'a-3', 'b-1', 'b-2', 'c-1');
  for (const ended of ['x-1', 'y-1', 'z-1', 'w-1', 'a-1', 'b-1']) await end(ended);
  expect(begun.slice(4, 7)).toEqual(['a-1', 'b-1', 'c-1']);
  expect(begun.slice(7).sort()).toEqual(['a-2', 'a-3', 'b-2']);
});

test('an unknown profile takes no lane; stopping ends what waits and aborts what does not end', async () => {
  const { lanes, begun, aborted, start } = lanesOf(1);
  await start('gone-1', 'a-1', 'b-1');
  await lanes.stop(0);
  expect(begun).toEqual(['a-1']);
  expect(aborted).toEqual(['a-1']);
  await start('c-1');
  expect(begun).toEqual(['a-1']);
});
