import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryCalls } from '../support/entry-calls.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { appliedAt, entryAt, isKnown, textAt } from '../support/vault-entries.ts';

let scene: Scene;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 2 });
  desk = syncDesk(scene);
});
afterAll(() => scene.close());

const everywhere = () => [scene.source.vault, ...scene.targets.map((target) => target.vault)];
const windowOver = (id: string) =>
  scene.broker.db.query(
    `update secrets set destroy_after = clock_timestamp() - interval '1 second' where id = $1::uuid`,
    [id],
  );
const stateOf = async (id: string) => (await desk.call('GET', `/v1/secrets/${id}`)).state;

test('a deleted secret and its copies come back when it is restored', async () => {
  const { id, path } = await desk.made('returning', scene.targets);
  await targetsIn(scene.admin, id, 'synced');
  await desk.call('DELETE', `/v1/secrets/${id}`, { recoveryDays: 7 });
  const gone = await desk.call('GET', `/v1/secrets/${id}`);
  expect(gone.state).toBe('deleted');
  expect(Date.parse(gone.destroyAfter as string) - Date.parse(gone.deletedAt as string)).toBe(7 * 24 * 3_600_000);
  await targetsIn(scene.admin, id, 'removed');
  for (const vault of everywhere()) expect(await entryAt(vault, path)).toBeUndefined();
  expect((await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`)).json.code).toBe('invalid_transition');
  expect((await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'x' } })).status).toBe(409);
  await desk.call('POST', `/v1/secrets/${id}/restore`);
  await targetsIn(scene.admin, id, 'synced');
  for (const vault of everywhere()) expect(await textAt(vault, path)).toBe('v1');
  expect(await desk.call('GET', `/v1/secrets/${id}/versions/latest/content`)).toMatchObject({
    payload: { value: 'v1' },
  });
  await desk.write(id, 2);
  await targetsIn(scene.admin, id, 'synced');
  for (const vault of everywhere()) expect(await textAt(vault, path)).toBe('v2');
});

test('a target that somebody removed before the deletion does not come back with the secret', async () => {
  const [stays, goes] = [desk.place(0), desk.place(1)];
  const { id, path } = await desk.made('not-all-return', [stays, goes]);
  await targetsIn(scene.admin, id, 'synced');
  await desk.profile(goes, 'disable');
  const { id: targetId } = await desk.target(id, goes);
  await desk.call('DELETE', `/v1/secrets/${id}/targets/${targetId}`, { copy: 'delete' });
  await desk.call('DELETE', `/v1/secrets/${id}`);
  await desk.call('POST', `/v1/secrets/${id}/restore`);
  await desk.profile(goes, 'enable');
  await desk.inState(id, stays, 'synced');
  await desk.inState(id, goes, 'removed');
  expect(await textAt(stays.vault, path)).toBe('v1');
  expect(await isKnown(goes.vault, path)).toBe(false);
});

test('copies that were to stay are left alone while the secret is deleted, and carried on after a restore', async () => {
  const { id, path } = await desk.made('copies-stay', scene.targets);
  await targetsIn(scene.admin, id, 'synced');
  await desk.call('DELETE', `/v1/secrets/${id}`, { copies: 'keep' });
  const parked = await targetsIn(scene.admin, id, 'parked');
  expect(parked.map((target) => (target as { code?: string }).code)).toEqual(['secret_deleted', 'secret_deleted']);
  await desk.call('POST', `/v1/secrets/${id}/sync`);
  expect(await entryAt(scene.source.vault, path)).toBeUndefined();
  for (const { vault } of scene.targets) expect(await textAt(vault, path)).toBe('v1');
  await desk.call('POST', `/v1/secrets/${id}/restore`);
  await targetsIn(scene.admin, id, 'synced');
  for (const { vault } of scene.targets) expect(appliedAt(vault, path, 'write')).toHaveLength(1);
});

test('when the window ends everything goes for good, also what a vault could have brought back', async () => {
  const { id, path } = await desk.made('expiring', scene.targets);
  await targetsIn(scene.admin, id, 'synced');
  await desk.call('DELETE', `/v1/secrets/${id}`);
  await targetsIn(scene.admin, id, 'removed');
  for (const vault of everywhere()) expect(await isKnown(vault, path)).toBe(true);
  await windowOver(id);
  await eventually(async () => (await stateOf(id)) === 'destroyed', 'destroyed');
  await targetsIn(scene.admin, id, 'removed');
  for (const vault of everywhere()) expect(await isKnown(vault, path)).toBe(false);
  expect((await scene.admin('POST', `/v1/secrets/${id}/restore`)).status).toBe(409);
  const again = await desk.made('expiring', scene.targets);
  await targetsIn(scene.admin, again.id, 'synced');
});

test('a source that is away when the window ends delays the destruction, in one change and not one per look', async () => {
  const { id, path } = await desk.made('expiring-later', [desk.place(0)]);
  await targetsIn(scene.admin, id, 'synced');
  await desk.call('DELETE', `/v1/secrets/${id}`, { copies: 'keep' });
  await scene.source.vault.down();
  await windowOver(id);
  const changes = () =>
    scene.broker.db.query<{ state: string; attempts: number }>(
      `select state, attempts from change_requests where secret_id = $1::uuid and operation = 'destroy'`,
      [id],
    );
  await eventually(async () => ((await changes())[0]?.attempts ?? 0) > 1, 'two attempts');
  expect(await changes()).toHaveLength(1);
  await scene.source.vault.up();
  await scene.broker.db.query(
    `update change_requests set next_attempt_at = clock_timestamp() where secret_id = $1::uuid and ended_at is null`,
    [id],
  );
  await eventually(async () => (await stateOf(id)) === 'destroyed', 'destroyed');
  expect(await changes()).toHaveLength(1);
  expect(await isKnown(scene.source.vault, path)).toBe(false);
  expect(await textAt(desk.place(0).vault, path)).toBe('v1');
});

test('rolling back makes the older content a new version everywhere; to equal content it does nothing', async () => {
  const { id, path } = await desk.made('back', scene.targets);
  await desk.write(id, 2);
  const back = must(await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 1 }), 201);
  expect(back).toMatchObject({ version: { version: 3, description: 'rollback to version 1' } });
  await targetsIn(scene.admin, id, 'synced');
  for (const vault of everywhere()) expect(await textAt(vault, path)).toBe('v1');
  const [, , first] = (await desk.call('GET', `/v1/secrets/${id}/versions`)).items as { fingerprint: string }[];
  expect(back.version).toMatchObject({ fingerprint: first?.fingerprint });
  expect(must(await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 3 }), 200)).toMatchObject({
    unchanged: true,
  });
  expect((await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 9 })).status).toBe(404);
});

test('a newest version that is disabled is not carried; enabled again it is', async () => {
  const place = desk.place(0);
  const { id, path } = await desk.made('held', [place]);
  await desk.inState(id, place, 'synced');
  await desk.profile(place, 'disable');
  await desk.write(id, 2);
  await desk.call('POST', `/v1/secrets/${id}/versions/2/disable`);
  await desk.profile(place, 'enable');
  expect(await desk.inState(id, place, 'parked')).toMatchObject({ code: 'version_disabled', observedVersion: 1 });
  expect(await textAt(place.vault, path)).toBe('v1');
  await desk.call('POST', `/v1/secrets/${id}/versions/2/enable`);
  await desk.inState(id, place, 'synced');
  expect(await textAt(place.vault, path)).toBe('v2');
});

test('a disabled profile is called for nothing; what waits goes out when it is enabled, the newest only', async () => {
  const place = desk.place(1);
  const { id, path } = await desk.made('waiting', [place]);
  await desk.inState(id, place, 'synced');
  await desk.profile(place, 'disable');
  const calls = entryCalls(place.vault);
  for (const version of [2, 3]) await desk.write(id, version);
  await desk.call('POST', `/v1/secrets/${id}/sync`);
  const other = await desk.made('waiting-too', [place]);
  await desk.call('POST', `/v1/secrets/${other.id}/destroy`);
  await scene.broker.scanner.scan();
  expect(entryCalls(place.vault)).toBe(calls);
  await desk.profile(place, 'enable');
  await desk.inState(id, place, 'synced');
  await desk.inState(other.id, place, 'removed');
  expect(await textAt(place.vault, path)).toBe('v3');
  expect(appliedAt(place.vault, path, 'write')).toHaveLength(2);
  expect(appliedAt(place.vault, other.path, 'write')).toHaveLength(0);
});

test('a disabled source is called for nothing: reads, writes and deletions are refused', async () => {
  const { id } = await desk.made('closed-source', []);
  await desk.profile(scene.source, 'disable');
  try {
    const calls = entryCalls(scene.source.vault);
    const refused = await Promise.all([
      scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`),
      scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v2' } }),
      scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 1 }),
      scene.admin('DELETE', `/v1/secrets/${id}`),
      scene.admin('POST', `/v1/secrets/${id}/destroy`),
    ]);
    expect(refused.map(({ status, json }) => `${status} ${json.code}`)).toEqual(Array(5).fill('409 profile_disabled'));
    expect(entryCalls(scene.source.vault)).toBe(calls);
  } finally {
    await desk.profile(scene.source, 'enable');
  }
  await desk.write(id, 2);
});

test('targets that waited for a disabled source go on at once when it is enabled', async () => {
  const place = desk.place(0);
  const { id, path } = await desk.made('source-paused', [place]);
  await desk.inState(id, place, 'synced');
  await desk.profile(place, 'disable');
  await desk.write(id, 2);
  await scene.broker.db.query(
    `update targets set state = 'failed', code = 'source_profile_disabled',
       next_attempt_at = clock_timestamp() + interval '1 hour' where secret_id = $1::uuid`,
    [id],
  );
  await desk.profile(scene.source, 'disable');
  await scene.broker.db.query('update vault_profiles set enabled = true where id = $1::uuid', [place.profileId]);
  await desk.profile(scene.source, 'enable');
  await desk.inState(id, place, 'synced');
  expect(await textAt(place.vault, path)).toBe('v2');
});
