import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Backup, backUp } from '../support/backup.ts';
import type { Beside } from '../support/beside.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { appliedAt, entryAt, textAt } from '../support/vault-entries.ts';

/*
 * A database restored from an older backup: whatever the vaults hold by now is never rolled back, and no number of a version
 * means two contents.
 */
let scene: Scene;
let desk: SyncDesk;
let builtin: { vaultId: string; profileId: string };
let backup: Backup | undefined;
let restored: Beside | undefined;

beforeAll(async () => {
  scene = await startScene({ targets: 2 });
  desk = syncDesk(scene);
  const vault = await desk.call('POST', '/v1/vaults', { name: 'builtin', kind: 'builtin', settings: {} });
  const profile = await desk.call('POST', '/v1/vault-profiles', { name: 'builtin', vaultId: vault.id });
  builtin = { vaultId: vault.id as string, profileId: profile.id as string };
});
afterEach(async () => {
  await restored?.close();
  await backup?.drop();
  restored = undefined;
  backup = undefined;
});
afterAll(() => scene.close());

/** Everything the vaults applied, so that "nothing was written" can be said. */
const writes = () => [scene.source, ...scene.targets].reduce((sum, { vault }) => sum + vault.journal.length, 0);

/** A secret at version 3 in the backup and at version 6 in the vaults; the broker that runs on the backup. */
async function atThreeOfSix(name: string, source = scene.source as { vaultId: string; profileId: string }) {
  const secret = await desk.made(name, scene.targets, source);
  for (const version of [2, 3]) await desk.write(secret.id, version);
  await inStep(secret.id, 3);
  const copy = await backUp(scene);
  backup = copy;
  for (const version of [4, 5, 6]) await desk.write(secret.id, version);
  await inStep(secret.id, 6);
  const before = writes();
  const beside = await copy.start();
  restored = beside;
  return { ...secret, before, there: syncDesk({ ...scene, ...beside }), ...beside };
}

async function inStep(id: string, version: number): Promise<void> {
  await eventually(async () => {
    const targets = await desk.targets(id);
    return targets.every(({ state, observedVersion }) => state === 'synced' && observedVersion === version);
  }, `in step at ${version}`);
}

test('a copy that was removed since the backup is not made anew before somebody says so', async () => {
  const secret = await desk.made('removed-since', scene.targets);
  await inStep(secret.id, 1);
  const copy = await backUp(scene);
  backup = copy;
  await desk.call('POST', `/v1/secrets/${secret.id}/destroy`);
  await targetsIn(scene.admin, secret.id, 'removed');
  const before = writes();
  restored = await copy.start();
  const { admin } = restored;
  await targetsIn(admin, secret.id, 'drifted');
  const { items } = must(await admin('GET', `/v1/secrets/${secret.id}/targets`), 200);
  expect(items).toMatchObject([{ code: 'missing_since_restore' }, { code: 'missing_since_restore' }]);
  expect(writes()).toBe(before);
  expect(must(await admin('GET', '/v1/sync'), 200)).toMatchObject({ restore: { missing: 2 } });
  const { items: events } = must(await admin('GET', '/v1/audit-events?action=sync.restore_suspected'), 200);
  expect(events).toHaveLength(1);
  must(await admin('POST', '/v1/sync/restore/settle'), 204);
  // The source is gone, so there is nothing to carry; but now it is tried.
  await eventually(async () => {
    const { items: now } = must(await admin('GET', `/v1/secrets/${secret.id}/targets`), 200) as {
      items: { code: string | null }[];
    };
    return now.every(({ code }) => code?.startsWith('source_'));
  }, 'tried again');
  expect(must(await admin('GET', '/v1/sync'), 200)).toMatchObject({ restore: { suspected: false, missing: 0 } });
});

test('the copies are ahead: nothing is written, it is said, and the next version is numbered above', async () => {
  const { id, path, before, there, admin } = await atThreeOfSix('from-vault');
  await targetsIn(admin, id, 'drifted');
  for (const target of await there.targets(id)) {
    expect(target).toMatchObject({ code: 'remote_ahead', aheadVersion: 6, desiredVersion: 3, observedVersion: 3 });
  }
  expect(must(await admin('GET', '/v1/sync'), 200)).toMatchObject({
    restore: { suspected: true, reason: 'database_changed', profiles: [{ ahead: 1 }, { ahead: 1 }] },
  });
  // The source has moved on, too: whoever writes is refused, and nothing is overwritten.
  const refused = await admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v4 again' } });
  expect([refused.status, refused.json.code]).toEqual([409, 'vault_conflict']);
  const [first] = await there.targets(id);
  const pushed = await admin('POST', `/v1/secrets/${id}/targets/${first?.id}/resolve`, { way: 'overwrite' });
  expect([pushed.status, pushed.json.code, pushed.json.aheadVersion]).toEqual([409, 'invalid_transition', 6]);
  expect(writes()).toBe(before);

  const early = await admin('POST', `/v1/vault-profiles/${desk.place(0).profileId}/restore/settle`);
  expect([early.status, early.json.ahead]).toEqual([409, 1]);
  const written = appliedAt(desk.place(0).vault, path, 'write').length;
  // What is there is accepted: one change, and every copy is as desired without a write of content.
  const accepted = must(await admin('POST', `/v1/secrets/${id}/accept-source`, { comment: 'restored' }), 201);
  expect(accepted).toMatchObject({ version: { version: 7 }, changeRequest: { operation: 'accept_source' } });
  await targetsIn(admin, id, 'synced');
  expect((await there.targets(id)).map((target) => target.observedVersion)).toEqual([7, 7]);
  const { vault } = desk.place(0);
  expect(appliedAt(vault, path, 'write')).toHaveLength(written);
  expect(must(await admin('GET', `/v1/secrets/${id}/versions/7/content`), 200)).toMatchObject({
    payload: { value: 'v6' },
  });
  expect((await entryAt(vault, path))?.labels).toMatchObject({ 'keyferry-version': '7' });

  // And the life of the secret goes on.
  const next = must(await admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v8' } }), 201);
  expect(next).toMatchObject({ version: { version: 8 } });
  await eventually(async () => (await textAt(vault, path)) === 'v8', 'version 8 at the target');
  for (const { profileId } of scene.targets)
    must(await admin('POST', `/v1/vault-profiles/${profileId}/restore/settle`), 204);
  must(await admin('POST', '/v1/sync/restore/settle'), 204);
  expect(must(await admin('GET', '/v1/sync'), 200)).toMatchObject({ restore: { suspected: false, profiles: [] } });
});

test('the source came back with the database: the next version is numbered above the copies', async () => {
  const { id, path, before, there, admin } = await atThreeOfSix('from-database', builtin);
  await targetsIn(admin, id, 'drifted');
  const next = must(await admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v7' } }), 201);
  expect(next).toMatchObject({ version: { version: 7 } });
  await eventually(
    async () => (await there.targets(id)).every(({ state, code }) => state === 'drifted' && code === 'content_changed'),
    'known to be behind',
  );
  expect(writes()).toBe(before);

  const [first, second] = await there.targets(id);
  must(await admin('POST', `/v1/secrets/${id}/targets/${first?.id}/resolve`, { way: 'overwrite' }), 200);
  await eventually(async () => (await textAt(desk.place(0).vault, path)) === 'v7', 'ours is pushed');
  expect((await entryAt(desk.place(0).vault, path))?.labels).toMatchObject({ 'keyferry-version': '7' });
  expect(await textAt(desk.place(1).vault, path)).toBe('v6');

  const accepted = must(await admin('POST', `/v1/secrets/${id}/targets/${second?.id}/accept`, {}), 201);
  expect(accepted).toMatchObject({ version: { version: 8 } });
  await targetsIn(admin, id, 'synced');
  expect(await textAt(desk.place(0).vault, path)).toBe('v6');
});
