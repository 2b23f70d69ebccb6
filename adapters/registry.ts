import type { AdapterModule, VaultKind } from './adapter.ts';

/** Every kind of vault, loaded on first use so that a broker pays only for the vendor clients it needs. */
export const ADAPTER_MODULES = {
  builtin: async () => (await import('./builtin/adapter-module.ts')).builtinModule,
  'hashicorp-vault': async () => (await import('./hashicorp-vault/adapter-module.ts')).hashicorpVaultModule,
  memory: async () => (await import('./memory/adapter-module.ts')).memoryModule,
} satisfies Record<VaultKind, () => Promise<AdapterModule>>;

/** The module of one kind. Node keeps it, so asking again is cheap. */
export function loadAdapterModule(kind: VaultKind): Promise<AdapterModule> {
  return ADAPTER_MODULES[kind]();
}
