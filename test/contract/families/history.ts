import { expect, test } from 'vitest';
import type { Family } from '../family.ts';
import { call, vaultError } from '../suite.ts';

export const testHistory: Family = (suite, capabilities) => {
  if (!capabilities.versions) {
    test('asking for a version is refused', async () => {
      const path = suite.freshPath();
      const { version } = await suite.text(path, 'one');
      expect((await vaultError(suite.adapter.read(path, { ...call(), version }))).code).toBe('unsupported');
    });
    return;
  }

  test('older versions can be read', async () => {
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

  test('a version that never was is not found', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one');
    for (const version of ['2', '999999', '0', '-1', 'nonsense', '', '99999999999999999999']) {
      expect((await vaultError(suite.adapter.read(path, { ...call(), version }))).code).toBe('not_found');
    }
  });

  test('versions are never used again', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one');
    const second = await suite.text(path, 'two');
    await suite.adapter.destroyVersion?.(path, first.version, call());
    const third = await suite.text(path, 'three');
    expect(new Set([first.version, second.version, third.version]).size).toBe(3);
  });

  if (!capabilities.destroyVersions) return;

  test('a destroyed version is gone and the others stay', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one');
    const second = await suite.text(path, 'two');
    await suite.adapter.destroyVersion?.(path, first.version, call());
    expect((await vaultError(suite.readText(path, first.version))).code).toBe('not_found');
    expect(await suite.readText(path)).toBe('two');
    expect((await suite.adapter.head(path, call())).version).toBe(second.version);
  });

  test('destroying what is destroyed or never was succeeds', async () => {
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
