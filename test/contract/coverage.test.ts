import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VAULT_KINDS } from '../../adapters/adapter.ts';
import { ADAPTER_MODULES, loadAdapterModule } from '../../adapters/registry.ts';
import { requiredKinds } from './contract.ts';
import { EMULATED_FAULTS } from './emulated-faults.ts';
import { targetsOf } from './targets.ts';

test('every kind of vault is in the registry, and the registry has no other', () => {
  expect(Object.keys(ADAPTER_MODULES).sort()).toEqual([...VAULT_KINDS].sort());
});

test.each(VAULT_KINDS)('%s runs the suite without anything from outside', (kind) => {
  expect(targetsOf(kind).filter((target) => target.skip === undefined)).not.toEqual([]);
  expect(existsSync(new URL(`./${kind}.test.ts`, import.meta.url))).toBe(true);
});

test('what CONTRACT_REQUIRE names are kinds with a real service', () => {
  const live = VAULT_KINDS.filter((kind) => targetsOf(kind).some((target) => target.tier === 'live'));
  expect(live).toEqual(expect.arrayContaining([...requiredKinds()]));
});

test.each(VAULT_KINDS)('%s has no gap but at a real service', (kind) => {
  for (const target of targetsOf(kind)) {
    if (target.tier === 'live') expect(target.column).toMatch(/ live$/);
    else expect(target.skip).toBeUndefined();
    if (target.tier === 'emulated') expect(target.faults).toEqual(EMULATED_FAULTS);
  }
});

test.each(VAULT_KINDS)('the module of %s is complete', async (kind) => {
  const module = await loadAdapterModule(kind);
  expect(module.kind).toBe(kind);
  expect(module.title).not.toBe('');
  expect(module.capabilities.maxBytes).toBeGreaterThan(0);
  if (module.capabilities.nameRules !== null)
    expect(() => new RegExp(String(module.capabilities.nameRules))).not.toThrow();
  expect(module.settings.safeParse({ nobodyKnowsThis: 1 }).success).toBe(false);
  expect(module.attributes.safeParse({ nobodyKnowsThis: 1 }).success).toBe(false);
  expect(module.attributes.safeParse({}).success).toBe(true);
});
