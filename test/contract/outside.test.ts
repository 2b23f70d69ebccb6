import { runContract } from './contract.ts';
import { directoryTarget } from './targets/directory.ts';

runContract(directoryTarget);
