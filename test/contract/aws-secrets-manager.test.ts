import { loadAdapterModule } from '../../adapters/registry.ts';
import { runContract } from './contract.ts';
import { targetsOf } from './targets.ts';

const { capabilities } = await loadAdapterModule('aws-secrets-manager');
for (const target of targetsOf('aws-secrets-manager')) runContract(target, capabilities);
