import { z } from 'zod';
import { type AdapterModule, VAULT_KINDS, type VaultKind } from '../../adapters/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import { invalidField } from '../errors.ts';
import type { VaultKindView } from './vault-schemas.ts';

/** The kinds of vault that this broker offers. */
export interface VaultKinds {
  list(): Promise<VaultKindView[]>;
  /** Throws `invalid_input` at `/kind` when it is not offered. */
  offered(kind: VaultKind): Promise<AdapterModule>;
}

/** @param options.allowMemory offer the kind that forgets everything at the end of the process */
export function createVaultKinds(options: { readonly allowMemory: boolean }): VaultKinds {
  const kinds = VAULT_KINDS.filter((kind) => kind !== 'memory' || options.allowMemory);
  return {
    list: () => Promise.all(kinds.map(async (kind) => kindView(await loadAdapterModule(kind)))),
    async offered(kind) {
      if (!kinds.includes(kind)) throw invalidField('/kind', `one of ${kinds.join(', ')}`);
      return loadAdapterModule(kind);
    },
  };
}

/** Names of everything that can be set for a kind. */
export function settingNames(module: AdapterModule): string[] {
  return Object.keys(settingsSchema(module).properties ?? {}).sort();
}

function settingsSchema(module: AdapterModule) {
  return z.toJSONSchema(module.settings, { io: 'input', unrepresentable: 'any' });
}

function kindView(module: AdapterModule): VaultKindView {
  const { kind, title, sensitive, capabilities } = module;
  const schema = settingsSchema(module);
  for (const name of sensitive) {
    const property = schema.properties?.[name];
    if (typeof property === 'object') property.writeOnly = true;
  }
  return { kind, title, settings: { ...schema }, sensitive: [...sensitive], capabilities: { ...capabilities } };
}
