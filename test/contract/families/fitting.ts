import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { PayloadMisfit } from '../../../adapters/adapter.ts';
import { type SecretFields, sizeOfFields } from '../../../adapters/secret-value.ts';
import type { Family } from '../family.ts';
import { law } from '../law.ts';
import { call, fieldsOf, vaultError } from '../suite.ts';

/** The most fields that a payload may have. */
const MOST_FIELDS = 256;

export const testFitting: Family = (suite, capabilities) => {
  const misfit = (names: readonly string[], size: number): PayloadMisfit | undefined => {
    const { module } = suite.target;
    return module.misfit(module.attributes.parse(suite.bench.world?.attributes ?? {}), { names, size });
  };

  const refusedAlike = async (fields: SecretFields, code: PayloadMisfit['code']) => {
    const path = suite.freshPath();
    expect(misfit([...fields.keys()], sizeOfFields(fields))?.code).toBe(code);
    expect(await vaultError(suite.write(path, fields))).toMatchObject({ code, maybeApplied: false });
    expect((await vaultError(suite.adapter.head(path, call()))).code).toBe('not_found');
  };

  law('what is too large is known beforehand', async () => {
    await refusedAlike(fieldsOf({ value: new Uint8Array(capabilities.maxBytes - 'value'.length + 1) }), 'too_large');
  });

  law('names that cannot be held are known beforehand', async () => {
    await refusedAlike(fieldsOf({ value: 'x', '': 'y' }), 'invalid_argument');
    const rule = capabilities.nameRules === null ? undefined : new RegExp(capabilities.nameRules);
    for (const name of ['a/b', 'a b', 'ä', '..', '-']) {
      if (rule?.test(name) === false) await refusedAlike(fieldsOf({ value: 'x', [name]: 'y' }), 'invalid_argument');
      else expect(misfit([name], name.length)).toBeUndefined();
    }
  });

  law('what is said to fit does, whatever its bytes, at any number of fields', async () => {
    for (const count of [1, 2, 50, MOST_FIELDS]) {
      const names = Array.from({ length: count }, (_, index) => `f${String(index).padStart(3, '0')}`);
      const refused = misfit(names, capabilities.maxBytes);
      const size = refused?.code === 'too_large' ? refused.maxBytes : capabilities.maxBytes;
      expect(misfit(names, size)).toBeUndefined();
      const each = Math.floor(size / count) - 4;
      const fields = fieldsOf(Object.fromEntries(names.map((name) => [name, randomBytes(each)])));
      const path = suite.freshPath();
      await suite.write(path, fields);
      const read = (await suite.adapter.read(path, call())).fields;
      expect(names.filter((name) => !read.get(name)?.equals(fields.get(name) ?? fail(name)))).toEqual([]);
      await suite.adapter.remove(path, { ...call(), mode: 'permanent' });
    }
  });
};

function fail(name: string): never {
  throw new Error(`no field ${name}`);
}
