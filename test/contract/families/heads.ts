import { expect } from 'vitest';
import type { Family } from '../family.ts';
import { law, lawIf } from '../law.ts';
import { refusesPower } from '../refusals.ts';
import { call, vaultError } from '../suite.ts';

const LABELS = { owner: 'keyferry', 'project.id': '0190-1234', note: 'Größe 10 = 11/12; "quoted"' };

export const testHeads: Family = (suite, capabilities) => {
  law('a missing entry has no head', async () => {
    const error = await vaultError(suite.adapter.head(suite.freshPath(), call()));
    expect(error).toMatchObject({ code: 'not_found', removed: undefined });
  });

  law('the version stays while nothing is written', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'x');
    const first = await suite.adapter.head(path, call());
    await suite.readText(path);
    expect(await suite.adapter.head(path, call())).toEqual(first);
  });

  law('a version names the operation that wrote it, or none; what others wrote has none', async () => {
    const path = suite.freshPath();
    const { version, writtenBy } = await suite.text(path, 'one', { operationId: 'operation-1' });
    expect([undefined, 'operation-1']).toContain(writtenBy);
    expect((await suite.adapter.head(path, call())).writtenBy).toBe(writtenBy);
    if (capabilities.labels) await suite.adapter.label?.(path, LABELS, call());
    expect((await suite.adapter.read(path, call())).writtenBy).toBe(writtenBy);
    const second = await suite.text(path, 'two', { operationId: 'operation-2' });
    expect(second.writtenBy).toBe(writtenBy === undefined ? undefined : 'operation-2');
    if (capabilities.versions) {
      expect((await suite.adapter.read(path, { ...call(), version })).writtenBy).toBe(writtenBy);
    }
    await suite.bench.foreign.write(path, 'value', 'theirs');
    expect((await suite.adapter.head(path, call())).writtenBy).toBeUndefined();
    expect((await suite.adapter.read(path, call())).writtenBy).toBeUndefined();
  });

  const refused = refusesPower(suite, async (vault, path) => {
    const error = await vaultError(suite.text(path, 'x', { labels: LABELS }));
    expect(error).toMatchObject({ code: 'unsupported', maybeApplied: false });
    expect(suite.adapter.label).toBeUndefined();
    return vault.label(path, LABELS);
  });
  const labelLaw = (title: string, run: () => Promise<void>) => lawIf(capabilities.labels, title, run, refused);

  labelLaw('labels come back as they were given', async () => {
    const path = suite.freshPath();
    const written = await suite.text(path, 'x', { labels: LABELS });
    expect(written.labels).toEqual(LABELS);
    expect((await suite.adapter.head(path, call())).labels).toEqual(LABELS);
    expect((await suite.adapter.read(path, call())).labels).toEqual(LABELS);
  });

  labelLaw('without labels the entry keeps those it has', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one', { labels: LABELS });
    expect((await suite.text(path, 'two')).labels).toEqual(LABELS);
    expect((await suite.adapter.head(path, call())).labels).toEqual(LABELS);
  });

  labelLaw('labels replace all labels', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one', { labels: LABELS });
    expect((await suite.text(path, 'two', { labels: { owner: 'else' } })).labels).toEqual({ owner: 'else' });
    expect((await suite.adapter.head(path, call())).labels).toEqual({ owner: 'else' });
    await suite.text(path, 'three', { labels: {} });
    expect((await suite.adapter.head(path, call())).labels).toEqual({});
  });

  const label = async (path: string, labels: typeof LABELS | object, ifVersion?: string) =>
    suite.adapter.label?.(path, { ...labels }, { ...call(), ...(ifVersion !== undefined && { ifVersion }) });

  labelLaw('labels can be replaced without a new version', async () => {
    const path = suite.freshPath();
    const head = await suite.text(path, 'one', { labels: { old: 'label' } });
    const newest = capabilities.compareAndSet ? head.version : undefined;
    expect(await label(path, LABELS, newest)).toEqual({ ...head, labels: LABELS });
    expect(await suite.adapter.head(path, call())).toEqual({ ...head, labels: LABELS });
    expect(await suite.readText(path)).toBe('one');
    expect(await label(path, {})).toEqual({ ...head, labels: {} });
  });

  labelLaw('labels are not replaced on an older version, on a missing entry or on a removed one', async () => {
    const path = suite.freshPath();
    expect((await vaultError(label(path, LABELS))).code).toBe('not_found');
    const first = await suite.text(path, 'one');
    const second = await suite.text(path, 'two');
    for (const version of capabilities.compareAndSet ? [first.version, 'nonsense'] : []) {
      const error = await vaultError(label(path, LABELS, version));
      expect(error).toMatchObject({ code: 'version_conflict', maybeApplied: false });
    }
    expect(await suite.adapter.head(path, call())).toEqual(second);
    if (!capabilities.softDelete) return;
    await suite.adapter.remove(path, { ...call(), mode: 'recoverable' });
    expect((await vaultError(label(path, LABELS))).code).toBe('not_found');
    expect(await suite.adapter.recover?.(path, call())).toEqual(second);
  });

  labelLaw('an entry that was removed for good and made again has no old labels', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one', { labels: LABELS });
    await suite.adapter.remove(path, { ...call(), mode: 'permanent' });
    await suite.text(path, 'two');
    expect((await suite.adapter.head(path, call())).labels).toEqual({});
  });

  labelLaw('the foreign writer has none of our labels', async () => {
    const path = suite.freshPath();
    await suite.bench.foreign.write(path, 'value', 'x');
    expect((await suite.adapter.head(path, call())).labels).toEqual({});
  });
};
