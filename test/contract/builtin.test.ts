import { loadAdapterModule } from '../../adapters/registry.ts';
import { runContract } from './contract.ts';
import { targetsOf } from './targets.ts';

const { capabilities } = await loadAdapterModule('builtin');
for (const target of targetsOf('builtin')) runContract(target, capabilities);
