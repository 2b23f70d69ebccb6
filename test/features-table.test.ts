import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../src/setup/package-root.ts';

/* README's table of capabilities: what is said to work names the tests that prove it, and they exist. */

interface Feature {
  readonly id: string;
  readonly state: string;
  readonly provedBy: readonly string[];
}

let features: readonly Feature[];

beforeAll(async () => {
  features = featuresOf(await readFile(path.join(packageRoot(), 'README.md'), 'utf8'));
});

/** Rows of the table below "## Features": id, capability, state, tests without `test/` and `.test.ts`. */
function featuresOf(readme: string): Feature[] {
  const [, section = ''] = /^## Features$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readme) ?? [];
  const rows = section.split('\n').filter((line) => /^\| (?!Id |---)/.test(line));
  return rows.map((row) => {
    const [id = '', , state = '', proved = ''] = row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    return { id, state, provedBy: [...proved.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '') };
  });
}

test('every capability stands there once', () => {
  const ids = features.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(70);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(['M1', 'R1', 'V1', 'L1', 'Y1', 'A1', 'U7', 'X1']));
});

test('what works names a test, and what does not names none', () => {
  const works = ({ state }: Feature) => /^[●◐]/.test(state);
  expect(features.filter(({ state }) => !/^[●◐○]/.test(state))).toEqual([]);
  expect(features.filter((feature) => works(feature) !== feature.provedBy.length > 0).map(({ id }) => id)).toEqual([]);
});

test('every test that is named exists', async () => {
  const missing: string[] = [];
  for (const { id, provedBy } of features) {
    for (const name of provedBy) {
      const file = path.join(packageRoot(), 'test', `${name}.test.ts`);
      await access(file).catch(() => missing.push(`${id}: ${name}`));
    }
  }
  expect(missing).toEqual([]);
});
