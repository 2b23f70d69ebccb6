import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordTargets } from '../../src/sync/target-store.ts';
import { type Beside, startBeside } from '../support/beside.ts';
import type { EmulatedRequest } from '../support/emulators/emulated-request.ts';
import { entryCalls } from '../support/entry-calls.ts';
import { eventually, must, type Scene, startScene } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { appliedAt, entryAt, isKnown, textAt } from '../support/vault-entries.ts';

/* Two brokers without workers of their own: a test says which of them runs, and a barrier in the vault in which order. */
const LEASE_MS = 500;
let scene: Scene;
let other: Beside;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 1, workers: false, settings: { leaseMs: LEASE_MS, vaultTimeoutMs: 8_000 } });
  other = await startBeside(scene, { workers: false, leaseMs: LEASE_MS, vaultTimeoutMs: 8_000 });
  desk = syncDesk(scene);
});
afterAll(async () => {
  await other.close();
  await scene.close();
});

const { signal } = new AbortController();
const run = (who: Scene | Beside) => who.broker.work.syncs.run(desk.place(0).profileId, signal);
const readsOf = (path: string) => (request: EmulatedRequest) => request.method === 'GET' && request.path.endsWith(path);
const writesOf = (path: string) => (request: EmulatedRequest) =>
  request.method === 'POST' && request.path.endsWith(`/data/${path}`);

/** A secret whose target is in step. */
async function synced(name: string) {
  const made = await desk.made(name, [desk.place(0)]);
  await run(scene);
  expect(await desk.target(made.id, desk.place(0))).toMatchObject({ state: 'synced', observedVersion: 1 });
  return made;
}

/** Lets the first broker look at the target, which it does when it cannot know the vault's version, and holds the answer. */
async function holdAfterObserve(id: string, path: string) {
  const { vault } = desk.place(0);
  await scene.broker.db.query('update targets set remote_version = null where secret_id = $1::uuid', [id]);
  const barrier = vault.barrier({ when: readsOf(path), at: 'answer' });
  const working = run(scene);
  await barrier.waitFor(1);
  return { barrier, working };
}

const leaseOver = (id: string) =>
  eventually(async () => {
    const rows = await scene.broker.db.query(
      'select 1 from targets where secret_id = $1::uuid and lease_until < clock_timestamp()',
      [id],
    );
    return rows.length === 1;
  }, 'the lease ended');

test('a worker that stopped after looking sends nothing once another one synced a newer version (B2)', async () => {
  const { vault } = desk.place(0);
  const { id, path } = await synced('overtaken');
  await desk.write(id, 2);
  const { barrier, working } = await holdAfterObserve(id, path);
  await leaseOver(id);
  await desk.write(id, 3);
  const overtaking = run(other);
  await barrier.waitFor(2);
  barrier.release();
  await Promise.all([working, overtaking]);
  await run(other);
  expect(await textAt(vault, path)).toBe('v3');
  expect(await desk.target(id, desk.place(0))).toMatchObject({ state: 'synced', observedVersion: 3 });
  expect(appliedAt(vault, path, 'write')).toHaveLength(2);
});

test('a write that arrives late, after a newer one, is refused by the vault and recorded by nobody (B2)', async () => {
  const { vault } = desk.place(0);
  const { id, path } = await synced('late-write');
  await desk.write(id, 2);
  const barrier = vault.barrier({ when: writesOf(path) });
  const working = run(scene);
  await barrier.waitFor(1);
  await leaseOver(id);
  await desk.write(id, 3);
  const second = run(other);
  await barrier.waitFor(2);
  barrier.release();
  await Promise.all([working, second]);
  await eventually(async () => {
    await desk.hurry(id);
    await run(other);
    return (await desk.target(id, desk.place(0))).state === 'synced';
  }, 'synced');
  expect(await textAt(vault, path)).toBe('v3');
  expect(await desk.target(id, desk.place(0))).toMatchObject({ observedVersion: 3, code: null });
});

test('a profile disabled between looking and writing: no further call, and then only the newest (B9)', async () => {
  const place = desk.place(0);
  const { id, path } = await synced('paused-there');
  await desk.write(id, 2);
  const { barrier, working } = await holdAfterObserve(id, path);
  await desk.profile(place, 'disable');
  const calls = entryCalls(place.vault);
  barrier.release();
  await working;
  for (const version of [3, 4, 5]) await desk.write(id, version);
  await run(scene);
  await run(other);
  expect(entryCalls(place.vault)).toBe(calls);
  await desk.profile(place, 'enable');
  await run(scene);
  expect(await desk.target(id, place)).toMatchObject({ state: 'synced', observedVersion: 5 });
  expect(appliedAt(place.vault, path, 'write')).toHaveLength(2);
  expect(await textAt(place.vault, path)).toBe('v5');
});

test.each(['DELETE', 'POST'])(
  'a sync under way while the secret goes and its copies stay does not wake them (%s)',
  async (way) => {
    const place = desk.place(0);
    const { id, path } = await synced(`kept-${way.toLowerCase()}`);
    await desk.write(id, 2);
    const barrier = place.vault.barrier({ when: writesOf(path) });
    const working = run(scene);
    await barrier.waitFor(1);
    await desk.call(way, way === 'POST' ? `/v1/secrets/${id}/destroy` : `/v1/secrets/${id}`, { copies: 'keep' });
    barrier.release();
    await working;
    const kept = await textAt(place.vault, path);
    await desk.hurry(id);
    await run(other);
    expect((await desk.target(id, place)).state).toBe(way === 'POST' ? 'removed' : 'parked');
    expect(await textAt(place.vault, path)).toBe(kept);
    expect(kept).toMatch(/^v[12]$/);
  },
);

test('a version enabled while a worker is about to park its target is carried all the same', async () => {
  const place = desk.place(0);
  const { id, path } = await synced('parked-late');
  await desk.write(id, 2);
  await desk.call('POST', `/v1/secrets/${id}/versions/2/disable`);
  await scene.broker.db.query(
    `update targets set lease_token = lease_token + 1, lease_until = clock_timestamp() + interval '1 minute',
       state = 'syncing' where secret_id = $1::uuid`,
    [id],
  );
  const [held] = await scene.broker.db.query<{ id: string; token: number; generation: number }>(
    'select id, lease_token as token, generation from targets where secret_id = $1::uuid',
    [id],
  );
  await desk.call('POST', `/v1/secrets/${id}/versions/2/enable`);
  await scene.broker.db.transaction((tx) =>
    recordTargets(
      tx,
      [
        {
          id: held?.id ?? '',
          leaseToken: held?.token ?? 0,
          generation: held?.generation ?? 0,
          state: 'parked',
          code: 'version_disabled',
          proved: null,
          retryInMs: null,
          attempt: false,
          written: null,
          unclear: false,
          scanInMs: null,
          repaired: null,
        },
      ],
      500,
    ),
  );
  await run(scene);
  expect(await desk.target(id, place)).toMatchObject({ state: 'synced', observedVersion: 2 });
  expect(await textAt(place.vault, path)).toBe('v2');
});

test('a removal that waits for the vault while the secret is restored does not take the copy with it', async () => {
  const place = desk.place(0);
  const { id, path } = await synced('restored-in-between');
  await desk.call('DELETE', `/v1/secrets/${id}`);
  const barrier = place.vault.barrier({ when: readsOf(path), at: 'answer' });
  const working = run(scene);
  await barrier.waitFor(1);
  await desk.call('POST', `/v1/secrets/${id}/restore`);
  barrier.release();
  await working;
  await run(other);
  await eventually(async () => {
    await desk.hurry(id);
    await run(other);
    return (await desk.target(id, place)).state === 'synced';
  }, 'synced again');
  expect(await textAt(place.vault, path)).toBe('v1');
  expect(await isKnown(place.vault, path)).toBe(true);
  expect((await entryAt(place.vault, path))?.labels).toMatchObject({ 'keyferry-secret': id });
});

test('a copy that is looked at while the suspicion of a restored database ends is made, and not held back for it', async () => {
  const place = desk.place(0);
  const { id, path } = await desk.made('settled', [place]);
  await scene.broker.db.query('update installation set restore_suspected_at = clock_timestamp()');
  const barrier = place.vault.barrier({ when: readsOf(path), at: 'answer' });
  const working = run(scene);
  await barrier.waitFor(1);
  must(await scene.admin('POST', '/v1/sync/restore/settle'), 204);
  barrier.release();
  await working;
  await run(scene);
  expect(await desk.target(id, place)).toMatchObject({ state: 'synced', code: null, observedVersion: 1 });
});
