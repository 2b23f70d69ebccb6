import { z } from 'zod';
import type { AdapterModule } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { misfitOf } from '../lib/payload-fit.ts';
import { createMemoryAdapter, MEMORY_CAPABILITIES } from './adapter.ts';
import { memoryStore } from './memory-store.ts';

const settings = z.strictObject({});
const attributes = z.strictObject({});

export const memoryModule: AdapterModule<z.output<typeof settings>, z.output<typeof attributes>> = {
  kind: 'memory',
  title: 'Memory (development and tests)',
  settings,
  sensitive: [],
  attributes,
  capabilities: MEMORY_CAPABILITIES,
  place: (_settings, _attributes, ports) => `memory ${ports.vaultId}`,
  locate: (_attributes, path) => path,
  misfit: (_attributes, payload) => misfitOf(MEMORY_CAPABILITIES, payload),
  open: async (_settings, _attributes, ports) => guardAdapter(createMemoryAdapter(memoryStore(ports.vaultId))),
};
