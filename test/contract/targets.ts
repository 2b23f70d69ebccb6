import type { VaultKind } from '../../adapters/adapter.ts';
import type { ContractTarget } from './target.ts';
import { builtinMemoryTarget } from './targets/builtin.ts';
import { hashicorpEmulatorTarget, hashicorpLiveTarget } from './targets/hashicorp-vault.ts';
import { memoryTarget } from './targets/memory.ts';

/** Every target of the suite. A kind of the registry without one fails `coverage.test.ts`. */
export const CONTRACT_TARGETS: readonly ContractTarget[] = [
  memoryTarget,
  builtinMemoryTarget,
  hashicorpEmulatorTarget,
  hashicorpLiveTarget,
];

export function targetsOf(kind: VaultKind): readonly ContractTarget[] {
  return CONTRACT_TARGETS.filter((target) => target.kind === kind);
}
