import { loadAdapterModule } from '../../adapters/registry.ts';
import { runContract } from './contract.ts';
import { targetsOf } from './targets.ts';

const { capabilities } = await loadAdapterModule('memory');
for (const target of targetsOf('memory')) runContract(target, capabilities);
