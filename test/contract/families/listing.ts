import { expect } from 'vitest';
import type { Family } from '../family.ts';
import { law } from '../law.ts';
import { call } from '../suite.ts';

export const testListing: Family = (suite, capabilities) => {
  law('nothing below the prefix gives an empty listing', async () => {
    expect(await suite.listed(suite.freshPath())).toEqual([]);
  });

  law('every entry is listed once, at any depth, and only those below the prefix', async () => {
    const folder = suite.freshPath('folder');
    const inside = [`${folder}/a`, `${folder}/a/b`, `${folder}/a/b/c/d`, `${folder}/z`];
    for (const path of [...inside, folder, `${folder}2/a`, `${folder}.x`]) await suite.text(path, 'x');
    expect((await suite.listed(folder)).sort()).toEqual(inside);
    expect((await suite.listed(`${folder}/a`)).sort()).toEqual([`${folder}/a/b`, `${folder}/a/b/c/d`]);
  });

  law('without a prefix everything is listed', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'x');
    const listed = await suite.listed('');
    expect(listed.filter((entry) => entry === path)).toEqual([path]);
  });

  law('many entries are listed once each', async () => {
    const folder = suite.freshPath('many');
    const paths = Array.from({ length: 60 }, (_, index) => `${folder}/n${String(index).padStart(3, '0')}`);
    await Promise.all(paths.map((path) => suite.text(path, 'x')));
    expect((await suite.listed(folder)).sort()).toEqual(paths);
  });

  law('removed entries are not listed, recovered ones are', async () => {
    const folder = suite.freshPath('removed');
    for (const name of ['kept', 'gone', 'soft']) await suite.text(`${folder}/${name}`, 'x');
    await suite.adapter.remove(`${folder}/gone`, { ...call(), mode: 'permanent' });
    if (capabilities.softDelete) await suite.adapter.remove(`${folder}/soft`, { ...call(), mode: 'recoverable' });
    const live = capabilities.softDelete ? ['kept'] : ['kept', 'soft'];
    expect((await suite.listed(folder)).sort()).toEqual(live.map((name) => `${folder}/${name}`));
    if (!capabilities.softDelete) return;
    await suite.adapter.recover?.(`${folder}/soft`, call());
    expect((await suite.listed(folder)).sort()).toEqual([`${folder}/kept`, `${folder}/soft`]);
  });

  law('a listing may be left early', async () => {
    const folder = suite.freshPath('early');
    for (const name of ['a', 'b', 'c']) await suite.text(`${folder}/${name}`, 'x');
    for await (const path of suite.adapter.list(folder, call())) {
      expect(path.startsWith(`${folder}/`)).toBe(true);
      break;
    }
    expect(await suite.listed(folder)).toHaveLength(3);
  });
};
