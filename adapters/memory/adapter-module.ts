import { z } from 'zod';
import type { AdapterModule } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { createMemoryAdapter, MEMORY_CAPABILITIES } from './adapter.ts';
import { memoryStore } from './memory-store.ts';

const settings = z.strictObject({});

export const memoryModule: AdapterModule<z.output<typeof settings>> = {
  kind: 'memory',
  title: 'Memory (development and tests)',
  settings,
  sensitive: [],
  capabilities: MEMORY_CAPABILITIES,
  place: (_settings, ports) => `memory ${ports.vaultId}`,
  open: async (_settings, ports) => guardAdapter(createMemoryAdapter(memoryStore(ports.vaultId))),
};
