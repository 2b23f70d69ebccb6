import { afterAll, beforeAll, expect, test } from 'vitest';
import { byHand } from '../support/drift-desk.ts';
import { startVaultEmulator } from '../support/emulators/hashicorp-vault.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { appliedAt, entryAt, isKnown, putForeign, textAt } from '../support/vault-entries.ts';

let scene: Scene;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 2, settings: { vaultTimeoutMs: 2_000 } });
  desk = syncDesk(scene);
});
afterAll(() => scene.close());

const pathFor = (name: string) => `default/shop/${name}`;
const resolve = (id: string, targetId: string, way: string) =>
  desk.call('POST', `/v1/secrets/${id}/targets/${targetId}/resolve`, { way });

test("a foreign entry in a target's place is left alone until somebody decides (B7)", async () => {
  const place = desk.place(0);
  await putForeign(place.vault, pathFor('foreign'), { value: 'theirs' });
  const { id, path } = await desk.made('foreign', [place]);
  const seen = await desk.inState(id, place, 'conflict');
  expect(seen).toMatchObject({ code: 'foreign_entry', observedVersion: null });
  await desk.write(id, 2);
  await desk.call('POST', `/v1/secrets/${id}/sync`);
  await desk.inState(id, place, 'conflict');
  expect(await textAt(place.vault, path)).toBe('theirs');
  await resolve(id, seen.id, 'adopt');
  await desk.inState(id, place, 'conflict');
  expect(appliedAt(place.vault, path)).toHaveLength(1);
  await resolve(id, seen.id, 'overwrite');
  await desk.inState(id, place, 'synced');
  expect((await entryAt(place.vault, path))?.labels).toMatchObject({ 'keyferry-secret': id });
  expect(await textAt(place.vault, path)).toBe('v2');
});

test('an equal foreign entry is not taken over unasked, however often it is looked at; asked, without a write (B7)', async () => {
  const place = desk.place(0);
  await putForeign(place.vault, pathFor('twin'), { value: 'v1' });
  const { id, path } = await desk.made('twin', [place]);
  const seen = await desk.inState(id, place, 'conflict');
  for (let round = 0; round < 3; round++) {
    const [before] = await scene.broker.db.query<{ token: number }>(
      'select lease_token as token from targets where id = $1::uuid',
      [seen.id],
    );
    await desk.call('POST', `/v1/secrets/${id}/targets/${seen.id}/sync`);
    await eventually(async () => {
      const [now] = await scene.broker.db.query<{ token: number; free: boolean }>(
        'select lease_token as token, lease_until is null as free from targets where id = $1::uuid',
        [seen.id],
      );
      return now !== undefined && now.token > (before?.token ?? 0) && now.free;
    }, 'another look');
    expect((await desk.target(id, place)).state).toBe('conflict');
  }
  expect((await entryAt(place.vault, path))?.labels).toEqual({});
  await resolve(id, seen.id, 'adopt');
  await desk.inState(id, place, 'synced');
  expect(appliedAt(place.vault, path, 'write')).toHaveLength(1);
  expect((await entryAt(place.vault, path))?.labels).toMatchObject({ 'keyferry-secret': id });
});

test('what to do about a foreign entry can be said when the target is made', async () => {
  const [first, second] = [desk.place(0), desk.place(1)];
  for (const { vault } of [first, second]) await putForeign(vault, pathFor('chosen'), { value: 'theirs' });
  const { id, path } = await desk.made('chosen', [
    { ...first, onConflict: 'overwrite' },
    { ...second, onConflict: 'adopt' },
  ]);
  await desk.inState(id, first, 'synced');
  await desk.inState(id, second, 'conflict');
  expect(await textAt(first.vault, path)).toBe('v1');
  expect(await textAt(second.vault, path)).toBe('theirs');
});

test("deleting a secret leaves a foreign entry in its target's place", async () => {
  const place = desk.place(0);
  await putForeign(place.vault, pathFor('not-mine'), { value: 'theirs' });
  const { id, path } = await desk.made('not-mine', [place]);
  await desk.inState(id, place, 'conflict');
  await desk.call('POST', `/v1/secrets/${id}/destroy`);
  await desk.inState(id, place, 'removed');
  expect(await textAt(place.vault, path)).toBe('theirs');
});

test('two profiles on one real path: the second is refused, however its naming is spelled (B7)', async () => {
  const { vaultId } = desk.place(0);
  const twin = { name: 'twin of target-1', vaultId };
  const refused = await scene.admin('POST', '/v1/vault-profiles', twin);
  expect([refused.status, refused.json.code]).toEqual([409, 'remote_path_taken']);
  // The default naming below a prefix, and that prefix written into the naming, lead to the same entries.
  await desk.call('POST', '/v1/vault-profiles', { ...twin, attributes: { prefix: 'team' } });
  const naming = 'team/{organization}/{project}/{path}/{name}';
  const spelled = await scene.admin('POST', '/v1/vault-profiles', { name: 'spelled', vaultId, naming });
  expect([spelled.status, spelled.json.code]).toEqual([409, 'remote_path_taken']);
});

test('drift is shown and not repaired until somebody says so', async () => {
  const place = desk.place(0);
  const { id, path } = await desk.made('drifting', [place]);
  await desk.inState(id, place, 'synced');
  await putForeign(place.vault, path, { value: 'by hand' });
  await desk.call('POST', `/v1/secrets/${id}/sync`);
  const seen = await desk.inState(id, place, 'drifted');
  expect(seen.code).toBe('content_changed');
  await desk.write(id, 2);
  await eventually(async () => (await desk.target(id, place)).desiredVersion === 2, 'wanted');
  await desk.inState(id, place, 'drifted');
  expect(await textAt(place.vault, path)).toBe('by hand');
  await resolve(id, seen.id, 'overwrite');
  await desk.inState(id, place, 'synced');
  expect(await textAt(place.vault, path)).toBe('v2');
});

test('a target added later gets the current value; removed with its copy or without', async () => {
  const [first, second] = [desk.place(0), desk.place(1)];
  const { id, path } = await desk.made('later', []);
  await desk.write(id, 2);
  for (const place of [first, second])
    await desk.call('POST', `/v1/secrets/${id}/targets`, { profileId: place.profileId });
  expect((await scene.admin('POST', `/v1/secrets/${id}/targets`, { profileId: first.profileId })).json.code).toBe(
    'already_exists',
  );
  await targetsIn(scene.admin, id, 'synced');
  const [a, b] = [await desk.target(id, first), await desk.target(id, second)];
  await desk.call('DELETE', `/v1/secrets/${id}/targets/${a.id}`, { copy: 'delete' });
  await desk.call('DELETE', `/v1/secrets/${id}/targets/${b.id}`, { copy: 'keep' });
  await desk.inState(id, first, 'removed');
  expect(await isKnown(first.vault, path)).toBe(false);
  expect(await textAt(second.vault, path)).toBe('v2');
  await desk.write(id, 3);
  await desk.call('POST', `/v1/secrets/${id}/targets`, { profileId: first.profileId });
  await desk.inState(id, first, 'synced');
  expect(await textAt(first.vault, path)).toBe('v3');
  expect(await textAt(second.vault, path)).toBe('v2');
});

test.each(['target', 'drop'] as const)(
  'the source moves; the value is proved there and the old one becomes: %s',
  async (oldSource) => {
    const to = desk.place(1);
    const { id, path } = await desk.made(`moving-${oldSource}`, [desk.place(0)]);
    await desk.write(id, 2);
    await desk.call('POST', `/v1/secrets/${id}/source-profile`, { profileId: to.profileId, oldSource });
    expect(await desk.call('GET', `/v1/secrets/${id}`)).toMatchObject({
      sourceProfileId: to.profileId,
      latestVersion: 2,
    });
    expect(await textAt(to.vault, path)).toBe('v2');
    expect(must(await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`), 200)).toMatchObject({
      version: 2,
      payload: { value: 'v2' },
    });
    const older = await scene.admin('GET', `/v1/secrets/${id}/versions/1/content`);
    expect(older.json.code).toBe('version_content_unavailable');
    await desk.write(id, 3);
    await desk.inState(id, desk.place(0), 'synced');
    await desk.inState(id, scene.source, oldSource === 'target' ? 'synced' : 'removed');
    expect(await textAt(to.vault, path)).toBe('v3');
    expect(await textAt(desk.place(0).vault, path)).toBe('v3');
    expect(await textAt(scene.source.vault, path)).toBe(oldSource === 'target' ? 'v3' : undefined);
  },
);

test('a source that was imported as it lay gets our marker when it becomes a copy', async () => {
  const { id, path } = await desk.made('unmarked', []);
  const unmark = { 'keyferry-secret': null, 'keyferry-profile': null, 'keyferry-version': null };
  await byHand(scene.source.vault, 'PATCH', `metadata/${path}`, { custom_metadata: unmark });
  await scene.broker.db.query('update secrets set marked = false where id = $1::uuid', [id]);
  const to = desk.place(1);
  await desk.call('POST', `/v1/secrets/${id}/source-profile`, { profileId: to.profileId, oldSource: 'target' });
  const labels = { 'keyferry-secret': id, 'keyferry-profile': scene.source.profileId, 'keyferry-version': '1' };
  await eventually(async () => {
    const entry = await entryAt(scene.source.vault, path);
    return entry?.labels['keyferry-version'] === '1';
  }, 'marked');
  expect((await entryAt(scene.source.vault, path))?.labels).toEqual(labels);
  const { id: targetId } = await desk.inState(id, scene.source, 'synced');
  const { items } = must(await scene.admin('GET', `/v1/audit-events?objectId=${targetId}`), 200);
  expect((items as { action: string }[]).map(({ action }) => action)).not.toContain('target.drifted');
});

test('the source does not move onto an entry that is already there', async () => {
  const to = desk.place(1);
  const { id, path } = await desk.made('blocked', []);
  await putForeign(to.vault, path, { value: 'theirs' });
  const refused = await scene.admin('POST', `/v1/secrets/${id}/source-profile`, {
    profileId: to.profileId,
    oldSource: 'drop',
  });
  expect([refused.status, refused.json.code]).toEqual([409, 'vault_conflict']);
  expect(await textAt(to.vault, path)).toBe('theirs');
  expect(await desk.call('GET', `/v1/secrets/${id}`)).toMatchObject({ sourceProfileId: scene.source.profileId });
  await desk.write(id, 2);
});

test('a vault that moved: its copies are made at the new place, and what is foreign there stays', async () => {
  const [old, next] = [await startVaultEmulator(), await startVaultEmulator()];
  try {
    const settings = { address: old.url, authMethod: 'token', token: old.token };
    const vault = await desk.call('POST', '/v1/vaults', { name: 'moving', kind: 'hashicorp-vault', settings });
    const profile = await desk.call('POST', '/v1/vault-profiles', { name: 'moving', vaultId: vault.id });
    const place = { vault: next, vaultId: vault.id as string, profileId: profile.id as string };
    const one = await desk.made('emigrant', [place]);
    const two = await desk.made('emigrant-too', [place]);
    const gone = await desk.made('emigrant-deleted', [place]);
    for (const { id } of [one, two, gone]) await desk.inState(id, place, 'synced');
    await desk.call('DELETE', `/v1/secrets/${gone.id}`, { copies: 'keep' });
    await putForeign(next, two.path, { value: 'theirs' });
    const moved = { address: next.url, authMethod: 'token', token: next.token };
    await desk.call('PATCH', `/v1/vaults/${vault.id}`, { settings: moved });
    await eventually(async () => (await textAt(next, one.path)) === 'v1', 'the copy at the new place');
    await desk.inState(one.id, place, 'synced');
    expect(await desk.inState(two.id, place, 'conflict')).toMatchObject({ code: 'foreign_entry' });
    expect(await textAt(next, two.path)).toBe('theirs');
    expect(await desk.target(gone.id, place)).toMatchObject({ state: 'parked', code: 'secret_deleted' });
    expect(await isKnown(next, gone.path)).toBe(false);
  } finally {
    await Promise.all([old.close(), next.close()]);
  }
});
