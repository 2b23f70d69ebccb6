import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must } from '../support/answers.ts';
import { ForeignRun, type ForeignWorld, OPERATIONS, type Operation } from '../support/foreign-run.ts';
import {
  type MixedPlace,
  type MixedScene,
  startMixedScene,
  WORLD_NAMES,
  type WorldName,
} from '../support/mixed-scene.ts';
import { syncDesk } from '../support/sync-desk.ts';

/*
 * What others have in a vault stays as it is, whatever we do beside it: bytes, versions and everything the vendor keeps of an
 * entry. PROPERTY_SEED repeats a run, PROPERTY_RUNS makes more of them.
 */

const runs = Number(process.env.PROPERTY_RUNS ?? 12);
const seed = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));

let scene: MixedScene;
const sources = new Map<WorldName, MixedPlace>();

beforeAll(async () => {
  console.log(`foreign worlds: PROPERTY_SEED=${seed}`);
  const settings = { vaultTimeoutMs: 5_000, leaseMs: 10_000, scanIntervalMs: 100 };
  scene = await startMixedScene({ source: 'builtin', targets: WORLD_NAMES, settings });
  await Promise.all(WORLD_NAMES.map(async (name) => sources.set(name, await scene.place(name))));
});
afterAll(() => scene?.close());

/** Entries of others, by where they lie to ours. */
const foreignWorld: fc.Arbitrary<ForeignWorld> = fc.uniqueArray(
  fc.record({
    place: fc.constantFrom('beside', 'below', 'prefix', 'case', 'elsewhere', 'dotted', 'in-the-way'),
    texts: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 2 }),
    decorated: fc.boolean(),
  }),
  { selector: ({ place }) => place, minLength: 1, maxLength: 5 },
);
/** Twice what only makes sense after something else. */
const operation = fc.constantFrom<Operation[]>(...OPERATIONS, 'restore', 'decorate ours', 'update', 'collide');
const operations = fc.array(operation, { minLength: 2, maxLength: 8 });

describe.concurrent('beside what others have', () => {
  test.each(WORLD_NAMES)(
    'at %s',
    async (name) => {
      const source = sources.get(name);
      if (source === undefined) throw new Error('no such source');
      const target = scene.at(name);
      const desk = syncDesk(scene);
      let count = 0;
      const prefix = await warmUp(source, target);
      const property = fc.asyncProperty(foreignWorld, operations, async (world, steps) => {
        const run = new ForeignRun({ scene, desk, source, target }, prefix, `${name}-${++count}`);
        await run.populate(world);
        await run.perform(steps);
        await run.settle();
        expect(await run.changed()).toEqual([]);
      });
      await fc.assert(property, { seed: seed + WORLD_NAMES.indexOf(name), numRuns: runs, endOnFailure: true });
    },
    120_000,
  );
});

test('what somebody else changes meanwhile is noticed', async () => {
  const source = sources.get('hashicorp-vault');
  if (source === undefined) throw new Error('no such source');
  const target = scene.at('hashicorp-vault');
  const parts = { scene, desk: syncDesk(scene), source, target };
  const run = new ForeignRun(parts, 'default/shop', 'noticed');
  await run.populate([{ place: 'beside', texts: ['one'], decorated: true }]);
  await run.settle();
  expect(await run.changed()).toEqual([]);
  await target.foreign.write('default/shop/other-noticed', 'value', 'one');
  expect(await run.changed()).toEqual([expect.stringMatching(/^target: .*default\/shop\/other-noticed$/)]);
});

/** A first secret, after which all is there that ours share with others, such as the one Secret of a layout. */
async function warmUp(source: MixedPlace, target: MixedPlace): Promise<string> {
  const secret = {
    project: 'shop',
    name: `warm-${source.name}`,
    type: 'api_key',
    sourceProfileId: source.profileId,
    targets: [{ profileId: target.profileId }],
    payload: { value: 'ours' },
  };
  const { secretId } = must(await scene.admin('POST', '/v1/secrets', secret), 201);
  await syncDesk(scene).inState(secretId as string, target, 'synced');
  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${secretId}`), 200) as { sourcePath: string };
  return sourcePath.slice(0, sourcePath.lastIndexOf('/'));
}
