import { loadAdapterModule } from '../../adapters/registry.ts';
import { runContract } from './contract.ts';
import { targetsOf } from './targets.ts';

const { capabilities } = await loadAdapterModule('scaleway');
for (const target of targetsOf('scaleway')) runContract(target, capabilities);
