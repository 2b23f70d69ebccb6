import { randomUUID } from 'node:crypto';
import { memoryModule } from '../../../adapters/memory/adapter-module.ts';
import { memoryStore, storeEntry } from '../../../adapters/memory/memory-store.ts';
import { adapterPorts } from '../../support/adapter-ports.ts';
import { fieldsOf } from '../suite.ts';
import type { ContractTarget } from '../target.ts';

export const memoryTarget: ContractTarget = {
  module: memoryModule,
  name: 'memory',
  column: 'memory',
  tier: 'in process',
  faults: [],
  async start() {
    const vaultId = randomUUID();
    return {
      prefix: 'contract',
      credentials: [],
      open: (ports) => memoryModule.open({}, {}, adapterPorts({ vaultId, ...ports })),
      openFaulty: () => Promise.reject(new Error('the memory vault has no faults')),
      foreign: {
        async write(path, field, text, labels) {
          const operationId = randomUUID();
          storeEntry(memoryStore(vaultId), path, fieldsOf({ [field]: text }), { operationId, labels });
        },
      },
      stop: async () => {},
    };
  },
};
