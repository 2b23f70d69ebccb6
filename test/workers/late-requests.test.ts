import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Failpoint } from '../../src/ports.ts';
import { type Beside, createTrap, startBeside } from '../support/beside.ts';
import type { EmulatedRequest } from '../support/emulators/emulated-request.ts';
import { eventually, type Scene, startScene } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { appliedAt, entryAt, textAt } from '../support/vault-entries.ts';

/*
 * Requests that are applied when nobody waits for them any more, after something was done that they know nothing of. A barrier
 * in the vault holds them until the test lets them go. `test/model` says that these are the ones that matter.
 */
const LEASE_MS = 900;
let scene: Scene;
let other: Beside;
let desk: SyncDesk;
const trap = createTrap();
/** Where the first broker waits for a test. */
let gate: { name: string; opened: Promise<void>; reached: () => void } | undefined;
const failpoint: Failpoint = async (name) => {
  if (gate?.name === name) {
    gate.reached();
    await gate.opened;
  }
  await trap.failpoint(name);
};

beforeAll(async () => {
  const settings = { leaseMs: LEASE_MS, vaultTimeoutMs: 250, settleMs: 1_200 };
  scene = await startScene({ targets: 1, workers: false, settings, failpoint });
  other = await startBeside(scene, { workers: false, leaseMs: LEASE_MS, vaultTimeoutMs: 1_500 });
  desk = syncDesk({ ...scene, admin: other.admin });
});
afterEach(() => {
  gate = undefined;
  desk.place(0).vault.clearScripts();
});
afterAll(async () => {
  await other.close();
  await scene.close();
});

const { signal } = new AbortController();
const run = (who: Scene | Beside = scene) => who.broker.work.syncs.run(desk.place(0).profileId, signal);
const posts = (what: string, path: string) => (request: EmulatedRequest) =>
  request.method === 'POST' && request.path.endsWith(`/${what}/${path}`);

/** Runs what is due until the target is in this state. */
const runUntil = (id: string, state: string) =>
  eventually(async () => {
    await run();
    const seen = await desk.target(id, desk.place(0));
    return seen.state === state ? seen : undefined;
  }, state);

async function synced(name: string) {
  const made = await desk.made(name, [desk.place(0)]);
  await run();
  expect(await desk.target(made.id, desk.place(0))).toMatchObject({ state: 'synced' });
  return made;
}

/** One request that the worker gives up on, and that the vault still has. */
async function lostInTheNetwork(when: (request: EmulatedRequest) => boolean) {
  const barrier = desk.place(0).vault.barrier({ when });
  await run();
  expect(barrier.arrived).toBe(1);
  return barrier;
}

test('a create that lands after its target was removed is found and removed', async () => {
  const { vault } = desk.place(0);
  const { id, path } = await desk.made('late-create', [desk.place(0)]);
  const barrier = await lostInTheNetwork(posts('data', path));
  await desk.call('POST', `/v1/secrets/${id}/destroy`);
  await run();
  const settling = await desk.target(id, desk.place(0));
  expect(settling).toMatchObject({ state: 'removing', code: 'settling', attempts: 0 });
  expect(settling.nextAttemptAt).not.toBeNull();
  barrier.release();
  await eventually(async () => (await textAt(vault, path)) === 'v1', 'the create landed');
  await runUntil(id, 'removed');
  expect(await entryAt(vault, path)).toBeUndefined();
  expect(appliedAt(vault, path, 'write')).toHaveLength(1);
});

test('an update that lands on a recoverably removed entry brings nothing back', async () => {
  const { vault } = desk.place(0);
  const { id, path } = await synced('late-update');
  await desk.write(id, 2);
  const barrier = await lostInTheNetwork(posts('data', path));
  await desk.call('DELETE', `/v1/secrets/${id}`);
  await run();
  expect(await entryAt(vault, path)).toBeUndefined();
  expect(await desk.target(id, desk.place(0))).toMatchObject({ state: 'removing', code: 'settling' });
  barrier.release();
  await eventually(async () => (await textAt(vault, path)) === 'v2', 'the update landed');
  await runUntil(id, 'removed');
  expect(await entryAt(vault, path)).toBeUndefined();
});

test('a removal that lands after its secret was restored does not stay unnoticed', async () => {
  const { vault } = desk.place(0);
  const { id, path } = await synced('late-removal');
  await desk.call('DELETE', `/v1/secrets/${id}`);
  const barrier = await lostInTheNetwork(posts('delete', path));
  await desk.call('POST', `/v1/secrets/${id}/restore`);
  await run();
  const seen = await desk.target(id, desk.place(0));
  expect(seen).toMatchObject({ state: 'synced', code: null });
  expect(seen.nextAttemptAt).not.toBeNull();
  barrier.release();
  await eventually(async () => (await entryAt(vault, path)) === undefined, 'the removal landed');
  await eventually(async () => {
    await run();
    return (await textAt(vault, path)) === 'v1';
  }, 'the copy is there again');
  await eventually(async () => {
    await run();
    return (await desk.target(id, desk.place(0))).nextAttemptAt === null;
  }, 'settled');
  expect(await desk.target(id, desk.place(0))).toMatchObject({ state: 'synced', observedVersion: 1 });
});

test('a worker that slept through its lease after its last look sends nothing', async () => {
  const { vault } = desk.place(0);
  const { id, path } = await synced('slept');
  await desk.write(id, 2);
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    gate = { name: 'sync.before-write', opened, reached: resolve };
  });
  const working = run();
  await reached;
  gate = undefined;
  await eventually(async () => {
    const rows = await scene.broker.db.query(
      'select 1 from targets where secret_id = $1::uuid and lease_until < clock_timestamp()',
      [id],
    );
    return rows.length === 1;
  }, 'the lease ended');
  const calls = vault.requests.length;
  await desk.profile(desk.place(0), 'disable');
  open();
  await working;
  expect(vault.requests).toHaveLength(calls);
  expect(appliedAt(vault, path, 'write')).toHaveLength(1);
  await desk.profile(desk.place(0), 'enable');
  await runUntil(id, 'synced');
  expect(await textAt(vault, path)).toBe('v2');
});

test('what a dead worker may have sent is waited for before a removal is final', async () => {
  const { id } = await synced('dead-worker');
  await desk.write(id, 2);
  trap.arm('sync.before-write');
  const stuck = run();
  await trap.caught();
  await desk.call('DELETE', `/v1/secrets/${id}`);
  const seen = await eventually(async () => {
    await other.broker.work.syncs.run(desk.place(0).profileId, signal);
    const target = await desk.target(id, desk.place(0));
    return target.code === 'settling' ? target : undefined;
  }, 'taken over');
  expect(seen.state).toBe('removing');
  await eventually(async () => {
    await other.broker.work.syncs.run(desk.place(0).profileId, signal);
    return (await desk.target(id, desk.place(0))).state === 'removed';
  }, 'removed');
  expect(await Promise.race([stuck, Promise.resolve('stuck')])).toBe('stuck');
});
