import { expect, test } from 'vitest';
import type { VaultAdapter } from '../../../adapters/adapter.ts';
import { createOpenVaults } from '../../../src/vaults/open-vaults.ts';

/** Open vaults by name, and which of them were closed, in order. */
function openVaults(most: number) {
  const vaults = createOpenVaults(most);
  const closed: string[] = [];
  const use = (name: string) => {
    const close = async () => {
      closed.push(name);
    };
    return vaults.newest(name, 1, async () => ({ revision: 1, adapter: { close } as VaultAdapter }));
  };
  return { vaults, closed, use };
}

test('of very many those stay open that were asked for last', async () => {
  const { closed, use } = openVaults(3);
  for (const name of ['a', 'b', 'c', 'a', 'd', 'e']) await use(name);
  expect(closed).toEqual(['b', 'c']);
  await use('b');
  expect(closed).toEqual(['b', 'c', 'a']);
});

test('one that is being called is not pushed out', async () => {
  const { vaults, closed, use } = openVaults(2);
  const letGo = vaults.hold(await use('a'));
  for (const name of ['b', 'c', 'd']) await use(name);
  expect(closed).toEqual(['b', 'c']);
  letGo();
  await use('e');
  expect(closed).toEqual(['b', 'c', 'a']);
});
