import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startBeside } from '../support/beside.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { flushRedis } from '../support/usual-redis.ts';
import { appliedAt, entryAt, textAt } from '../support/vault-entries.ts';

let scene: Scene;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ targets: 3, settings: { vaultTimeoutMs: 600, leaseMs: 3_000 } });
  desk = syncDesk(scene);
});
afterEach(async () => {
  for (const { vault } of scene.targets) {
    vault.clearScripts();
    await vault.up();
  }
});
afterAll(() => scene.close());

test('random faults while many versions are written: every target ends at the newest (B1)', async () => {
  const { id, path } = await desk.made('busy', scene.targets);
  const faults = ['apply-then-500', 'apply-then-reset', { status: 500 }, 'reset', { status: 429 }, 'refuse'] as const;
  let turn = 0;
  for (const { vault } of scene.targets) {
    for (const fault of faults) vault.script({ when: () => turn++ % 23 === 0, steps: fault });
  }
  for (let version = 2; version <= 30; version++) await desk.write(id, version);
  for (const { vault } of scene.targets) vault.clearScripts();
  await eventually(async () => {
    await desk.hurry(id);
    return (await desk.targets(id)).every((item) => item.state === 'synced' && item.observedVersion === 30);
  }, 'every target at version 30');
  for (const { vault } of scene.targets) expect(await textAt(vault, path)).toBe('v30');
});

test('a target that always fails leaves the others alone and shows why (B4)', async () => {
  const broken = desk.place(2);
  broken.vault.script({ method: 'POST', steps: { status: 500 } });
  const { id } = await desk.made('partly', scene.targets);
  const failed = await eventually(async () => {
    const seen = await desk.target(id, broken);
    return seen.state === 'failed' && seen.attempts > 0 ? seen : undefined;
  }, 'a failed target');
  expect(failed).toMatchObject({ code: 'unavailable', desiredVersion: 1, observedVersion: null });
  expect(Date.parse(failed.nextAttemptAt ?? '')).toBeGreaterThan(0);
  await eventually(async () => {
    const two = await Promise.all([0, 1].map((number) => desk.target(id, desk.place(number))));
    return two.every((target) => target.state === 'synced');
  }, 'two synced targets');
  await eventually(async () => {
    const { items } = must(await scene.admin('GET', '/v1/secrets?targetState=failed'), 200) as {
      items: { id: string }[];
    };
    return items.some((item) => item.id === id);
  }, 'the list filter finds it');
  broken.vault.clearScripts();
  await desk.hurry(id);
  await targetsIn(scene.admin, id, 'synced');
});

test('a target that was down while the secret was written and deleted ends without it (B6)', async () => {
  const away = desk.place(0);
  const { id, path } = await desk.made('gone-meanwhile', scene.targets);
  await targetsIn(scene.admin, id, 'synced');
  await away.vault.down();
  await desk.write(id, 2);
  must(await scene.admin('DELETE', `/v1/secrets/${id}`), 200);
  await away.vault.up();
  await desk.hurry(id);
  await eventually(async () => {
    await desk.hurry(id);
    return (await desk.target(id, away)).state === 'removed';
  }, 'removed');
  expect(appliedAt(away.vault, path, 'write')).toHaveLength(1);
  expect(await entryAt(away.vault, path)).toBeUndefined();
});

test('looking again and again at a synced target writes nothing (B8)', async () => {
  const { id, path } = await desk.made('quiet', scene.targets);
  await targetsIn(scene.admin, id, 'synced');
  const beside = await startBeside(scene, { workers: false });
  for (let round = 0; round < 25; round++) {
    must(await scene.admin('POST', `/v1/secrets/${id}/sync`), 202);
    const worker = round % 2 === 0 ? scene.broker : beside.broker;
    for (const { profileId } of scene.targets) await worker.work.syncs.run(profileId, new AbortController().signal);
  }
  await beside.close();
  await targetsIn(scene.admin, id, 'synced');
  for (const { vault } of scene.targets) expect(appliedAt(vault, path, 'write')).toHaveLength(1);
});

test('the same job three times at once, in two processes, writes once (B13)', async () => {
  const { profileId, vault } = desk.place(0);
  must(await scene.admin('POST', `/v1/vault-profiles/${profileId}/disable`), 200);
  const { id, path } = await desk.made('thrice', [desk.place(0)]);
  const beside = await startBeside(scene, { workers: false });
  await scene.broker.db.query('update vault_profiles set enabled = true where id = $1::uuid', [profileId]);
  const { signal } = new AbortController();
  await Promise.all([scene.broker, beside.broker, beside.broker].map(({ work }) => work.syncs.run(profileId, signal)));
  await beside.close();
  await targetsIn(scene.admin, id, 'synced');
  expect(appliedAt(vault, path, 'write')).toHaveLength(1);
});

test('the whole queue is lost again and again while targets are due: all converge (B3)', async () => {
  const lose = async () => {
    if (scene.redisUrl !== undefined) return flushRedis(scene.redisUrl);
    const tables = await scene.broker.db.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'bullmq' and tablename like '%job%'`,
    );
    if (tables.length === 0) throw new Error('no queue tables');
    await scene.broker.db.query(`truncate ${tables.map((table) => table.name).join(', ')} cascade`);
  };
  const ids: string[] = [];
  for (let number = 0; number < 12; number++) {
    const { id } = await desk.made(`lost-${number}`, scene.targets);
    ids.push(id);
    if (number % 3 === 0) await lose();
    await desk.write(id, 2);
  }
  await lose();
  for (const id of ids) {
    await targetsIn(scene.admin, id, 'synced');
    for (const target of await desk.targets(id)) expect(target.observedVersion).toBe(2);
  }
});
