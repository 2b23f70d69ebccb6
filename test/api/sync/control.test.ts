import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBeside } from '../../support/beside.ts';
import { entryCalls } from '../../support/entry-calls.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../../support/scene.ts';
import { type SyncDesk, syncDesk } from '../../support/sync-desk.ts';
import { textAt } from '../../support/vault-entries.ts';

let scene: Scene;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 2 });
  desk = syncDesk(scene);
});
afterAll(() => scene.close());

const get = async (path: string) => must(await scene.admin('GET', path), 200);
const post = (path: string) => desk.call('POST', path);

/** What the target's vault was asked for an entry. */
const asked = (number: number) => entryCalls(desk.place(number).vault);

const PAUSES = [
  ['profile', () => `/v1/vault-profiles/${desk.place(0).profileId}`, 'profile_paused'],
  ['project', () => '/v1/projects/shop', 'project_paused'],
  ['everything', () => '/v1/sync', 'sync_paused'],
] as const;

test.each(PAUSES)(
  'paused (%s): nothing new starts, nothing is lost, and it goes on at the newest',
  async (what, of, code) => {
    const place = desk.place(0);
    const { id, path } = await desk.made(`paused-${what}`, [place]);
    await targetsIn(scene.admin, id, 'synced');
    const { pausedAt } = await post(`${of()}/pause`);
    expect(await post(`${of()}/pause`)).toEqual({ pausedAt });
    await eventually(async () => (await get('/v1/sync')).underWay === 0, 'drained');
    const before = asked(0);
    for (const version of [2, 3]) await desk.write(id, version);
    await scene.broker.work.syncs.run(place.profileId, new AbortController().signal);
    expect(await desk.target(id, place)).toMatchObject({
      state: 'paused',
      code,
      desiredVersion: 3,
      observedVersion: 1,
    });
    expect(asked(0)).toBe(before);
    // The source is no copy: it has the newest version.
    expect(await textAt(scene.source.vault, path)).toBe('v3');

    expect(await post(`${of()}/resume`)).toEqual({ pausedAt: null });
    await targetsIn(scene.admin, id, 'synced');
    expect(await textAt(place.vault, path)).toBe('v3');
    const { items } = await get('/v1/audit-events?limit=200');
    const actions = (items as { action: string }[]).map(({ action }) => action);
    const name = { profile: 'vault_profile', project: 'project', everything: 'sync' }[what];
    expect(actions.filter((action) => action === `${name}.paused`)).toHaveLength(1);
    expect(actions.filter((action) => action === `${name}.resumed`)).toHaveLength(1);
  },
);

test('a ticket resolves for all, for a number or for named profiles, and names the laggards in time', async () => {
  const [well, slow] = [desk.place(0), desk.place(1)];
  const { id } = await desk.made('ticket', [well, slow]);
  await targetsIn(scene.admin, id, 'synced');
  await post(`/v1/vault-profiles/${slow.profileId}/pause`);
  const { changeRequest } = await desk.call('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v2' } });
  const ticket = `/v1/change-requests/${(changeRequest as { id: string }).id}?wait=synced`;
  const laggard = { profileId: slow.profileId, state: 'pending', observedVersion: 1 };

  expect((await get(`${ticket}&timeout=20&quorum=1`)).sync).toMatchObject({ reached: true, needed: 1, verified: 1 });
  const named = (await get(`${ticket}&timeout=20&quorum=${well.profileId}`)).sync;
  expect(named).toEqual({ version: 2, reached: true, needed: 1, verified: 1, laggards: [] });
  const late = (await get(`${ticket}&timeout=1`)).sync;
  expect(late).toMatchObject({ version: 2, reached: false, needed: 2, verified: 1, laggards: [laggard] });
  const nowhere = (await get(`${ticket}&timeout=0&quorum=${scene.source.profileId}`)).sync;
  expect(nowhere).toMatchObject({ reached: false, laggards: [{ targetId: null, code: 'no_target' }] });
  expect((await scene.admin('GET', `${ticket}&quorum=some`)).status).toBe(422);

  // Another process, asked later, goes on waiting at the same place.
  const beside = await startBeside(scene, { workers: false });
  const waiting = beside.admin('GET', `${ticket}&timeout=30`);
  await post(`/v1/vault-profiles/${slow.profileId}/resume`);
  expect(must(await waiting, 200).sync).toMatchObject({ reached: true, needed: 2, verified: 2, laggards: [] });
  await beside.close();
});

test('a profile that misses its objective says so once, and once that it meets it again', async () => {
  const place = desk.place(1);
  await desk.call('PATCH', `/v1/vault-profiles/${place.profileId}`, { freshnessSeconds: 5 });
  await post(`/v1/vault-profiles/${place.profileId}/pause`);
  const { id } = await desk.made('stale', [place]);
  expect(await get(`/v1/vault-profiles/${place.profileId}/freshness`)).toMatchObject({ staleSince: null });
  await scene.broker.db.query(
    `update targets set due_since = clock_timestamp() - interval '1 minute' where secret_id = $1::uuid`,
    [id],
  );
  const stale = await eventually(async () => {
    const profile = await get(`/v1/vault-profiles/${place.profileId}`);
    return profile.staleSince === null ? undefined : profile;
  }, 'stale');
  expect(stale).toMatchObject({ freshnessSeconds: 5 });
  const shown = await get(`/v1/vault-profiles/${place.profileId}/freshness`);
  expect(shown).toMatchObject({ objectiveSeconds: 5 });
  expect(shown.lagSeconds).toBeGreaterThanOrEqual(60);
  expect((await scene.admin('GET', '/metrics')).text).toContain('keyferry_stale_profiles 1');
  await post(`/v1/vault-profiles/${place.profileId}/resume`);
  await eventually(async () => (await get(`/v1/vault-profiles/${place.profileId}`)).staleSince === null, 'fresh');
  for (const action of ['vault_profile.stale', 'vault_profile.fresh']) {
    const { items } = await get(`/v1/audit-events?action=${action}`);
    expect(items, action).toMatchObject([{ objectId: place.profileId, details: { objectiveSeconds: 5 } }]);
  }
});

test('who may: operators their profiles, project administrators their project, the installation all; others find nothing', async () => {
  const viewer = await scene.person('viewer', 'viewer');
  const operator = await scene.person('operator', 'operator');
  const profile = `/v1/vault-profiles/${desk.place(0).profileId}`;
  for (const path of [profile, '/v1/projects/shop', '/v1/sync']) {
    expect((await viewer.api('POST', `${path}/pause`)).status, path).toBe(403);
  }
  expect((await viewer.api('POST', `${profile}/restore/settle`)).status).toBe(403);
  expect((await operator.api('POST', `${profile}/resume`)).status).toBe(200);
  expect((await operator.api('POST', '/v1/sync/restore/settle')).status).toBe(403);
  expect((await viewer.api('GET', '/v1/sync')).status).toBe(200);
  const nobody = '01936f76-2d33-7e4f-9a5b-6c7d8e9f0a12';
  for (const path of [`/v1/vault-profiles/${nobody}/pause`, `/v1/vault-profiles/${nobody}/restore/settle`]) {
    expect((await scene.admin('POST', path)).status, path).toBe(404);
  }
  expect((await scene.admin('POST', '/v1/projects/nowhere/pause')).status).toBe(404);
  expect((await scene.admin('GET', `/v1/vault-profiles/${nobody}/freshness`)).status).toBe(404);
});
