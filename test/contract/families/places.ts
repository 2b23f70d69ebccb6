import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { VaultAdapter } from '../../../adapters/adapter.ts';
import { adapterPorts } from '../../support/adapter-ports.ts';
import type { Family } from '../family.ts';
import { serverLaw } from '../fault-law.ts';
import { law } from '../law.ts';
import { hasNoAliases } from '../refusals.ts';
import { call, fieldsOf, vaultError } from '../suite.ts';
import type { EntryAddress } from '../target.ts';

const PATHS = [
  'a',
  'A',
  'a/b',
  'a-b',
  'a_b',
  'a.b',
  'a--b',
  'a/b/c',
  'a_/b',
  'a-/b',
  'a./b',
  '-a',
  '_',
  '.a',
  'a.',
  'x2f',
];

export const testPlaces: Family = (suite) => {
  law('no two paths are one entry, and the same path always is', async () => {
    const { module } = suite.target;
    const attributes = module.attributes.parse({});
    const located = PATHS.map((path) => module.locate(attributes, path));
    expect(new Set(located).size).toBe(PATHS.length);
    expect(PATHS.map((path) => module.locate(attributes, path))).toEqual(located);
    for (const text of located) expect(text.length).toBeLessThanOrEqual(4096);
  });

  /** The real place of an address, and an adapter on it. */
  const reach = async (address: EntryAddress): Promise<{ key: string; place: string; adapter: VaultAdapter }> => {
    const { module } = suite.target;
    const settings = module.settings.parse(address.settings);
    const attributes = module.attributes.parse(address.attributes);
    const ports = adapterPorts({ vaultId: 'same' });
    const place = module.place(settings, attributes, ports);
    const key = JSON.stringify([place, module.locate(attributes, address.path)]);
    return { key, place, adapter: await module.open(settings, attributes, ports) };
  };

  const spelled = async () => {
    const { addresses, credentials } = suite.bench;
    if (!addresses) throw new Error('an emulator can be named in several ways');
    const same = await Promise.all(addresses.same.map(reach));
    const others = await Promise.all(addresses.others.map(reach));
    try {
      expect(new Set(same.map(({ key }) => key)).size).toBe(1);
      expect(new Set([...same, ...others].map(({ key }) => key)).size).toBe(1 + others.length);
      for (const { place } of [...same, ...others]) {
        for (const secret of credentials) expect(place).not.toContain(secret);
      }
    } finally {
      await Promise.all([...same, ...others].map(({ adapter }) => adapter.close()));
    }
  };
  serverLaw(suite, 'an entry has one place and one name there, however it is spelled', spelled, hasNoAliases(suite));

  const reached = async () => {
    const { addresses } = suite.bench;
    const [first] = addresses?.same ?? [];
    if (!addresses || !first) throw new Error('an emulator can be named in several ways');
    const text = randomUUID();
    const writer = await reach(first);
    await writer.adapter.write(first.path, fieldsOf({ value: text }), { ...call(), operationId: randomUUID() });
    await writer.adapter.close();
    for (const address of addresses.same) {
      const { adapter } = await reach(address);
      const entry = await adapter.read(address.path, call()).finally(() => adapter.close());
      expect(entry.fields.get('value')?.revealText()).toBe(text);
    }
    for (const address of addresses.others) {
      const { adapter } = await reach(address);
      const error = await vaultError(adapter.head(address.path, call())).finally(() => adapter.close());
      expect(error.code).toBe('not_found');
    }
  };
  serverLaw(suite, 'and that is the entry which is really reached', reached, hasNoAliases(suite));
};
