import { z } from 'zod';
import type { AdapterModule } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { misfitOf } from '../lib/payload-fit.ts';
import { VaultError } from '../vault-error.ts';
import { BUILTIN_CAPABILITIES, createBuiltinAdapter } from './adapter.ts';

const settings = z.strictObject({});
const attributes = z.strictObject({});

export const builtinModule: AdapterModule<z.output<typeof settings>, z.output<typeof attributes>> = {
  kind: 'builtin',
  title: 'Built-in vault',
  settings,
  sensitive: [],
  attributes,
  capabilities: BUILTIN_CAPABILITIES,
  place: (_settings, _attributes, ports) => `builtin ${ports.vaultId}`,
  locate: (_attributes, path) => path,
  misfit: (_attributes, payload) => misfitOf(BUILTIN_CAPABILITIES, payload),
  async open(_settings, _attributes, ports) {
    if (!ports.builtinRows) throw new VaultError('invalid_argument', 'open');
    return guardAdapter(createBuiltinAdapter(ports.vaultId, ports.builtinRows));
  },
};
