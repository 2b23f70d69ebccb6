import { expect, test } from 'vitest';
import { z } from 'zod';
import { VAULT_KINDS } from '../../../adapters/adapter.ts';
import { loadAdapterModule } from '../../../adapters/registry.ts';
import { adapterPorts } from '../../support/adapter-ports.ts';

test.each(VAULT_KINDS)('%s: sensitive settings exist, and the settings have a JSON Schema', async (kind) => {
  const module = await loadAdapterModule(kind);
  const schema = z.toJSONSchema(module.settings, { io: 'input' }) as {
    properties?: object;
    additionalProperties?: unknown;
  };
  expect(schema.additionalProperties).toBe(false);
  for (const name of module.sensitive) expect(Object.keys(schema.properties ?? {})).toContain(name);
});

test('vaults of one kind with other ids are other places where entries are kept by id', async () => {
  for (const kind of ['memory', 'builtin'] as const) {
    const module = await loadAdapterModule(kind);
    expect(module.place({}, {}, adapterPorts({ vaultId: 'a' }))).not.toBe(
      module.place({}, {}, adapterPorts({ vaultId: 'b' })),
    );
  }
});

test('the built-in vault does not open without its rows', async () => {
  const module = await loadAdapterModule('builtin');
  await expect(module.open({}, {}, adapterPorts())).rejects.toMatchObject({ code: 'invalid_argument' });
});
