import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryModule } from '../../adapters/memory/adapter-module.ts';
import { type MixedScene, startMixedScene, WORLD_NAMES } from '../support/mixed-scene.ts';
import { carry, memoryPlace, PAIR_NAMES, type PairName, type PairOutcomes, type PairPlace } from './pairs/pair-runs.ts';
import { LARGEST_EVERYWHERE, PAIR_PAYLOADS } from './pairs/payloads.ts';
import { CONTRACT_TARGETS } from './targets.ts';

/*
 * Every kind as the source of every kind: each payload is read back at its destination, byte for byte. What one of the two cannot
 * hold is refused when the secret or the target is saved.
 */

const TITLE = 'source -> target';
const MODULES = [...CONTRACT_TARGETS.map((target) => target.module), memoryModule];

let scene: MixedScene;
let targets: readonly PairPlace[];

/** Names are kinds, with the way of using them behind. */
const holdsLargest = (name: PairName): boolean => {
  const module = MODULES.find(({ kind }) => name === kind || name.startsWith(`${kind}-`));
  return (module?.capabilities.maxBytes ?? 0) > LARGEST_EVERYWHERE;
};

beforeAll(async () => {
  scene = await startMixedScene({ source: 'builtin', targets: WORLD_NAMES, settings: { vaultTimeoutMs: 10_000 } });
  targets = [...scene.targets, await memoryPlace(scene, 'memory-target')];
});
afterAll(() => scene?.close());

describe.each(PAIR_NAMES)('from %s', (source) => {
  const outcomes = new Map<string, PairOutcomes>();

  beforeAll(async () => {
    const place = source === 'memory' ? await memoryPlace(scene, 'memory-source') : await scene.place(source);
    await Promise.all(
      PAIR_PAYLOADS.map(async (payload) => {
        const isLargest = payload.column === '64 KiB';
        const holds = (name: PairName) => !isLargest || holdsLargest(name);
        outcomes.set(payload.column, await carry(scene, place, targets, payload, holds));
      }),
    );
  });

  for (const target of PAIR_NAMES) {
    for (const { column } of PAIR_PAYLOADS) {
      const fits = column !== '64 KiB' || (holdsLargest(source) && holdsLargest(target));
      const table = { title: TITLE, row: `${source} -> ${target}`, column };
      test(`${column} to ${target}`, { meta: { cell: { as: fits ? 'pass' : 'refused', table } } }, () => {
        expect(outcomes.get(column)?.get(target)).toBe(fits ? 'same' : 'payload_too_large');
      });
    }
  }
});
