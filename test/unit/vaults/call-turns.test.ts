import { expect, test } from 'vitest';
import { createCallTurns } from '../../../src/vaults/call-turns.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('at most `limit` run at once under one key, in the order of asking; keys do not wait for each other', async () => {
  const turns = createCallTurns();
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const work = async (i: number) => {
    const end = await turns.take('p', 3);
    begun.push(i);
    most = Math.max(most, ++running);
    await settle();
    running--;
    end();
  };
  const all = Promise.all(Array.from({ length: 20 }, (_, i) => work(i)));
  const other = await turns.take('q', 1);
  other();
  await all;
  expect(most).toBe(3);
  expect(begun).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('ending a turn twice gives back one', async () => {
  const turns = createCallTurns();
  const first = await turns.take('p', 1);
  const admitted: string[] = [];
  const second = turns.take('p', 1).then((end) => {
    admitted.push('second');
    return end;
  });
  const third = turns.take('p', 1).then(() => admitted.push('third'));
  first();
  first();
  await settle();
  expect(admitted).toEqual(['second']);
  (await second)();
  await third;
  expect(admitted).toEqual(['second', 'third']);
});

test('a raised limit lets waiting calls begin with the next one that asks', async () => {
  const turns = createCallTurns();
  await turns.take('p', 1);
  let begun = 0;
  const waiting = [1, 2].map(() => turns.take('p', 1).then(() => begun++));
  await settle();
  expect(begun).toBe(0);
  await turns.take('p', 4);
  await Promise.all(waiting);
  expect(begun).toBe(2);
});
