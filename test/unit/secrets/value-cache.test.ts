import v8 from 'node:v8';
import vm from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { SecretValue } from '../../../adapters/secret-value.ts';
import { createValueCache } from '../../../src/secrets/value-cache.ts';

afterEach(() => {
  vi.useRealTimers();
});

const fields = (text: string) => new Map([['value', SecretValue.fromText(text)]]);

function cacheWithClock() {
  let now = 0;
  const cache = createValueCache(() => now);
  return {
    cache,
    pass(ms: number) {
      now += ms;
    },
  };
}

test('a value is found under its secret and version only', () => {
  const { cache } = cacheWithClock();
  const one = fields('one');
  cache.put('a', 1, one);
  expect(cache.get('a', 1)).toBe(one);
  expect(cache.get('a', 2)).toBeUndefined();
  expect(cache.get('b', 1)).toBeUndefined();
});

test('a value is forgotten after ten seconds, however often it is asked for', () => {
  const { cache, pass } = cacheWithClock();
  cache.put('a', 1, fields('one'));
  pass(9_999);
  expect(cache.get('a', 1)).toBeDefined();
  pass(2);
  expect(cache.get('a', 1)).toBeUndefined();
});

test('a value does not stay in memory when nobody asks any more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  v8.setFlagsFromString('--expose-gc');
  const collectGarbage = vm.runInNewContext('gc') as () => void;
  const cache = createValueCache();
  const kept = (version: number) => {
    const one = fields(`value ${version}`);
    cache.put('a', version, one);
    return new WeakRef(one);
  };
  const first = kept(1);
  vi.advanceTimersByTime(6_000);
  const second = kept(2);
  vi.advanceTimersByTime(4_000);
  await new Promise(setImmediate);
  collectGarbage();
  expect([first.deref(), second.deref()]).toEqual([undefined, expect.anything()]);
  vi.advanceTimersByTime(6_000);
  await new Promise(setImmediate);
  collectGarbage();
  expect(second.deref()).toBeUndefined();
  expect(cache.get('a', 2)).toBeUndefined();
});

test('the oldest goes when there are too many', () => {
  const { cache } = cacheWithClock();
  for (let version = 1; version <= 300; version++) cache.put('a', version, fields(String(version)));
  expect(cache.get('a', 300)).toBeDefined();
  expect(cache.get('a', 45)).toBeDefined();
  expect(cache.get('a', 44)).toBeUndefined();
});

test('writing a value again makes it new', () => {
  const { cache, pass } = cacheWithClock();
  cache.put('a', 1, fields('one'));
  pass(8_000);
  cache.put('b', 1, fields('other'));
  cache.put('a', 1, fields('one'));
  pass(8_000);
  expect(cache.get('a', 1)).toBeDefined();
});

test('clear leaves nothing', () => {
  const { cache } = cacheWithClock();
  cache.put('a', 1, fields('one'));
  cache.clear();
  expect(cache.get('a', 1)).toBeUndefined();
});
