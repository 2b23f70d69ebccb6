import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Beside, startBeside } from '../support/beside.ts';
import { eventually, type Scene, startScene } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { textAt } from '../support/vault-entries.ts';

/* As many vaults that hang as the worker has slots in the queue, each for longer than the test lasts. */
const DEAD = 8;
let scene: Scene;
let worker: Beside;
let desk: SyncDesk;

beforeAll(async () => {
  // The API rings through the queue: nobody works in its process.
  scene = await startScene({ targets: DEAD + 1, workers: false });
  worker = await startBeside(scene, { vaultTimeoutMs: 120_000, leaseMs: 300_000 });
  desk = syncDesk(scene);
});
afterAll(async () => {
  for (const { vault } of scene.targets) vault.clearScripts();
  await Promise.all(scene.targets.map(({ vault }) => vault.close()));
  await worker.close();
  await scene.close();
});

test('vaults that hang take no capacity from the others', async () => {
  const dead = scene.targets.slice(0, DEAD);
  const well = desk.place(DEAD);
  let hanging = 0;
  for (const { vault } of dead) {
    vault.script({
      when: () => true,
      steps: () => {
        hanging++;
        return 'hang';
      },
    });
  }
  const stuck = await desk.made('stuck', dead);
  await eventually(async () => hanging >= DEAD, 'every dead vault holds a call');
  const { id, path } = await desk.made('well', [well]);
  await eventually(async () => (await textAt(well.vault, path)) === 'v1', 'the other vault is served');
  await desk.inState(id, well, 'synced');
  await desk.write(id, 2);
  await eventually(async () => (await textAt(well.vault, path)) === 'v2', 'and served again');
  expect((await desk.targets(stuck.id)).map(({ state }) => state)).toEqual(Array(DEAD).fill('syncing'));
});
