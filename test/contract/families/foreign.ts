import { expect } from 'vitest';
import type { Family } from '../family.ts';
import { law, lawIf } from '../law.ts';
import { hasNoDecorations } from '../refusals.ts';
import { call } from '../suite.ts';

const MARKER = { 'keyferry-secret': '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b', 'keyferry-profile': 'p' };

export const testForeign: Family = (suite, capabilities) => {
  law('entries beside ours stay as they are', async () => {
    const folder = suite.freshPath('beside');
    const { foreign } = suite.bench;
    for (const name of ['a', 'ab', 'a/b']) await foreign.write(`${folder}/${name}`, 'value', name);
    await foreign.decorate?.(`${folder}/ab`);
    const head = await suite.adapter.head(`${folder}/ab`, call());
    const decorations = await foreign.decorations?.(`${folder}/ab`);
    const ours = `${folder}/abc`;
    await suite.text(ours, 'ours', capabilities.labels ? { labels: MARKER } : {});
    await suite.text(ours, 'ours again');
    await suite.adapter.remove(ours, { ...call(), mode: 'permanent' });
    expect(await suite.adapter.head(`${folder}/ab`, call())).toEqual(head);
    expect(await foreign.decorations?.(`${folder}/ab`)).toEqual(decorations);
    for (const name of ['a', 'ab', 'a/b']) expect(await suite.readText(`${folder}/${name}`)).toBe(name);
  });

  const outlives = async () => {
    const { foreign } = suite.bench;
    if (!foreign.decorate || !foreign.decorations) throw new Error('everything others can set must be tried');
    const path = suite.freshPath();
    await foreign.write(path, 'value', 'theirs');
    await foreign.decorate(path);
    const before = await foreign.decorations(path);
    expect(before).toBeTruthy();
    // Adoption: first the marker, then the content.
    await suite.adapter.label?.(path, MARKER, call());
    expect(await foreign.decorations(path)).toEqual(before);
    await suite.text(path, 'ours', capabilities.labels ? { labels: MARKER } : {});
    await suite.text(path, 'ours again');
    expect(await foreign.decorations(path)).toEqual(before);
    await suite.adapter.label?.(path, {}, call());
    expect(await foreign.decorations(path)).toEqual(before);
    if (!capabilities.softDelete) return;
    await suite.adapter.remove(path, { ...call(), mode: 'recoverable' });
    await suite.adapter.recover?.(path, call());
    expect(await foreign.decorations(path)).toEqual(before);
  };
  const decorated = suite.target.tier !== 'in process';
  const title = 'what others set on an entry outlives every write of ours';
  lawIf(decorated, title, outlives, hasNoDecorations(suite));
};
