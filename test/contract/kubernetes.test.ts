import { KUBERNETES_SHARED_CAPABILITIES } from '../../adapters/kubernetes/adapter.ts';
import { loadAdapterModule } from '../../adapters/registry.ts';
import { runContract } from './contract.ts';
import { kubernetesSharedTarget } from './targets/kubernetes.ts';
import { targetsOf } from './targets.ts';

const { capabilities } = await loadAdapterModule('kubernetes');
for (const target of targetsOf('kubernetes')) runContract(target, capabilities);
runContract(kubernetesSharedTarget, KUBERNETES_SHARED_CAPABILITIES);
