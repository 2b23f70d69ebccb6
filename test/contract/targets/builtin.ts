import { randomUUID } from 'node:crypto';
import type { BuiltinRows } from '../../../adapters/adapter.ts';
import { builtinModule } from '../../../adapters/builtin/adapter-module.ts';
import { adapterPorts } from '../../support/adapter-ports.ts';
import { createMemoryBuiltinRows } from '../../support/memory-builtin-rows.ts';
import { fieldsOf } from '../suite.ts';
import type { ContractTarget } from '../target.ts';

/** Storage for one run of the suite. `vaultId` names a vault that exists there, if the storage demands one. */
export interface RunningRows {
  readonly rows: BuiltinRows;
  readonly vaultId?: string;
  stop(): Promise<void>;
}

/** The built-in vault over any storage: in memory here, PostgreSQL where that is implemented. */
export function builtinTarget(name: string, column: string, start: () => Promise<RunningRows>): ContractTarget {
  return {
    module: builtinModule,
    name: `builtin (${name})`,
    column,
    tier: 'in process',
    faults: ['silent'],
    async start() {
      const { rows, vaultId = randomUUID(), stop } = await start();
      return {
        prefix: 'contract',
        credentials: [],
        open: (ports) => builtinModule.open({}, {}, adapterPorts({ vaultId, builtinRows: rows, ...ports })),
        openFaulty: () => builtinModule.open({}, {}, adapterPorts({ vaultId, builtinRows: silentRows() })),
        foreign: {
          async write(path, field, text, labels) {
            const options = { operationId: randomUUID(), ...(labels && { labels }) };
            await rows.write(vaultId, path, fieldsOf({ [field]: text }), options);
          },
        },
        stop,
      };
    },
  };
}

export const builtinMemoryTarget = builtinTarget('rows in memory', 'builtin', async () => ({
  rows: createMemoryBuiltinRows(),
  stop: async () => {},
}));

/** A database that takes queries and never answers. */
function silentRows(): BuiltinRows {
  const never = () => new Promise<never>(() => {});
  return {
    head: never,
    read: never,
    write: never,
    remove: never,
    label: never,
    recover: never,
    destroyVersion: never,
    list: never,
  };
}
