import { expect } from 'vitest';
import type { Family } from '../family.ts';
import { lawIf } from '../law.ts';
import { refusesPower } from '../refusals.ts';
import { call, fieldsOf, vaultError } from '../suite.ts';

export const testConditions: Family = (suite, capabilities) => {
  const refused = refusesPower(suite, async (vault, path) => {
    const { version } = await vault.head(path);
    const value = fieldsOf({ value: 'two' });
    // Below the broker as well, where the adapter is used by itself.
    for (const ifVersion of ['absent', version]) {
      const error = await vaultError(suite.write(path, value, { ifVersion }));
      expect(error).toMatchObject({ code: 'unsupported', maybeApplied: false });
    }
    return vault.write(path, value, { operationId: 'op', ifVersion: version });
  });
  const conditionLaw = (title: string, run: () => Promise<void>) =>
    lawIf(capabilities.compareAndSet, title, run, refused);

  conditionLaw('absent holds where nothing is', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one', { ifVersion: 'absent' });
    expect(await suite.readText(path)).toBe('one');
  });

  conditionLaw('absent fails on a live entry and changes nothing', async () => {
    const path = suite.freshPath();
    const head = await suite.text(path, 'one', capabilities.labels ? { labels: { a: 'b' } } : {});
    const labels = capabilities.labels ? { labels: { a: 'c' } } : {};
    const error = await vaultError(suite.text(path, 'two', { ifVersion: 'absent', ...labels }));
    expect(error).toMatchObject({ code: 'version_conflict', maybeApplied: false });
    expect(await suite.adapter.head(path, call())).toEqual(head);
    expect(await suite.readText(path)).toBe('one');
  });

  conditionLaw('the newest version holds, an older one fails and changes nothing', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one');
    const second = await suite.text(path, 'two', { ifVersion: first.version });
    const error = await vaultError(suite.text(path, 'three', { ifVersion: first.version }));
    expect(error).toMatchObject({ code: 'version_conflict', maybeApplied: false });
    expect((await suite.adapter.head(path, call())).version).toBe(second.version);
    expect(await suite.readText(path)).toBe('two');
  });

  conditionLaw('a version fails where nothing is, and so does a text that is no version', async () => {
    const path = suite.freshPath();
    for (const ifVersion of ['1', '0', '-1', '1e3', ' 1', 'nonsense', '']) {
      expect((await vaultError(suite.text(path, 'x', { ifVersion }))).code).toBe('version_conflict');
    }
    expect((await vaultError(suite.adapter.head(path, call()))).code).toBe('not_found');
  });

  conditionLaw('what somebody else wrote meanwhile is not overwritten', async () => {
    const path = suite.freshPath();
    const ours = await suite.text(path, 'ours');
    await suite.bench.foreign.write(path, 'value', 'theirs');
    expect((await vaultError(suite.text(path, 'again', { ifVersion: ours.version }))).code).toBe('version_conflict');
    expect(await suite.readText(path)).toBe('theirs');
  });

  conditionLaw('of many writers on one version exactly one wins', async () => {
    const path = suite.freshPath();
    const { version } = await suite.text(path, 'base');
    const writers = Array.from({ length: 10 }, (_, index) =>
      suite.text(path, `writer ${index}`, { ifVersion: version }),
    );
    const outcomes = await Promise.allSettled(writers);
    const won = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []));
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'version_conflict' });
    }
    expect(await suite.readText(path)).toBe(`writer ${won[0]}`);
  });

  conditionLaw('of many writers where nothing is exactly one wins', async () => {
    const path = suite.freshPath();
    const writers = Array.from({ length: 10 }, () => suite.text(path, 'x', { ifVersion: 'absent' }));
    const outcomes = await Promise.allSettled(writers);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  conditionLaw('a removal on an older version fails and changes nothing', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one');
    const second = await suite.text(path, 'two');
    const modes = capabilities.softDelete ? (['permanent', 'recoverable'] as const) : (['permanent'] as const);
    for (const mode of modes) {
      const error = await vaultError(suite.adapter.remove(path, { ...call(), mode, ifVersion: first.version }));
      expect(error).toMatchObject({ code: 'version_conflict', maybeApplied: false });
    }
    expect((await suite.adapter.head(path, call())).version).toBe(second.version);
    for (const mode of modes) {
      await suite.text(path, 'again');
      const { version } = await suite.adapter.head(path, call());
      await suite.adapter.remove(path, { ...call(), mode, ifVersion: version });
      expect((await vaultError(suite.adapter.head(path, call()))).code).toBe('not_found');
    }
  });
};
