import type { VaultKind } from '../../adapters/adapter.ts';
import type { ContractTarget } from './target.ts';
import { awsEmulatorTarget, awsLiveTarget } from './targets/aws-secrets-manager.ts';
import { builtinMemoryTarget } from './targets/builtin.ts';
import { gcpGrpcTarget, gcpLiveTarget, gcpRestTarget } from './targets/gcp-secret-manager.ts';
import { hashicorpEmulatorTarget, hashicorpLiveTarget } from './targets/hashicorp-vault.ts';
import { kubernetesEmulatorTarget, kubernetesLiveTarget, kubernetesSharedTarget } from './targets/kubernetes.ts';
import { memoryTarget } from './targets/memory.ts';
import { scalewayEmulatorTarget, scalewayLiveTarget } from './targets/scaleway.ts';

/** Every target of the suite. A kind of the registry without one fails `coverage.test.ts`. */
export const CONTRACT_TARGETS: readonly ContractTarget[] = [
  awsEmulatorTarget,
  awsLiveTarget,
  memoryTarget,
  builtinMemoryTarget,
  gcpGrpcTarget,
  gcpRestTarget,
  gcpLiveTarget,
  hashicorpEmulatorTarget,
  hashicorpLiveTarget,
  kubernetesEmulatorTarget,
  kubernetesSharedTarget,
  kubernetesLiveTarget,
  scalewayEmulatorTarget,
  scalewayLiveTarget,
];

export function targetsOf(kind: VaultKind): readonly ContractTarget[] {
  return CONTRACT_TARGETS.filter((target) => target.module.kind === kind);
}
