import { expect } from 'vitest';
import type { MissingRight } from '../../../adapters/adapter.ts';
import type { Family } from '../family.ts';
import { faultLaw } from '../fault-law.ts';
import { law } from '../law.ts';
import { call } from '../suite.ts';

export const testChecks: Family = (suite, capabilities) => {
  const writing: MissingRight['needed'][] = capabilities.access === 'read' ? [] : ['remove', 'write'];
  const changing: MissingRight['needed'][] = [...writing, ...(capabilities.labels ? (['label'] as const) : [])].sort();

  const missingWith = async (fault: 'noRights' | 'readRights'): Promise<readonly MissingRight[]> => {
    const adapter = await suite.bench.openFaulty(fault);
    return adapter.check(call()).finally(() => adapter.close());
  };
  const needs = (missing: readonly MissingRight[]) => [...new Set(missing.map(({ needed }) => needed))].sort();

  faultLaw(suite, 'noRights', 'check names what is missing for each thing when there is no right at all', async () => {
    const missing = await missingWith('noRights');
    expect(needs(missing)).toEqual([...changing, 'list', 'read'].sort());
    for (const { right } of missing) expect(right).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,299}$/);
    expect(new Set(missing.map(({ right, needed }) => `${needed} ${right}`)).size).toBe(missing.length);
  });

  faultLaw(suite, 'readRights', 'check names what changing needs, and nothing else, with rights to read', async () => {
    expect(needs(await missingWith('readRights'))).toEqual(changing);
  });

  law('check leaves no trace', async () => {
    const path = suite.freshPath();
    const written = await suite.text(path, 'x');
    const before = suite.bench.changes?.();
    const listed = (await suite.listed('')).sort();
    await suite.adapter.check(call());
    for (const fault of ['noRights', 'readRights'] as const) {
      if (suite.target.faults.includes(fault)) await missingWith(fault);
    }
    expect(suite.bench.changes?.()).toBe(before);
    expect((await suite.listed('')).sort()).toEqual(listed);
    expect(await suite.adapter.head(path, call())).toEqual(written);
  });
};
