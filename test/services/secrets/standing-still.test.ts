import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FailpointName } from '../../../src/ports.ts';
import { eventually, must } from '../../support/answers.ts';
import { type Beside, createTrap, startBeside } from '../../support/beside.ts';
import { textAt } from '../../support/fault-desk.ts';
import { type MixedPlace, type MixedScene, startMixedScene } from '../../support/mixed-scene.ts';
import { syncDesk } from '../../support/sync-desk.ts';

/*
 * The first broker stands still in the middle of a change for longer than its lease; the second carries the change out, and more
 * happens to the secret; then the first goes on. Nothing may be done a second time, nor anything newer be undone.
 */
const settings = { leaseMs: 700, vaultTimeoutMs: 1_500 };
const trap = createTrap();
let scene: MixedScene;
let second: Beside;
let desk: ReturnType<typeof syncDesk<MixedPlace>>;
let guarded: MixedPlace;

beforeAll(async () => {
  scene = await startMixedScene({
    source: 'scaleway',
    targets: ['hashicorp-vault'],
    workers: false,
    settings,
    failpoint: trap.failpoint,
  });
  guarded = scene.at('hashicorp-vault');
  second = await startBeside(scene, settings);
  desk = syncDesk({ ...scene, admin: second.admin });
});
afterAll(async () => {
  await second?.close();
  await scene?.close();
});

/** Without compare-and-set, and with it. */
const KINDS = ['scaleway', 'hashicorp-vault'] as const;
const placeOf = (kind: (typeof KINDS)[number]) => (kind === 'scaleway' ? scene.source : guarded);

const get = async (id: string) => must(await second.admin('GET', `/v1/secrets/${id}`), 200);

/** Asks the first broker, which stops at `point`; answers when the second has brought the change to its end. */
async function stuckAt(point: FailpointName, method: string, path: string, body: object = {}) {
  trap.arm(point);
  const asked = scene.admin(method, path, body);
  await trap.caught();
  await eventually(async () => {
    const rows = await second.broker.db.query('select 1 from change_requests where ended_at is null');
    return rows.length === 0;
  }, 'the second broker ended the change');
  return {
    goOn: async () => {
      trap.release();
      return must(await asked, 200, 201);
    },
  };
}

test.each(
  (['write.after-open', 'write.before-vault', 'write.after-vault'] as const).flatMap((point) =>
    KINDS.map((kind) => [point, kind] as const),
  ),
)('a write that stood still at %s does not come over a newer one (%s)', async (point, kind) => {
  const place = placeOf(kind);
  const name = `still-${point.replace('.', '-')}-${kind}`;
  const { id, path } = await desk.made(name, [], place);
  const stuck = await stuckAt(point, 'POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v2' } });
  expect(await textAt(place, path)).toBe('v2');
  await desk.write(id, 3);
  const before = place.world.changes();
  expect(await stuck.goOn()).toMatchObject({ version: { version: 2 }, changeRequest: { state: 'applied' } });
  expect(place.world.changes()).toBe(before);
  expect(await textAt(place, path)).toBe('v3');
  expect((await get(id)).latestVersion).toBe(3);
  await desk.write(id, 4);
  expect(await textAt(place, path)).toBe('v4');
});

test.each(KINDS)('a creation that stood still does not bring back what was destroyed since (%s)', async (kind) => {
  const place = placeOf(kind);
  const name = `still-created-${kind}`;
  const body = { project: 'shop', name, type: 'api_key', sourceProfileId: place.profileId, payload: { value: 'v1' } };
  const stuck = await stuckAt('write.before-vault', 'POST', '/v1/secrets', body);
  const { id, sourcePath } = must(await second.admin('GET', `/v1/projects/shop/secrets/${name}`), 200);
  await desk.call('POST', `/v1/secrets/${id}/destroy`);
  expect(await stuck.goOn()).toMatchObject({ secretId: id, changeRequest: { state: 'applied' } });
  expect(await textAt(place, sourcePath as string)).toBeUndefined();
});

test.each(KINDS)('a write that stood still does not come over the next secret of that name (%s)', async (kind) => {
  const place = placeOf(kind);
  const { id } = await desk.made(`still-replaced-${kind}`, [], place);
  const stuck = await stuckAt('write.before-vault', 'POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v2' } });
  await desk.call('POST', `/v1/secrets/${id}/destroy`);
  const { path } = await desk.made(`still-replaced-${kind}`, [], place);
  expect(await stuck.goOn()).toMatchObject({ version: { version: 2 } });
  expect(await textAt(place, path)).toBe('v1');
});

test.each(KINDS)('a rename that stood still leaves nothing where the secret was for a while (%s)', async (kind) => {
  const place = placeOf(kind);
  const { id, path } = await desk.made(`still-named-${kind}`, [], place);
  const stuck = await stuckAt('write.before-vault', 'POST', `/v1/secrets/${id}/rename`, { name: `passing-${kind}` });
  const { sourcePath } = await get(id);
  await eventually(async () => (await textAt(place, path)) === undefined, 'the first entry is gone');
  await eventually(async () => {
    const name = `still-named-${kind}-again`;
    return (await second.admin('POST', `/v1/secrets/${id}/rename`, { name })).status === 200;
  }, 'renamed once more');
  await eventually(async () => (await textAt(place, sourcePath as string)) === undefined, 'the old entry is gone');
  expect(await stuck.goOn()).toMatchObject({ changeRequest: { state: 'applied' } });
  expect(await textAt(place, sourcePath as string)).toBeUndefined();
  expect(await textAt(place, path)).toBeUndefined();
  expect(await textAt(place, `${path}-again`)).toBe('v1');
});

test('a deletion that stood still does not take away what was restored since', async () => {
  const { id, path } = await desk.made('still-deleted', [], guarded);
  const stuck = await stuckAt('write.before-vault', 'DELETE', `/v1/secrets/${id}`);
  expect((await get(id)).state).toBe('deleted');
  await desk.call('POST', `/v1/secrets/${id}/restore`);
  expect(await stuck.goOn()).toMatchObject({ changeRequest: { state: 'applied' } });
  expect(await textAt(guarded, path)).toBe('v1');
  expect((await get(id)).state).toBe('active');
});

test('a restoration that stood still does not bring back what was deleted since', async () => {
  const { id, path } = await desk.made('still-restored', [], guarded);
  await desk.call('DELETE', `/v1/secrets/${id}`);
  const stuck = await stuckAt('write.before-vault', 'POST', `/v1/secrets/${id}/restore`);
  await desk.call('DELETE', `/v1/secrets/${id}`);
  expect(await stuck.goOn()).toMatchObject({ changeRequest: { state: 'applied' } });
  expect(await textAt(guarded, path)).toBeUndefined();
});

test.each(KINDS)('a destruction that stood still does not take the next secret of that name (%s)', async (kind) => {
  const place = placeOf(kind);
  const { id, path } = await desk.made(`still-destroyed-${kind}`, [], place);
  const stuck = await stuckAt('write.before-vault', 'POST', `/v1/secrets/${id}/destroy`);
  expect((await get(id)).state).toBe('destroyed');
  const { id: next, path: same } = await desk.made(`still-destroyed-${kind}`, [], place);
  expect(same).toBe(path);
  expect(await stuck.goOn()).toMatchObject({ changeRequest: { state: 'applied' } });
  expect(await textAt(place, path)).toBe('v1');
  expect((await desk.call('GET', `/v1/secrets/${next}/versions/1/content`)).payload).toEqual({ value: 'v1' });
});
