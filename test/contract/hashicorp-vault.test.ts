import { loadAdapterModule } from '../../adapters/registry.ts';
import { runContract } from './contract.ts';
import { targetsOf } from './targets.ts';

const { capabilities } = await loadAdapterModule('hashicorp-vault');
for (const target of targetsOf('hashicorp-vault')) runContract(target, capabilities);
