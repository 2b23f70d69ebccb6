import type { AdapterModule, KnownVaultKind, VaultKind } from './adapter.ts';
import { VaultError } from './vault-error.ts';

/** Every kind of vault, loaded on first use so that a broker pays only for the vendor clients it needs. */
export const ADAPTER_MODULES = {
  'aws-secrets-manager': async () => (await import('./aws-secrets-manager/adapter-module.ts')).awsSecretsManagerModule,
  builtin: async () => (await import('./builtin/adapter-module.ts')).builtinModule,
  'gcp-secret-manager': async () => (await import('./gcp-secret-manager/adapter-module.ts')).gcpSecretManagerModule,
  'hashicorp-vault': async () => (await import('./hashicorp-vault/adapter-module.ts')).hashicorpVaultModule,
  kubernetes: async () => (await import('./kubernetes/adapter-module.ts')).kubernetesModule,
  memory: async () => (await import('./memory/adapter-module.ts')).memoryModule,
  scaleway: async () => (await import('./scaleway/adapter-module.ts')).scalewayModule,
} satisfies Record<KnownVaultKind, () => Promise<AdapterModule>>;

type LoadModule = () => Promise<AdapterModule>;

const kinds = new Map<VaultKind, LoadModule>(Object.entries(ADAPTER_MODULES));

/**
 * Lets this process use a kind whose adapter stands outside this repository. Call it before the broker is built. Throws a
 * `TypeError` for a kind that is there already.
 */
export function addAdapterKind(kind: VaultKind, load: LoadModule): void {
  if (kinds.has(kind)) throw new TypeError(`the kind ${kind} is there already`);
  kinds.set(kind, load);
}

/** Every kind of vault that this process can use, in order. */
export function adapterKinds(): readonly VaultKind[] {
  return [...kinds.keys()].sort();
}

/** The module of one kind; Node keeps it, so asking again is cheap. Throws `invalid_argument` for a kind that is not there. */
export function loadAdapterModule(kind: VaultKind): Promise<AdapterModule> {
  const load = kinds.get(kind);
  return load ? load() : Promise.reject(new VaultError('invalid_argument', 'open'));
}
