import type { AdapterModule, VaultKind } from './adapter.ts';

/** Every kind of vault, loaded on first use so that a broker pays only for the vendor clients it needs. */
export const ADAPTER_MODULES = {
  'aws-secrets-manager': async () => (await import('./aws-secrets-manager/adapter-module.ts')).awsSecretsManagerModule,
  builtin: async () => (await import('./builtin/adapter-module.ts')).builtinModule,
  'gcp-secret-manager': async () => (await import('./gcp-secret-manager/adapter-module.ts')).gcpSecretManagerModule,
  'hashicorp-vault': async () => (await import('./hashicorp-vault/adapter-module.ts')).hashicorpVaultModule,
  kubernetes: async () => (await import('./kubernetes/adapter-module.ts')).kubernetesModule,
  memory: async () => (await import('./memory/adapter-module.ts')).memoryModule,
  scaleway: async () => (await import('./scaleway/adapter-module.ts')).scalewayModule,
} satisfies Record<VaultKind, () => Promise<AdapterModule>>;

/** The module of one kind. Node keeps it, so asking again is cheap. */
export function loadAdapterModule(kind: VaultKind): Promise<AdapterModule> {
  return ADAPTER_MODULES[kind]();
}
