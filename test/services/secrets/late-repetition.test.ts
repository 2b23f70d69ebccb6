import { afterAll, beforeAll, expect, test } from 'vitest';
import { textAt } from '../../support/fault-desk.ts';
import { type MixedPlace, type MixedScene, startMixedScene } from '../../support/mixed-scene.ts';
import { syncDesk } from '../../support/sync-desk.ts';
import { requestsFor } from '../../support/vault-world.ts';

/*
 * A vault without compare-and-set takes a write of ours that was repeated once more when it arrives late: nobody can keep it
 * out, and nothing may hang on it.
 */
let scene: MixedScene;
let desk: ReturnType<typeof syncDesk<MixedPlace>>;

beforeAll(async () => {
  scene = await startMixedScene({ source: 'scaleway', targets: [], settings: { vaultTimeoutMs: 1_500 } });
  desk = syncDesk(scene);
}, 60_000);
afterAll(() => scene?.close());

const write = (id: string, value: string) => scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } });

test.each([
  ['the newest version', 'v2'],
  ['an earlier version', 'v1'],
])('%s that arrives once more does not keep later writes out', async (what, again) => {
  const { source } = scene;
  const { id, path } = await desk.made(`again-${what.replaceAll(' ', '-')}`, []);
  await desk.write(id, 2);
  await source.foreign.write(path, 'value', again);
  expect((await write(id, 'v3')).status).toBe(201);
  expect(await textAt(source, path)).toBe('v3');
  // The same when the answer to the write is lost and somebody looks for it.
  await source.foreign.write(path, 'value', again);
  source.world.script({ when: requestsFor(source.world, 'write'), steps: 'reset', count: 1 });
  expect((await write(id, 'v4')).status).toBe(201);
  expect(await textAt(source, path)).toBe('v4');
  expect((await desk.call('GET', `/v1/secrets/${id}`)).latestVersion).toBe(4);
});

test('what is not ours stays, and the write is a conflict', async () => {
  const { source } = scene;
  const { id, path } = await desk.made('theirs', []);
  await source.foreign.write(path, 'value', 'theirs');
  expect((await write(id, 'v2')).status).toBe(409);
  expect(await textAt(source, path)).toBe('theirs');
});
