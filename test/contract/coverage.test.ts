import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VAULT_KINDS } from '../../adapters/adapter.ts';
import { ADAPTER_MODULES, loadAdapterModule } from '../../adapters/registry.ts';
import { targetsOf } from './targets.ts';

test('every kind of vault is in the registry, and the registry has no other', () => {
  expect(Object.keys(ADAPTER_MODULES).sort()).toEqual([...VAULT_KINDS].sort());
});

test.each(VAULT_KINDS)('%s runs the suite without anything from outside', (kind) => {
  expect(targetsOf(kind).filter((target) => target.skip === undefined)).not.toEqual([]);
  expect(existsSync(new URL(`./${kind}.test.ts`, import.meta.url))).toBe(true);
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
