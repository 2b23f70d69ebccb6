import { z } from 'zod';
import type { AdapterModule, VaultKind } from '../../adapters/adapter.ts';
import { adapterKinds, loadAdapterModule } from '../../adapters/registry.ts';
import { invalidField } from '../errors.ts';
import { driftScanOf } from './drift-policy.ts';
import type { VaultKindView } from './vault-schemas.ts';

/** The kinds of vault that this broker offers. */
export interface VaultKinds {
  list(): Promise<VaultKindView[]>;
  /** Throws `invalid_input` at `/kind` when it is not offered. */
  offered(kind: VaultKind): Promise<AdapterModule>;
}

/** @param options.allowMemory offer the kind that forgets everything at the end of the process */
export function createVaultKinds(options: { readonly allowMemory: boolean }): VaultKinds {
  const kinds = adapterKinds().filter((kind) => kind !== 'memory' || options.allowMemory);
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
  return namesIn(schemaOf(module.settings));
}

/** Names of everything a profile can say about its use of such a vault. */
export function attributeNames(module: AdapterModule): string[] {
  return namesIn(schemaOf(module.attributes));
}

function namesIn(schema: ReturnType<typeof schemaOf>): string[] {
  return Object.keys(schema.properties ?? {}).sort();
}

function schemaOf(type: z.ZodType) {
  return z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
}

function kindView(module: AdapterModule): VaultKindView {
  const { kind, title, sensitive, capabilities } = module;
  const schema = schemaOf(module.settings);
  for (const name of sensitive) {
    const property = schema.properties?.[name];
    if (typeof property === 'object') property.writeOnly = true;
  }
  return {
    kind,
    title,
    settings: { ...schema },
    sensitive: [...sensitive],
    attributes: { ...schemaOf(module.attributes) },
    capabilities: { ...capabilities },
    driftScan: driftScanOf(capabilities),
  };
}
