import { loadAdapterModule } from '../../adapters/registry.ts';
import { runContract } from './contract.ts';
import { targetsOf } from './targets.ts';

const { capabilities } = await loadAdapterModule('gcp-secret-manager');
for (const target of targetsOf('gcp-secret-manager')) runContract(target, capabilities);
