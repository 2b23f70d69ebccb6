import { expect } from 'vitest';
import type { Family } from '../family.ts';
import { law, lawIf } from '../law.ts';
import { refusesPower } from '../refusals.ts';
import { call, vaultError, vaultErrors } from '../suite.ts';

export const testRemoving: Family = (suite, capabilities) => {
  const remove = (path: string, mode: 'recoverable' | 'permanent', ifVersion?: string) =>
    suite.adapter.remove(path, { ...call(), mode, ...(ifVersion !== undefined && { ifVersion }) });

  law('after a permanent removal there is nothing, and nothing to recover', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one');
    await remove(path, 'permanent');
    for (const error of await vaultErrors([suite.adapter.head(path, call()), suite.adapter.read(path, call())])) {
      expect(error).toMatchObject({ code: 'not_found', removed: undefined });
    }
    if (suite.adapter.recover) expect((await vaultError(suite.adapter.recover(path, call()))).code).toBe('not_found');
  });

  law('an entry that was removed for good can be made again', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one');
    await remove(path, 'permanent');
    await suite.text(path, 'two', suite.absent);
    expect(await suite.readText(path)).toBe('two');
  });

  law('removing what is not there succeeds, with a condition as well', async () => {
    const path = suite.freshPath();
    await remove(path, 'permanent');
    if (capabilities.compareAndSet) await remove(path, 'permanent', '1');
    await suite.text(path, 'one');
    await remove(path, 'permanent');
    await expect(remove(path, 'permanent')).resolves.toBeUndefined();
  });

  law('a removal takes that entry only', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'outer');
    await suite.text(`${path}/inner`, 'inner');
    await suite.text(`${path}2`, 'beside');
    await remove(path, 'permanent');
    expect(await suite.readText(`${path}/inner`)).toBe('inner');
    expect(await suite.readText(`${path}2`)).toBe('beside');
  });

  const refused = refusesPower(suite, async (vault, path) => {
    expect(suite.adapter.recover).toBeUndefined();
    for (const work of [remove(path, 'recoverable'), vault.recover(path)]) {
      expect(await vaultError(work)).toMatchObject({ code: 'unsupported', maybeApplied: false });
    }
    return vault.remove(path, { mode: 'recoverable' });
  });
  const softLaw = (title: string, run: () => Promise<void>) => lawIf(capabilities.softDelete, title, run, refused);

  const labels = capabilities.labels ? { labels: { team: 'blue' } } : {};
  const recover = async (path: string) => suite.adapter.recover?.(path, call());

  softLaw('a recoverable removal is not found, tells what it was, and comes back', async () => {
    const path = suite.freshPath();
    const head = await suite.text(path, 'one', labels);
    await remove(path, 'recoverable');
    const removed = { version: head.version, labels: head.labels };
    for (const error of await vaultErrors([suite.adapter.head(path, call()), suite.adapter.read(path, call())])) {
      expect(error).toMatchObject({ code: 'not_found', removed });
    }
    expect(await recover(path)).toEqual(head);
    expect(await suite.adapter.head(path, call())).toEqual(head);
    expect(await suite.readText(path)).toBe('one');
  });

  softLaw('a recoverable removal of what is removed or missing succeeds', async () => {
    const path = suite.freshPath();
    await remove(path, 'recoverable');
    await suite.text(path, 'one');
    await remove(path, 'recoverable');
    await remove(path, 'recoverable');
    await recover(path);
    expect(await suite.readText(path)).toBe('one');
  });

  softLaw('recovering a live entry changes nothing, a missing one is not found', async () => {
    const path = suite.freshPath();
    expect((await vaultError(recover(path))).code).toBe('not_found');
    const head = await suite.text(path, 'one');
    expect(await recover(path)).toEqual(head);
  });

  softLaw('a removed entry can be written again, as absent and not at its old version', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one');
    const second = await suite.text(path, 'two');
    await remove(path, 'recoverable');
    if (capabilities.compareAndSet) {
      expect((await vaultError(suite.text(path, 'x', { ifVersion: first.version }))).code).toBe('version_conflict');
    }
    const third = await suite.text(path, 'three', suite.absent);
    expect([first.version, second.version]).not.toContain(third.version);
    expect(await suite.readText(path)).toBe('three');
  });

  const oneWins = async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one');
    await remove(path, 'recoverable');
    const writers = Array.from({ length: 10 }, () => suite.text(path, 'x', { ifVersion: 'absent' }));
    expect((await Promise.allSettled(writers)).filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  };
  const unconditional = refusesPower(suite, (vault, path) =>
    vault.remove(path, { mode: 'permanent', ifVersion: 'nonsense' }),
  );
  lawIf(
    capabilities.softDelete && capabilities.compareAndSet,
    'of many writers on a removed entry exactly one wins',
    oneWins,
    capabilities.softDelete ? unconditional : refused,
  );

  softLaw('a recoverable removal can be made permanent', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one');
    await remove(path, 'recoverable');
    await remove(path, 'permanent');
    expect((await vaultError(recover(path))).code).toBe('not_found');
    expect(await vaultError(suite.adapter.head(path, call()))).toMatchObject({ code: 'not_found', removed: undefined });
  });
};
