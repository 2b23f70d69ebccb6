import { expect, test } from 'vitest';
import { createKeptListings } from '../../../src/vaults/kept-listings.ts';

const paths = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);

test('a listing is found for half a minute', () => {
  let time = 0;
  const listings = createKeptListings(() => time);
  listings.keep('one', paths(3));
  time = 29_999;
  expect(listings.find('one')).toEqual(paths(3));
  time = 30_000;
  expect(listings.find('one')).toBeUndefined();
});

test('the oldest go when there is too much, and what is too large is not kept', () => {
  const listings = createKeptListings(() => 0);
  for (const key of ['one', 'two', 'three']) listings.keep(key, paths(listings.most));
  expect(['one', 'two', 'three'].map((key) => listings.find(key)?.length)).toEqual([
    undefined,
    listings.most,
    listings.most,
  ]);
  listings.keep('two', paths(listings.most + 1));
  expect(listings.find('two')).toBeUndefined();
  listings.keep('three', paths(2));
  listings.keep('four', paths(listings.most));
  expect(listings.find('three')).toHaveLength(2);
});
