import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../support/answers.ts';
import { textAt } from '../support/fault-desk.ts';
import { type MixedPlace, type MixedScene, startMixedScene, WORLD_NAMES } from '../support/mixed-scene.ts';
import { eventually } from '../support/scene.ts';
import { syncDesk } from '../support/sync-desk.ts';

/* A deleted secret that is restored: every copy comes back, at every kind of vault, and a report says so of each target. */
let scene: MixedScene;
let desk: ReturnType<typeof syncDesk<MixedPlace>>;

beforeAll(async () => {
  scene = await startMixedScene({ source: 'hashicorp-vault', targets: WORLD_NAMES });
  desk = syncDesk(scene);
});
afterAll(() => scene?.close());

interface Progress {
  readonly targetId: string;
  readonly profileId: string;
  readonly state: string;
  readonly code: string | null;
  readonly arrived: boolean;
}

/** The report of a change, as it stands now, by profile. */
async function reportOf(changeId: string): Promise<ReadonlyMap<string, Progress>> {
  const { targets } = must(await scene.admin('GET', `/v1/change-requests/${changeId}/plan`), 200);
  return new Map((targets as Progress[]).map((progress) => [progress.profileId, progress]));
}

/** A secret with these copies, deleted: no vault shows it any more. */
async function deleted(name: string, places: readonly MixedPlace[]) {
  const made = await desk.made(name, places);
  for (const place of places) await desk.inState(made.id, place, 'synced');
  await desk.call('DELETE', `/v1/secrets/${made.id}`);
  for (const place of places) await desk.inState(made.id, place, 'removed');
  for (const place of [scene.source, ...places]) expect(await textAt(place, made.path)).toBeUndefined();
  return made;
}

async function restore(secretId: string): Promise<string> {
  return ((await desk.call('POST', `/v1/secrets/${secretId}/restore`)).changeRequest as { id: string }).id;
}

test('every copy is back, at every kind of vault, and the report says so of each', async () => {
  const { id, path } = await deleted('everywhere', scene.targets);
  const changeId = await restore(id);
  const { sync } = must(await scene.admin('GET', `/v1/change-requests/${changeId}?wait=synced&timeout=30`), 200);
  expect(sync).toMatchObject({ reached: true, laggards: [] });
  const report = await reportOf(changeId);
  expect([...report.keys()].sort()).toEqual(scene.targets.map(({ profileId }) => profileId).sort());
  for (const progress of report.values()) {
    expect(progress).toMatchObject({
      state: 'synced',
      code: null,
      arrived: true,
      desiredVersion: 1,
      observedVersion: 1,
    });
  }
  for (const place of [scene.source, ...scene.targets]) expect(await textAt(place, path)).toBe('v1');
});

test('what stands in the way of one copy is said of that one, and the others are back', async () => {
  const places = [scene.at('kubernetes'), scene.at('aws-secrets-manager'), scene.at('scaleway')] as const;
  const [taken, away, free] = places;
  const { id, path } = await deleted('in-the-way', places);
  const { remotePath } = (await desk.target(id, taken)) as unknown as { remotePath: string };
  await taken.foreign.write(remotePath, 'value', 'theirs');
  await away.world.down();
  const changeId = await restore(id);
  const report = await eventually(async () => {
    const now = await reportOf(changeId);
    const done = now.get(free.profileId)?.arrived && now.get(taken.profileId)?.state === 'conflict';
    return done && now.get(away.profileId)?.state === 'failed' ? now : undefined;
  }, 'a report on all three');
  expect(report.get(taken.profileId)).toMatchObject({ code: 'foreign_entry', arrived: false });
  expect(report.get(away.profileId)).toMatchObject({ code: expect.any(String), arrived: false });
  expect(await textAt(taken, path)).toBe('theirs');
  expect(await textAt(free, path)).toBe('v1');

  // The report goes on to say how it is: nothing of it was remembered.
  await away.world.up();
  await eventually(async () => {
    await desk.hurry(id);
    return (await reportOf(changeId)).get(away.profileId)?.arrived;
  }, 'the vault that was away has it, too');
  expect(await textAt(away, path)).toBe('v1');
  expect((await reportOf(changeId)).get(taken.profileId)).toMatchObject({ state: 'conflict', arrived: false });
});
