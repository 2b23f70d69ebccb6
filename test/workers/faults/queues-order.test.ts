import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../support/answers.ts';
import { type Beside, startBeside } from '../../support/beside.ts';
import { storedTimes, textAt } from '../../support/fault-desk.ts';
import { EMULATED_NAMES, type MixedPlace, type MixedScene, startMixedScene } from '../../support/mixed-scene.ts';
import { syncDesk } from '../../support/sync-desk.ts';
import { requestsFor } from '../../support/vault-world.ts';

/* Two brokers without workers of their own: a test says which of them runs, and a barrier in the vault in which order. */
const LIMITS = { leaseMs: 1_500, vaultTimeoutMs: 15_000 };
let scene: MixedScene;
let other: Beside;
let desk: ReturnType<typeof syncDesk<MixedPlace>>;

beforeAll(async () => {
  scene = await startMixedScene({ source: 'builtin', targets: [], workers: false, settings: LIMITS });
  other = await startBeside(scene, { workers: false, ...LIMITS });
  desk = syncDesk(scene);
});
afterAll(async () => {
  await other?.close();
  await scene?.close();
});

const { signal } = new AbortController();
const run = (who: MixedScene | Beside, place: MixedPlace) => who.broker.work.syncs.run(place.profileId, signal);

const synced = (id: string, place: MixedPlace) =>
  eventually(async () => {
    await desk.hurry(id);
    await run(other, place);
    return (await desk.target(id, place)).state === 'synced';
  }, 'synced');

/** A secret whose target is in step, and due again for version 2. */
async function dueAgain(name: string, place: MixedPlace) {
  const made = await desk.made(name, [place]);
  await synced(made.id, place);
  await desk.write(made.id, 2);
  // It looks first when it cannot know the vault's version.
  await scene.broker.db.query('update targets set remote_version = null where secret_id = $1::uuid', [made.id]);
  return made;
}

const leaseOver = (id: string) =>
  eventually(async () => {
    const rows = await scene.broker.db.query(
      'select 1 from targets where secret_id = $1::uuid and lease_until < clock_timestamp()',
      [id],
    );
    return rows.length === 1;
  }, 'the lease ended');

const entryCalls = ({ world }: MixedPlace) =>
  (['observe', 'list', 'write', 'label', 'remove'] as const).reduce((sum, purpose) => sum + world.arrived(purpose), 0);

describe.each(EMULATED_NAMES)('%s', (name) => {
  test('a worker that stopped after looking sends nothing once another one synced a newer version (B2)', async () => {
    const place = await scene.place(name);
    const { id, path } = await dueAgain(`overtaken-${name}`, place);
    const { world } = place;
    const before = await storedTimes(place);
    const barrier = world.barrier({ when: requestsFor(world, 'observe'), at: 'answer' });
    const working = run(scene, place);
    await barrier.waitFor(1);
    await leaseOver(id);
    await desk.write(id, 3);
    const overtaking = run(other, place);
    await barrier.waitFor(2);
    barrier.release();
    await Promise.all([working, overtaking]);
    await synced(id, place);
    expect(await textAt(place, path)).toBe('v3');
    expect(await desk.target(id, place)).toMatchObject({ state: 'synced', observedVersion: 3, code: null });
    expect(await storedTimes(place)).toBe(before + 1);
  });

  test('a profile disabled between looking and writing: no further call, and then only the newest (B9)', async () => {
    const place = await scene.place(name);
    const { id, path } = await dueAgain(`paused-${name}`, place);
    const { world } = place;
    const before = await storedTimes(place);
    const barrier = world.barrier({ when: requestsFor(world, 'observe'), at: 'answer' });
    const working = run(scene, place);
    await barrier.waitFor(1);
    await desk.profile(place, 'disable');
    const changes = world.changes();
    barrier.release();
    await working;
    // What was under way may have looked to the end, which can take a vault two requests.
    const calls = entryCalls(place);
    expect(world.changes()).toBe(changes);
    for (const version of [3, 4, 5]) await desk.write(id, version);
    await run(scene, place);
    await run(other, place);
    expect(entryCalls(place)).toBe(calls);
    await desk.profile(place, 'enable');
    await synced(id, place);
    expect(await desk.target(id, place)).toMatchObject({ state: 'synced', observedVersion: 5 });
    expect(await storedTimes(place)).toBe(before + 1);
    expect(await textAt(place, path)).toBe('v5');
  });
});
