import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, startScene } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { appliedAt, textAt } from '../support/vault-entries.ts';

/* A worker that has looked at the destination when somebody pauses: it has not begun to write, so it does not. */
let scene: Scene;
let desk: SyncDesk;
let atObserved: (() => Promise<unknown>) | undefined;

beforeAll(async () => {
  scene = await startScene({
    targets: 1,
    workers: false,
    failpoint: async (name) => {
      if (name !== 'sync.after-observe') return;
      const then = atObserved;
      atObserved = undefined;
      await then?.();
    },
  });
  desk = syncDesk(scene);
});
afterAll(() => scene.close());

const PAUSES = [
  ['profile', () => `/v1/vault-profiles/${desk.place(0).profileId}`],
  ['project', () => '/v1/projects/shop'],
  ['everything', () => '/v1/sync'],
] as const;

test.each(PAUSES)('paused (%s) between the look and the write: nothing is written', async (what, of) => {
  const place = desk.place(0);
  const run = () => scene.broker.work.syncs.run(place.profileId, new AbortController().signal);
  const { id, path } = await desk.made(`midway-${what}`, [place]);
  await run();
  await desk.write(id, 2);
  let paused = false;
  atObserved = async () => {
    must(await scene.admin('POST', `${of()}/pause`), 200);
    paused = true;
  };
  await run();
  expect(paused).toBe(true);
  expect(appliedAt(place.vault, path, 'write')).toHaveLength(1);
  expect(await desk.target(id, place)).toMatchObject({ state: 'paused', observedVersion: 1, desiredVersion: 2 });
  await run();
  expect(appliedAt(place.vault, path, 'write')).toHaveLength(1);

  await desk.write(id, 3);
  must(await scene.admin('POST', `${of()}/resume`), 200);
  await run();
  expect(appliedAt(place.vault, path, 'write')).toHaveLength(2);
  expect(await textAt(place.vault, path)).toBe('v3');
});
