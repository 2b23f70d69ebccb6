import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, must, type Scene, startScene } from '../support/scene.ts';
import { type SecretPlace, type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { textAt } from '../support/vault-entries.ts';

let scene: Scene;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 3 });
  desk = syncDesk(scene);
});
afterAll(() => scene.close());

interface Fuse {
  readonly tripped: boolean;
  readonly wanted: number;
  readonly of: number;
  readonly released: number;
}
const fuseOf = async (place: SecretPlace) =>
  (await desk.call('GET', `/v1/vault-profiles/${place.profileId}`)).fuse as unknown as Fuse;
const limit = (place: SecretPlace, limits: Record<string, unknown>) =>
  desk.call('PATCH', `/v1/vault-profiles/${place.profileId}`, limits);
const REASON = 'the shop was closed';
const release = (place: SecretPlace, count: number, reason: unknown = REASON) =>
  scene.admin('POST', `/v1/vault-profiles/${place.profileId}/fuse`, { release: count, reason });

async function synced(place: SecretPlace, names: readonly string[]) {
  const made = await Promise.all(names.map((name) => desk.made(name, [place])));
  for (const { id } of made) await desk.inState(id, place, 'synced');
  return made;
}
const present = async (place: SecretPlace, made: readonly { path: string }[]) => {
  const texts = await Promise.all(made.map(({ path }) => textAt(place.vault, path)));
  return texts.filter((text) => text !== undefined).length;
};
const settled = (place: SecretPlace, tripped: boolean, wanted: number) =>
  eventually(async () => {
    const fuse = await fuseOf(place);
    return fuse.tripped === tripped && fuse.wanted === wanted ? fuse : undefined;
  }, `the fuse holds ${wanted}`);

test('removals beyond the limit are held, shown and asked for; a release lets go exactly so many', async () => {
  const place = desk.place(0);
  await limit(place, { maxDeletes: 2 });
  const made = await synced(place, ['one', 'two', 'three', 'four', 'five', 'six']);
  for (const { id } of made) await desk.call('DELETE', `/v1/secrets/${id}`);
  expect(await settled(place, true, 4)).toMatchObject({ of: expect.any(Number), released: 0 });
  expect(await present(place, made)).toBe(4);
  const states = await Promise.all(made.map(({ id }) => desk.target(id, place)));
  const held = states.filter((target) => target.state === 'removing');
  expect(held.map((target) => target.code)).toEqual(Array(4).fill('delete_fuse'));

  // Neither looking again nor a plan moves it.
  for (const { id } of made) await desk.call('POST', `/v1/secrets/${id}/sync`);
  await scene.broker.scanner.scan();
  const plan = await desk.call('GET', `/v1/vault-profiles/${place.profileId}/plan?observe=false`);
  expect((plan.items as { code: string }[]).map(({ code }) => code)).toEqual(Array(4).fill('delete_fuse'));
  expect(await present(place, made)).toBe(4);

  for (const reason of [undefined, '', '         so so        ']) {
    expect((await release(place, 1, reason ?? null)).json).toMatchObject({ code: 'invalid_input' });
  }
  expect((await release(place, 5)).json).toMatchObject({ code: 'invalid_transition', held: 4 });
  expect(must(await release(place, 3), 200)).toMatchObject({ released: 3, held: 1 });
  await eventually(async () => (await present(place, made)) === 1, 'three are gone');
  await settled(place, true, 1);
  must(await release(place, 1), 200);
  await eventually(async () => (await present(place, made)) === 0, 'the last one is gone');
  await settled(place, false, 0);
  const { items } = must(await scene.admin('GET', `/v1/audit-events?objectId=${place.profileId}&limit=100`), 200);
  const actions = (items as { action: string }[]).map(({ action }) => action);
  const released = (items as { action: string; details: unknown }[]).filter(
    ({ action }) => action === 'vault_profile.fuse_released',
  );
  expect(released.map(({ details }) => details)).toEqual([
    { released: 1, held: 0, reason: REASON },
    { released: 3, held: 1, reason: REASON },
  ]);
  expect(actions.filter((action) => action === 'vault_profile.fuse_tripped')).toHaveLength(1);
  expect(actions.filter((action) => action === 'vault_profile.fuse_released')).toHaveLength(2);
});

test('a share of the copies is a limit, too; a restore calls the removals off', async () => {
  const place = desk.place(1);
  await limit(place, { maxDeletes: null, maxDeletePercent: 40 });
  const made = await synced(place, ['a', 'b', 'c', 'd', 'e']);
  for (const { id } of made) await desk.call('DELETE', `/v1/secrets/${id}`);
  await settled(place, true, 3);
  expect(await present(place, made)).toBe(3);
  for (const { id } of made) await desk.call('POST', `/v1/secrets/${id}/restore`);
  for (const { id } of made) await desk.inState(id, place, 'synced');
  expect(await fuseOf(place)).toMatchObject({ tripped: false, wanted: 0 });
  expect(await present(place, made)).toBe(5);
});

test('a removal that was let through once is not counted again, however often it is tried', async () => {
  const place = desk.place(2);
  await limit(place, { maxDeletes: 1 });
  const [one] = await synced(place, ['stubborn']);
  const script = place.vault.script({ path: 'secret/delete/', steps: { status: 500 } });
  await desk.call('DELETE', `/v1/secrets/${one?.id}`);
  await eventually(
    async () => (await desk.target(one?.id ?? '', place)).attempts > 1 || hurried(one?.id),
    'tried twice',
  );
  script.remove();
  await desk.hurry(one?.id ?? '');
  await desk.inState(one?.id ?? '', place, 'removed');
  expect(await fuseOf(place)).toMatchObject({ tripped: false });
});

const hurried = async (id: string | undefined) => {
  await desk.hurry(id ?? '');
  return false;
};

test('removals that were decided for another place are held when the profile moves', async () => {
  const place = desk.place(2);
  await limit(place, { maxDeletes: 100 });
  const [one] = await synced(place, ['moving']);
  await desk.profile(place, 'disable');
  await desk.call('DELETE', `/v1/secrets/${one?.id}`);
  await limit(place, { attributes: { prefix: 'elsewhere' } });
  await desk.profile(place, 'enable');
  expect(await desk.target(one?.id ?? '', place)).toMatchObject({ state: 'removing', code: 'delete_fuse' });
  // Nothing lies there, and still nobody says that it is gone.
  await desk.call('POST', `/v1/secrets/${one?.id}/sync`);
  await scene.broker.scanner.scan();
  await settled(place, true, 1);
  expect(await textAt(place.vault, one?.path ?? '')).toBe('v1');
  must(await release(place, 1), 200);
  await desk.inState(one?.id ?? '', place, 'removed');
});
