import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { adapterPorts } from '../../support/adapter-ports.ts';
import { fileNameOf } from '../../support/directory-kind/adapter.ts';
import { directoryModule } from '../../support/directory-kind/adapter-module.ts';
import type { ContractTarget } from '../target.ts';

export const directoryTarget: ContractTarget = {
  module: directoryModule,
  name: 'directory (an adapter from outside)',
  column: 'outside',
  tier: 'in process',
  faults: [],
  async start() {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-directory-'));
    return {
      prefix: 'contract',
      settings: { folder },
      credentials: [],
      open: (ports) => directoryModule.open({ folder }, {}, adapterPorts(ports)),
      openFaulty: () => Promise.reject(new Error('a folder has no faults')),
      foreign: {
        write: (entry, _field, text) => writeFile(path.join(folder, fileNameOf(entry, 'write')), text),
      },
      stop: () => rm(folder, { recursive: true, force: true }),
    };
  },
};
