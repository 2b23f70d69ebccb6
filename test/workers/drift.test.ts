import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { byHand, driftDesk } from '../support/drift-desk.ts';
import { eventually, type Scene, startScene } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { appliedAt, entryAt, putForeign, textAt } from '../support/vault-entries.ts';

/* What the drift scan finds, and what follows from it. It looks when the test says so. */
let scene: Scene;
let desk: SyncDesk;
let drift: ReturnType<typeof driftDesk>;

beforeAll(async () => {
  scene = await startScene({ targets: 1, workers: false });
  desk = syncDesk(scene);
  drift = driftDesk(scene);
});
afterEach(async () => {
  desk.place(0).vault.clearScripts();
  await desk.place(0).vault.up();
});
afterAll(() => scene.close());

const { signal } = new AbortController();
const place = () => desk.place(0);
const run = () => scene.broker.work.syncs.run(place().profileId, signal);
const targetOf = (id: string) => desk.target(id, place());

async function synced(name: string) {
  const made = await desk.made(name, [place()]);
  await run();
  const target = await targetOf(made.id);
  expect(target).toMatchObject({ state: 'synced', observedVersion: 1 });
  return { ...made, targetId: target.id };
}

/** What people do to a copy, and what the scan calls it. */
const DRIFTS = [
  ['content_changed', (path: string) => putForeign(place().vault, path, { value: 'by hand' })],
  ['entry_missing', (path: string) => byHand(place().vault, 'DELETE', `metadata/${path}`)],
  [
    'marker_missing',
    (path: string) =>
      byHand(place().vault, 'PATCH', `metadata/${path}`, {
        custom_metadata: { 'keyferry-secret': null, 'keyferry-profile': null },
      }),
  ],
  [
    'labels_changed',
    (path: string) =>
      byHand(place().vault, 'PATCH', `metadata/${path}`, { custom_metadata: { 'keyferry-profile': 'another' } }),
  ],
] as const;

test.each(DRIFTS)('alert: %s is said, and nothing is touched', async (code, change) => {
  await drift.policy(place().profileId, { policy: 'alert' });
  const { id, path, targetId } = await synced(`alert-${code.replace('_', '-')}`);
  await change(path);
  const changes = place().vault.journal.length;
  await drift.scan(place().profileId);
  await drift.scan(place().profileId);
  expect(await targetOf(id)).toMatchObject({ state: 'drifted', code, observedVersion: 1, nextAttemptAt: null });
  expect(place().vault.journal).toHaveLength(changes);
  expect(await drift.events(targetId)).toEqual(['target.synced', 'target.drifted']);
});

test.each(DRIFTS)('repair: %s is put right, and that is told', async (code, change) => {
  await drift.policy(place().profileId, { policy: 'repair' });
  const { id, path, targetId } = await synced(`repair-${code.replace('_', '-')}`);
  await change(path);
  await drift.scan(place().profileId);
  expect(await targetOf(id)).toMatchObject({ state: 'synced', code: null, observedVersion: 1 });
  expect(await textAt(place().vault, path)).toBe('v1');
  expect((await entryAt(place().vault, path))?.labels).toMatchObject({
    'keyferry-secret': id,
    'keyferry-profile': place().profileId,
  });
  expect(await drift.events(targetId)).toEqual(['target.synced', 'target.repaired']);
});

test.each(['alert', 'repair', 'propose'])('%s: a foreign entry in the place of ours is left alone', async (policy) => {
  await drift.policy(place().profileId, { policy });
  const { id, path } = await synced(`foreign-${policy}`);
  await byHand(place().vault, 'DELETE', `metadata/${path}`);
  await putForeign(place().vault, path, { value: 'somebody else' });
  const changes = place().vault.journal.length;
  await drift.scan(place().profileId);
  expect(await targetOf(id)).toMatchObject({ state: 'conflict', code: 'foreign_entry' });
  expect(place().vault.journal).toHaveLength(changes);
});

test('repair: what is newer than we know stays, as after a restored database', async () => {
  await drift.policy(place().profileId, { policy: 'repair' });
  const { id, path } = await synced('ahead');
  await desk.write(id, 2);
  await run();
  await scene.broker.db.query(
    `update targets set desired_version = 1, observed_version = 1, remote_version = '1' where secret_id = $1::uuid`,
    [id],
  );
  await drift.scan(place().profileId);
  expect(await targetOf(id)).toMatchObject({ state: 'drifted', code: 'remote_ahead' });
  expect(await textAt(place().vault, path)).toBe('v2');
});

test('a copy in step is looked at without a write or an event, and then again later', async () => {
  await drift.policy(place().profileId, { policy: 'alert' });
  const { id, path, targetId } = await synced('steady');
  const events = await drift.events(targetId);
  for (let round = 0; round < 5; round++) await drift.scan(place().profileId);
  // Soon after a write a look is followed by a second one, because it may have seen what was there before.
  await eventually(async () => {
    await run();
    await drift.scan(place().profileId);
    const [row] = await scene.broker.db.query<{ minutes: number }>(
      `select extract(epoch from next_scan_at - clock_timestamp())::float8 / 60 as minutes from targets
       where secret_id = $1::uuid`,
      [id],
    );
    return Math.abs((row?.minutes ?? 0) - 60) < 6.1;
  }, 'looked at again an interval later');
  expect(appliedAt(place().vault, path, 'write')).toHaveLength(1);
  expect(await drift.events(targetId)).toEqual(events);
});

test('a copy that somebody put right by hand is in step again', async () => {
  await drift.policy(place().profileId, { policy: 'alert' });
  const { id, path, targetId } = await synced('put-right');
  const before = await entryAt(place().vault, path);
  await byHand(place().vault, 'POST', `delete/${path}`, { versions: [before?.version] });
  await drift.scan(place().profileId);
  expect(await targetOf(id)).toMatchObject({ state: 'drifted', code: 'entry_missing' });
  await byHand(place().vault, 'POST', `undelete/${path}`, { versions: [before?.version] });
  await drift.scan(place().profileId);
  expect(await targetOf(id)).toMatchObject({ state: 'synced', code: null });
  expect(await drift.events(targetId)).toEqual(['target.synced', 'target.drifted', 'target.synced']);
});

test('a vault that does not answer says nothing about its copies', async () => {
  const { id } = await synced('unseen');
  await place().vault.down();
  await drift.scan(place().profileId);
  expect(await targetOf(id)).toMatchObject({ state: 'synced', code: null, attempts: 0, nextAttemptAt: null });
  await place().vault.up();
  // Lets the breaker know.
  await desk.call('POST', `/v1/vault-profiles/${place().profileId}/check`);
  await drift.scan(place().profileId);
  expect(await targetOf(id)).toMatchObject({ state: 'synced' });
});

test('a new version goes over a copy that was changed by hand only where the profile says so', async () => {
  await drift.policy(place().profileId, { policy: 'alert' });
  const { id, path } = await synced('next-version');
  await putForeign(place().vault, path, { value: 'by hand' });
  await desk.write(id, 2);
  await run();
  expect(await targetOf(id)).toMatchObject({ state: 'drifted', code: 'content_changed' });
  expect(await textAt(place().vault, path)).toBe('by hand');
  await drift.policy(place().profileId, { policy: 'repair' });
  await drift.scan(place().profileId);
  expect(await targetOf(id)).toMatchObject({ state: 'synced', observedVersion: 2 });
  expect(await textAt(place().vault, path)).toBe('v2');
});

test('a turn looks at as many copies as the rate allows, for whoever rings first', async () => {
  const { profileId, vault } = place();
  for (let number = 0; number < 3; number++) await synced(`rated-${number}`);
  await drift.policy(profileId, { policy: 'alert', looksPerMinute: 24 });
  await scene.broker.db.query(
    `update targets set next_scan_at = clock_timestamp() - interval '1 second' where profile_id = $1::uuid and next_scan_at is not null`,
    [profileId],
  );
  const reads = vault.requests.length;
  await drift.turn(profileId);
  await Promise.all([1, 2, 3].map(() => scene.broker.work.scans.scan(profileId, signal)));
  expect(vault.requests.length - reads).toBe(2);
  await drift.policy(profileId, { looksPerMinute: 600 });
});

test('a disabled profile looks at nothing', async () => {
  await synced('switched-off');
  await desk.profile(place(), 'disable');
  const calls = place().vault.requests.length;
  await drift.scan(place().profileId);
  expect(place().vault.requests).toHaveLength(calls);
  await desk.profile(place(), 'enable');
});

test('another interval holds at once for the copies that are there, and none ends the looking', async () => {
  const { id } = await synced('interval');
  await drift.policy(place().profileId, { intervalMinutes: null });
  expect((await targetOf(id)).nextScanAt).toBeNull();
  await drift.policy(place().profileId, { intervalMinutes: 5 });
  expect(Date.parse((await targetOf(id)).nextScanAt ?? '')).toBeLessThan(Date.now() + 6 * 60_000);
  await drift.policy(place().profileId, { intervalMinutes: 60 });
});
