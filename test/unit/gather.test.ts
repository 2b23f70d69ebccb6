import { expect, test } from 'vitest';
import { createGather } from '../../src/gather.ts';

/** A writer whose batches end when the test says so. */
function slowWriter(most: number) {
  const batches: { key: string; items: readonly number[]; end(error?: Error): void }[] = [];
  const gather = createGather<number>(
    most,
    (key, items) =>
      new Promise((resolve, reject) => {
        batches.push({ key, items, end: (error) => (error ? reject(error) : resolve()) });
      }),
  );
  return { gather, batches };
}

const turns = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
};

test('what arrives while a batch is written goes with the next one, in order and bounded', async () => {
  const { gather, batches } = slowWriter(2);
  const added = [1, 2, 3].map((item) => gather('a', item));
  await turns();
  expect(batches.map((batch) => batch.items)).toEqual([[1, 2]]);
  added.push(gather('a', 4));
  batches[0]?.end();
  await turns();
  expect(batches.map((batch) => batch.items)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  batches[1]?.end();
  await Promise.all(added);
});

test('keys do not wait for each other', async () => {
  const { gather, batches } = slowWriter(2);
  const first = gather('a', 1);
  const second = gather('b', 2);
  await turns();
  expect(batches.map((batch) => batch.key)).toEqual(['a', 'b']);
  batches[1]?.end();
  await second;
  batches[0]?.end();
  await first;
});

test('nothing resolves before its batch is written, and a failed batch rejects its own items only', async () => {
  const { gather, batches } = slowWriter(1);
  let written = false;
  const failing = gather('a', 1);
  const good = gather('a', 2).then(() => {
    written = true;
  });
  await turns();
  batches[0]?.end(new Error('no'));
  await expect(failing).rejects.toThrow('no');
  await turns();
  expect(written).toBe(false);
  batches[1]?.end();
  await good;
  const later = gather('a', 3);
  await turns();
  expect(batches).toHaveLength(3);
  batches[2]?.end();
  await later;
});
