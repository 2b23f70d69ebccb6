import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { driftDesk } from '../support/drift-desk.ts';
import { eventually, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { appliedAt, putForeign, rawEntry, textAt } from '../support/vault-entries.ts';

/* What was written and what was proved are two things, and the workers find drift by themselves. */
let scene: Scene;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 1, settings: { vaultTimeoutMs: 600, leaseMs: 3_000 } });
  desk = syncDesk(scene);
});
afterEach(() => desk.place(0).vault.clearScripts());
afterAll(() => scene.close());

test('a vault that shows its own writes late is believed when it shows them', async () => {
  const place = desk.place(0);
  const { id, path } = await desk.made('shown-late', [place]);
  await targetsIn(scene.admin, id, 'synced');
  // The first read is the look before the write; the two after it still show version 1.
  const before = { status: 200, body: await rawEntry(place.vault, path) };
  const stale = place.vault.script({
    method: 'GET',
    path: `/data/${path}`,
    steps: ['ok', before, before, 'ok'],
  });
  await desk.write(id, 2);
  const seen = await eventually(async () => {
    const target = await desk.target(id, place);
    return target.observedVersion === 2 ? target : undefined;
  }, 'version 2 proved');
  expect(stale.hits).toBeGreaterThanOrEqual(4);
  expect(seen).toMatchObject({ state: 'synced', attempts: 0, writtenVersion: 2 });
  expect(appliedAt(place.vault, path, 'write')).toHaveLength(2);
});

test('what the vault says it took and nobody can see is written, not proved', async () => {
  const place = desk.place(0);
  const { id, path } = await desk.made('not-shown', [place]);
  await targetsIn(scene.admin, id, 'synced');
  place.vault.script({ method: 'POST', path: `/data/${path}`, steps: 'refuse' });
  await desk.write(id, 2);
  const seen = await eventually(async () => {
    const target = await desk.target(id, place);
    return target.code === 'not_verified' ? target : undefined;
  }, 'an attempt that proved nothing');
  expect(seen).toMatchObject({ state: 'failed', observedVersion: 1, desiredVersion: 2, writtenVersion: 2 });
  expect(await textAt(place.vault, path)).toBe('v1');
  place.vault.clearScripts();
  await desk.hurry(id);
  await eventually(async () => (await desk.target(id, place)).observedVersion === 2, 'proved');
  expect(await textAt(place.vault, path)).toBe('v2');
});

test('workers look at copies by themselves when their time has come', async () => {
  const place = desk.place(0);
  await driftDesk(scene).policy(place.profileId, { policy: 'repair' });
  const { id, path } = await desk.made('by-itself', [place]);
  await targetsIn(scene.admin, id, 'synced');
  await putForeign(place.vault, path, { value: 'by hand' });
  await scene.broker.db.query(
    `update targets set next_scan_at = clock_timestamp() - interval '1 second', next_attempt_at = null
     where secret_id = $1::uuid`,
    [id],
  );
  await eventually(async () => (await textAt(place.vault, path)) === 'v1', 'repaired');
  await targetsIn(scene.admin, id, 'synced');
});
