import { expect } from 'vitest';
import type { Family } from '../family.ts';
import { law } from '../law.ts';
import { call, vaultError } from '../suite.ts';

export const testReading: Family = (suite, capabilities) => {
  law('a missing entry is not_found and nothing is known of it', async () => {
    const error = await vaultError(suite.adapter.read(suite.freshPath(), call()));
    expect(error).toMatchObject({ code: 'not_found', removed: undefined, maybeApplied: false });
  });

  law('a folder is no entry', async () => {
    const path = suite.freshPath('folder');
    await suite.text(`${path}/entry`, 'x');
    expect((await vaultError(suite.adapter.read(path, call()))).code).toBe('not_found');
  });

  law('a read shows what the head shows', async () => {
    const path = suite.freshPath();
    const head = await suite.text(path, 'x', capabilities.labels ? { labels: { team: 'blue' } } : {});
    const { fields, ...rest } = await suite.adapter.read(path, call());
    expect(rest).toEqual(head);
    expect(fields.size).toBe(1);
  });

  law('what somebody else wrote is read as it is', async () => {
    const path = suite.freshPath();
    await suite.bench.foreign.write(path, 'value', 'by hand: ü');
    expect(await suite.readText(path)).toBe('by hand: ü');
  });

  law('what somebody else wrote over an entry of ours makes another version', async () => {
    const path = suite.freshPath();
    const ours = await suite.text(path, 'ours');
    await suite.bench.foreign.write(path, 'value', 'theirs');
    expect((await suite.adapter.head(path, call())).version).not.toBe(ours.version);
    expect(await suite.readText(path)).toBe('theirs');
  });
};
