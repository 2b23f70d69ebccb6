import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually, must } from '../../support/answers.ts';
import { storedTimes, textAt } from '../../support/fault-desk.ts';
import { EMULATED_NAMES, type MixedPlace, type MixedScene, startMixedScene } from '../../support/mixed-scene.ts';
import { missingRedis, startTestRedis, type TestRedis } from '../../support/redis.ts';
import { describeIf } from '../../support/require.ts';
import { syncDesk } from '../../support/sync-desk.ts';
import { requestsFor } from '../../support/vault-world.ts';

/* What depends on the queue, over every kind of vault, with the queue in PostgreSQL and in Redis. */

const DUE = 50;
const DEAD_TARGETS = 40;
const FAULTS = ['apply-then-500', 'apply-then-reset', 'reset', 'refuse'] as const;

for (const queue of ['postgres', 'redis'] as const) {
  describeIf(`queue in ${queue}`, queue === 'redis' ? missingRedis() : undefined, () => faultsWith(queue));
}

function faultsWith(queue: 'postgres' | 'redis'): void {
  let redis: TestRedis | undefined;
  let scene: MixedScene;
  let desk: ReturnType<typeof syncDesk<MixedPlace>>;

  beforeAll(async () => {
    if (queue === 'redis') redis = await startTestRedis();
    const settings = { redisUrl: redis?.url, vaultTimeoutMs: 3_000, leaseMs: 4_000, scanIntervalMs: 200 };
    scene = await startMixedScene({ source: 'builtin', targets: EMULATED_NAMES, settings });
    desk = syncDesk(scene);
  });
  afterAll(async () => {
    await scene?.close();
    await redis?.stop();
  });

  /** Everything the queue holds is gone, as after a flush. */
  const lose = async () => {
    if (redis !== undefined) {
      await redis.kill();
      return redis.start();
    }
    const tables = await scene.broker.db.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'bullmq' and tablename like '%job%'`,
    );
    await scene.broker.db.query(`truncate ${tables.map((table) => table.name).join(', ')} cascade`);
  };

  const inStep = (id: string, place: MixedPlace, version: number) =>
    eventually(async () => {
      await desk.hurry(id);
      const seen = await desk.target(id, place);
      return seen.state === 'synced' && seen.observedVersion === version;
    }, `version ${version} at ${place.name}`);

  const createBody = (name: string, source: MixedPlace) => ({
    project: 'shop',
    name,
    type: 'api_key',
    sourceProfileId: source.profileId,
    payload: { value: 'v1' },
  });

  describe.concurrent.each(EMULATED_NAMES)('%s', (name) => {
    afterEach(async () => {
      const { world } = scene.at(name);
      world.clearScripts();
      await world.up();
    });

    test.sequential('one key twenty times at once is one secret and one answer (A4)', async () => {
      const source = scene.at(name);
      const before = await storedTimes(source);
      const key = { 'idempotency-key': randomUUID() };
      const ask = () => scene.admin('POST', '/v1/secrets', createBody(`same-${queue}-${name}`, source), key);
      const answers = await Promise.all(Array.from({ length: 20 }, ask));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
      expect(new Set([...answers, await ask()].map(({ text }) => text)).size).toBe(1);
      expect(await storedTimes(source)).toBe(before + 1);
    });

    test.sequential('of twenty writers on one version one wins (A5)', async () => {
      const source = scene.at(name);
      const made = must(await scene.admin('POST', '/v1/secrets', createBody(`race-${queue}-${name}`, source)), 201);
      const path = `/v1/secrets/${String(made.secretId)}/versions`;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, writer) =>
          scene.admin('POST', path, { payload: { value: `w${writer}` }, expectedVersion: 1 }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
      const { items } = must(await scene.admin('GET', path), 200) as { items: { version: number }[] };
      expect(items.map(({ version }) => version)).toEqual([2, 1]);
    });

    test.sequential('faults while versions follow each other: it ends at the newest (B1)', async () => {
      const place = scene.at(name);
      const { id, path } = await desk.made(`busy-${queue}-${name}`, [place]);
      let turn = 0;
      // A write that is cut off in Google's Secret Manager keeps others out for a minute: there only looks fail here.
      const meets = requestsFor(place.world, 'observe', ...(name.startsWith('gcp') ? [] : (['write'] as const)));
      for (const fault of FAULTS) {
        place.world.script({ when: (request) => meets(request) && turn++ % 11 === 0, steps: fault });
      }
      for (let version = 2; version <= 15; version++) await desk.write(id, version);
      place.world.clearScripts();
      await inStep(id, place, 15);
      expect(await textAt(place, path)).toBe('v15');
    });

    test.sequential('asked to look twenty times, it writes nothing (B8)', async () => {
      const place = scene.at(name);
      const { id } = await desk.made(`quiet-${queue}-${name}`, [place]);
      await inStep(id, place, 1);
      const before = await storedTimes(place);
      const looked = place.world.arrived('observe');
      for (let round = 0; round < 20; round++) {
        await desk.call('POST', `/v1/secrets/${id}/sync`);
        await eventually(async () => (await desk.target(id, place)).nextAttemptAt === null, 'a look');
      }
      await desk.inState(id, place, 'synced');
      expect(place.world.arrived('observe')).toBeGreaterThanOrEqual(looked + 20);
      expect(await storedTimes(place)).toBe(before);
    });

    test.sequential('one job delivered three times at once writes once (B13)', async () => {
      const place = await scene.place(name);
      await desk.profile(place, 'disable');
      const { id } = await desk.made(`thrice-${queue}-${name}`, [place]);
      await desk.profile(place, 'enable');
      const job = { name: 'sync-profile', data: { profileId: place.profileId } } as const;
      scene.broker.queue.ring(job, job, job);
      const { signal } = new AbortController();
      await Promise.all([1, 2, 3].map(() => scene.broker.work.syncs.run(place.profileId, signal)));
      await inStep(id, place, 1);
      expect(await storedTimes(place)).toBe(1);
    });

    test.sequential('a dead profile with many targets delays a live one by nothing and is spared (B5)', async () => {
      const [dead, live] = [await scene.place(name), scene.at(name)];
      await desk.profile(dead, 'disable');
      const doomed = await Promise.all(
        Array.from({ length: DEAD_TARGETS }, (_, number) => desk.made(`dead-${queue}-${name}-${number}`, [dead])),
      );
      let asked = 0;
      const when = () => ++asked > 0;
      dead.world.script({ when, steps: 'reset' });
      await desk.profile(dead, 'enable');
      const seen = eventually(async () => {
        const profile = await desk.call('GET', `/v1/vault-profiles/${dead.profileId}`);
        return (profile.breaker as { state: string }).state !== 'closed';
      }, 'the breaker is seen');
      for (let number = 0; number < 5; number++) {
        const { id } = await desk.made(`live-${queue}-${name}-${number}`, [live]);
        await desk.inState(id, live, 'synced');
      }
      await seen;
      // Without a breaker every target would have asked, with its repetitions, again and again.
      expect(asked).toBeLessThan(doomed.length * 3);
      dead.world.clearScripts();
    });

    test.sequential('a source that is away: what is known stays readable, and what waits is carried out once (C5)', async () => {
      const source = await scene.place(name);
      const target = scene.at(name);
      const { id, path } = await desk.made(`away-${queue}-${name}`, [target], source);
      await inStep(id, target, 1);
      await source.world.down();
      const written = await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v2' } });
      expect([202, 503]).toContain(written.status);
      expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200).latestVersion).toBe(1);
      expect((await scene.admin('GET', '/v1/secrets?limit=10')).status).toBe(200);
      await source.world.up();
      await eventually(async () => {
        const { state } = await desk.call('GET', `/v1/secrets/${id}`);
        const [row] = await scene.broker.db.query<{ open: number }>(
          'select count(*)::int as open from change_requests where secret_id = $1::uuid and ended_at is null',
          [id],
        );
        return state === 'active' && row?.open === 0;
      }, 'no change under way');
      const { latestVersion } = await desk.call('GET', `/v1/secrets/${id}`);
      if (written.status === 503) {
        expect(latestVersion).toBe(1);
        await eventually(async () => {
          const again = await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v2' } });
          return again.status === 201;
        }, 'the source takes writes again');
      }
      await inStep(id, target, 2);
      expect(await textAt(target, path)).toBe('v2');
      expect(await storedTimes(source)).toBe(2);
    });
  });

  test('the queue is lost with fifty targets due at every kind of vault: all converge, and writes are answered (B3)', async () => {
    const secrets: { id: string }[] = [];
    while (secrets.length * scene.targets.length < DUE) {
      secrets.push(await desk.made(`lost-${queue}-${secrets.length}`, scene.targets));
      if (secrets.length % 3 === 0) await lose();
    }
    await lose();
    for (const { id } of secrets) {
      await eventually(async () => {
        await desk.hurry(id);
        return (await desk.targets(id)).every(({ state }) => state === 'synced');
      }, 'all synced');
    }
  });
}
