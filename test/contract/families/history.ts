import { expect } from 'vitest';
import type { Family } from '../family.ts';
import { law, lawIf } from '../law.ts';
import { refusesPower } from '../refusals.ts';
import { call, vaultError } from '../suite.ts';

export const testHistory: Family = (suite, capabilities) => {
  const noVersions = refusesPower(suite, async (vault, path) => {
    const { version } = await vault.head(path);
    expect((await vaultError(suite.adapter.read(path, { ...call(), version }))).code).toBe('unsupported');
    return vault.read(path, { version });
  });
  const versionLaw = (title: string, run: () => Promise<void>) => lawIf(capabilities.versions, title, run, noVersions);
  const noDestruction = refusesPower(suite, async (vault, path) => {
    expect(suite.adapter.destroyVersion).toBeUndefined();
    return vault.destroyVersion(path, (await vault.head(path)).version);
  });
  const destroyLaw = (title: string, run: () => Promise<void>) =>
    lawIf(capabilities.destroyVersions, title, run, noDestruction);

  versionLaw('older versions can be read', async () => {
    const path = suite.freshPath();
    const heads = [];
    for (const text of ['one', 'two', 'three']) heads.push(await suite.text(path, text));
    for (const [index, text] of ['one', 'two', 'three'].entries()) {
      const version = heads[index]?.version ?? '';
      const entry = await suite.adapter.read(path, { ...call(), version });
      expect(entry.version).toBe(version);
      expect(entry.fields.get('value')?.revealText()).toBe(text);
    }
  });

  versionLaw('a version that never was is not found', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one');
    for (const version of ['2', '999999', '0', '-1', 'nonsense', '', '99999999999999999999']) {
      expect((await vaultError(suite.adapter.read(path, { ...call(), version }))).code).toBe('not_found');
    }
  });

  law('versions are never used again', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one');
    const second = await suite.text(path, 'two');
    await suite.adapter.destroyVersion?.(path, first.version, call());
    const third = await suite.text(path, 'three');
    expect(new Set([first.version, second.version, third.version]).size).toBe(3);
  });

  destroyLaw('a destroyed version is gone and the others stay', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one');
    const second = await suite.text(path, 'two');
    await suite.adapter.destroyVersion?.(path, first.version, call());
    expect((await vaultError(suite.readText(path, first.version))).code).toBe('not_found');
    expect(await suite.readText(path)).toBe('two');
    expect((await suite.adapter.head(path, call())).version).toBe(second.version);
  });

  destroyLaw('destroying what is destroyed or never was succeeds', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one');
    await suite.text(path, 'two');
    await suite.adapter.destroyVersion?.(path, first.version, call());
    await suite.adapter.destroyVersion?.(path, first.version, call());
    await suite.adapter.destroyVersion?.(path, '77', call());
    await suite.adapter.destroyVersion?.(path, 'nonsense', call());
    await suite.adapter.destroyVersion?.(suite.freshPath(), '1', call());
    expect(await suite.readText(path)).toBe('two');
  });
};
