import { expect } from 'vitest';
import { SecretValue } from '../../../adapters/secret-value.ts';
import type { Family } from '../family.ts';
import { law } from '../law.ts';
import { call, fieldsOf, vaultError, vaultErrors } from '../suite.ts';

const NAMES = [
  'a',
  'UPPER-and_lower.9',
  '...',
  '.hidden',
  'ends.',
  'a..b',
  '-',
  '_',
  '0',
  'data',
  'metadata',
  'config',
  '__proto__',
  'constructor',
  'n'.repeat(128),
];

const REFUSED = [
  '',
  '.',
  '..',
  '/',
  'a/',
  '/a',
  'a//b',
  'a/./b',
  'a/../b',
  '../a',
  'a/..',
  '%2e%2e/a',
  'a%2fb',
  'a b',
  'a?list=true',
  'a#b',
  'a\\b',
  'a\nb',
  'a\u0000b',
  'ä',
  'a*',
  '+',
  'x'.repeat(1025),
];

export const testNaming: Family = (suite, capabilities) => {
  law('every name the grammar allows makes the round trip', async () => {
    const folder = suite.freshPath('names');
    await Promise.all(NAMES.map((name) => suite.text(`${folder}/${name}`, `value of ${name}`)));
    for (const name of NAMES) expect(await suite.readText(`${folder}/${name}`)).toBe(`value of ${name}`);
    expect((await suite.listed(folder)).sort()).toEqual(NAMES.map((name) => `${folder}/${name}`).sort());
  });

  law('names that differ only in case are different entries', async () => {
    const folder = suite.freshPath('case');
    await suite.text(`${folder}/Name`, 'upper');
    await suite.text(`${folder}/name`, 'lower');
    expect(await suite.readText(`${folder}/Name`)).toBe('upper');
    expect(await suite.readText(`${folder}/name`)).toBe('lower');
  });

  law('no other name is sent anywhere', async () => {
    const { adapter, bench } = suite;
    for (const name of REFUSED) {
      const path = name.startsWith('x') ? name : `${bench.prefix}/${name}`;
      const calls = [
        adapter.head(path, call()),
        adapter.read(path, call()),
        adapter.write(path, fieldsOf({ value: 'x' }), { ...call(), operationId: 'op' }),
        adapter.remove(path, { ...call(), mode: 'permanent' }),
        ...(adapter.label ? [adapter.label(path, {}, call())] : []),
        adapter.list(path, call())[Symbol.asyncIterator]().next(),
      ];
      for (const error of await vaultErrors(calls)) {
        expect(error).toMatchObject({ code: 'invalid_argument', maybeApplied: false });
      }
    }
  });

  law('field names come back as they were given', async () => {
    const path = suite.freshPath();
    const names = ['value', 'A_B', 'with.dot', 'with-dash', '__proto__', 'constructor', 'data', 'f'.repeat(128)];
    const rule = capabilities.nameRules === null ? undefined : new RegExp(capabilities.nameRules);
    const allowed = names.filter((name) => rule?.test(name) ?? true);
    await suite.write(path, new Map(allowed.map((name) => [name, SecretValue.fromText(name)])));
    const { fields } = await suite.adapter.read(path, call());
    expect([...fields.keys()].sort()).toEqual([...allowed].sort());
    for (const name of allowed) expect(fields.get(name)?.revealText()).toBe(name);
  });

  law('a field without a name is refused', async () => {
    const error = await vaultError(suite.write(suite.freshPath(), fieldsOf({ '': 'x' })));
    expect(error).toMatchObject({ code: 'invalid_argument', maybeApplied: false });
  });
};
