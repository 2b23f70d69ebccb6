import { z } from 'zod';
import type { AdapterModule } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { VaultError } from '../vault-error.ts';
import { BUILTIN_CAPABILITIES, createBuiltinAdapter } from './adapter.ts';

const settings = z.strictObject({});

export const builtinModule: AdapterModule<z.output<typeof settings>> = {
  kind: 'builtin',
  title: 'Built-in vault',
  settings,
  sensitive: [],
  capabilities: BUILTIN_CAPABILITIES,
  place: (_settings, ports) => `builtin ${ports.vaultId}`,
  async open(_settings, ports) {
    if (!ports.builtinRows) throw new VaultError('invalid_argument', 'open');
    return guardAdapter(createBuiltinAdapter(ports.vaultId, ports.builtinRows));
  },
};
