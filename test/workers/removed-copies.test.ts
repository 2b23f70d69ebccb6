import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBeside } from '../support/beside.ts';
import { type MixedScene, startMixedScene } from '../support/mixed-scene.ts';
import { syncDesk } from '../support/sync-desk.ts';

let scene: MixedScene;

beforeAll(async () => {
  scene = await startMixedScene({
    source: 'hashicorp-vault',
    targets: ['kubernetes', 'aws-secrets-manager'],
    workers: false,
  });
});
afterAll(() => scene.close());

const CANARY = 'v1';
const kept = () =>
  scene.broker.db.query<{ targetId: string; sealed: Buffer }>(
    'select target_id as "targetId", sealed from removed_copies',
  );
const runAll = async (work = scene.broker.work) => {
  for (const { profileId } of scene.targets) await work.syncs.run(profileId, new AbortController().signal);
};

/** A secret with a copy in each vault, deleted: the copies are gone. */
async function removed(name: string) {
  const desk = syncDesk(scene);
  const { id } = await desk.made(name, scene.targets);
  await runAll();
  for (const place of scene.targets) await desk.inState(id, place, 'synced');
  await desk.call('DELETE', `/v1/secrets/${id}`);
  await runAll();
  for (const place of scene.targets) await desk.inState(id, place, 'removed');
  return { id, desk };
}

test('what a vault cannot bring back is kept sealed until it is back, also without its source, and then erased', async () => {
  const { id, desk } = await removed('undone');
  const kubernetes = scene.at('kubernetes');
  const [row, ...others] = await kept();
  expect(row?.targetId).toBe((await desk.target(id, kubernetes)).id);
  expect(others).toEqual([]);
  expect(row?.sealed.includes(CANARY)).toBe(false);

  const { changeRequest } = await desk.call('POST', `/v1/secrets/${id}/restore`);
  const report = async () =>
    (await desk.call('GET', `/v1/change-requests/${(changeRequest as { id: string }).id}/plan`)).targets as {
      profileId: string;
      arrived: boolean;
    }[];
  expect((await report()).map(({ arrived }) => arrived)).toEqual([false, false]);
  // Another process: nothing of the value is at hand there.
  const beside = await startBeside(scene, { workers: false });
  try {
    await scene.source.world.down();
    await runAll(beside.broker.work);
    expect(Object.fromEntries((await report()).map(({ profileId, arrived }) => [profileId, arrived]))).toEqual({
      [kubernetes.profileId]: true,
      [scene.at('aws-secrets-manager').profileId]: false,
    });
    expect((await desk.target(id, kubernetes)).observedVersion).toBe(1);
  } finally {
    await scene.source.world.up();
    await beside.close();
  }
  await scene.broker.scanner.scan();
  expect(await kept()).toEqual([]);
  await desk.hurry(id);
  await runAll();
  expect((await report()).map(({ arrived }) => arrived)).toEqual([true, true]);
});

test('it is erased when its time is over or the secret is destroyed', async () => {
  const { id, desk } = await removed('gone');
  await desk.call('POST', `/v1/secrets/${id}/destroy`);
  await scene.broker.scanner.scan();
  expect(await kept()).toEqual([]);
  await removed('expired');
  expect(await kept()).toHaveLength(1);
  await scene.broker.db.query(`update removed_copies set expires_at = clock_timestamp() - interval '1 second'`);
  await scene.broker.scanner.scan();
  expect(await kept()).toEqual([]);
});

test('what was kept for one target does not open for another', async () => {
  const [one, other] = [await removed('mine'), await removed('theirs')];
  const [first, second] = await kept();
  await scene.broker.db.query('update removed_copies set sealed = $2 where target_id = $1::uuid', [
    first?.targetId,
    second?.sealed,
  ]);
  for (const { id, desk } of [one, other]) await desk.call('POST', `/v1/secrets/${id}/restore`);
  const beside = await startBeside(scene, { workers: false });
  try {
    await scene.source.world.down();
    await runAll(beside.broker.work);
  } finally {
    await scene.source.world.up();
    await beside.close();
  }
  const at = scene.at('kubernetes');
  const states = await Promise.all([one, other].map(async ({ id, desk }) => desk.target(id, at)));
  const swapped = states.find((target) => target.id === first?.targetId);
  expect(swapped).toMatchObject({ state: 'failed', code: expect.stringMatching(/^source_/) });
  expect(states.find((target) => target.id === second?.targetId)).toMatchObject({ state: 'synced' });
});
