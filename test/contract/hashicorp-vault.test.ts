import { runContract } from './contract.ts';
import { targetsOf } from './targets.ts';

for (const target of targetsOf('hashicorp-vault')) runContract(target);
