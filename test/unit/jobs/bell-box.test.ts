import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createBellBox } from '../../../src/jobs/bell-box.ts';
import { type Job, parseJob } from '../../../src/jobs/definitions.ts';

const sync = (): Job => ({ name: 'sync-profile', data: { profileId: randomUUID() } });

test('what rings in one tick or while a batch is on its way goes out together, without repeats', async () => {
  const batches: (readonly Job[])[] = [];
  let release: () => void = () => {};
  const box = createBellBox(
    (rings) => {
      batches.push(rings.map(({ job }) => job));
      return batches.length > 1 ? Promise.resolve() : new Promise<void>((resolve) => (release = resolve));
    },
    () => {},
  );
  const [a, b, c] = [sync(), sync(), sync()];
  box.ring(a, b);
  box.ring(a);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(batches).toEqual([[a, b]]);
  box.ring(c, c);
  box.ring(a);
  release();
  await box.settled();
  expect(batches).toEqual([
    [a, b],
    [c, a],
  ]);
  expect(box.lost).toBe(0);
});

test('a failing queue is counted, never thrown, and the next doorbell tries again', async () => {
  let fail = true;
  const errors: unknown[] = [];
  const sent: Job[] = [];
  const box = createBellBox(
    async (rings) => {
      if (fail) throw new Error('away');
      sent.push(...rings.map(({ job }) => job));
    },
    (error) => errors.push(error),
  );
  box.ring(sync(), sync());
  await box.settled();
  expect(box.lost).toBe(2);
  expect(errors).toHaveLength(1);
  fail = false;
  const job = sync();
  box.ring(job);
  await box.settled();
  expect(sent).toEqual([job]);
});

test('an endless burst is bounded', async () => {
  const box = createBellBox(
    async () => {},
    () => {},
  );
  for (let i = 0; i < 10_050; i++) box.ring(sync());
  expect(box.lost).toBe(50);
  await box.settled();
});

test.each([
  ['another name', 'drop-everything', { profileId: randomUUID() }],
  ['an inherited name', 'constructor', {}],
  ['no id', 'sync-profile', { profileId: '1; drop table' }],
  ['more than ids', 'run-change', { changeId: randomUUID(), value: 'x' }],
  ['no object', 'run-change', null],
])('a job that is none of ours is refused: %s', (_what, name, data) => {
  expect(parseJob(name, data)).toBeUndefined();
});
