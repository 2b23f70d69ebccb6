import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { eventually, must } from '../../support/answers.ts';
import { startBeside } from '../../support/beside.ts';
import { type Canary, canary, findLeaks } from '../../support/canaries.ts';
import { dumpRedis } from '../../support/dump-redis.ts';
import { dumpTables } from '../../support/dump-tables.ts';
import { eachKind, storedTimes, textAt, useFaultDesk } from '../../support/fault-desk.ts';
import type { EmulatedName, MixedPlace } from '../../support/mixed-scene.ts';
import { requestsFor } from '../../support/vault-world.ts';

/* What `queues.test.ts` has no room for; the suite `redis` runs it on the other queue. */

const it = useFaultDesk({ vaultTimeoutMs: 2_000 });
const WRITES = 10;
/** Looks. Being due all the time would only keep the database busy. */
const HURRY_EVERY = 20;
/** A write that is cut off there keeps other ones out for a minute: only its sources and its looks are disturbed. */
const holdsOn = (name: EmulatedName) => name.startsWith('gcp');

const openChanges = async (ids: readonly string[]) =>
  (
    await it.scene.broker.db.query<{ open: number }>(
      'select count(*)::int as open from change_requests where secret_id = any($1::uuid[]) and ended_at is null',
      [ids],
    )
  )[0]?.open;

async function removedThere(id: string, place: MixedPlace): Promise<void> {
  await eventually(async () => {
    await it.desk.hurry(id);
    return (await it.desk.target(id, place)).state === 'removed';
  }, 'removed');
}

async function atVersion(id: string, place: MixedPlace, version: number): Promise<void> {
  let looks = 0;
  let last: unknown;
  await eventually(async () => {
    if (looks++ % HURRY_EVERY === 0) await it.desk.hurry(id);
    const seen = await it.desk.target(id, place);
    const { state, observedVersion } = seen;
    last = seen;
    return state === 'synced' && observedVersion === version;
  }, `version ${version} at ${place.name}`).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : ''}; last seen ${JSON.stringify(last)}`);
  });
}

eachKind(it, (name) => {
  const canaries: Canary[] = [];
  afterEach(() => void canaries.splice(0));

  test.sequential('a target that always fails leaves the others alone and shows why (B4)', async () => {
    const broken = it.at(name);
    const well = [await it.scene.place('builtin'), await it.scene.place('builtin')];
    broken.world.script({
      when: requestsFor(broken.world, 'observe', 'write'),
      steps: broken.world.replies.serverError,
    });
    const { id } = await it.desk.made(`partly-${name}`, [broken, ...well]);
    const failed = await it.seen(id, broken, 'a failure', ({ state, attempts }) => state === 'failed' && attempts > 0);
    expect(failed).toMatchObject({ desiredVersion: 1, observedVersion: null });
    expect(failed.code).toMatch(/^(unavailable|unknown)$/);
    expect(Date.parse(failed.nextAttemptAt ?? '')).toBeGreaterThan(0);
    for (const place of well) await it.desk.inState(id, place, 'synced');
    // While it is tried again it is not failed.
    await eventually(async () => {
      const { items } = must(await it.scene.admin('GET', '/v1/secrets?targetState=failed&limit=200'), 200);
      return (items as { id: string }[]).some((item) => item.id === id);
    }, 'the list filter finds it');
    broken.world.clearScripts();
    await atVersion(id, broken, 1);
  });

  test.sequential('a target that was down while the secret was written and deleted ends without it (B6)', async () => {
    const away = await it.scene.place(name);
    const { id, path } = await it.desk.made(`gone-${name}`, [away]);
    await atVersion(id, away, 1);
    const before = await storedTimes(away);
    await away.world.down();
    await it.desk.write(id, 2);
    must(await it.scene.admin('DELETE', `/v1/secrets/${id}`), 200);
    await away.world.up();
    const seen: (string | undefined)[] = [];
    away.world.script({
      when: (request) => {
        if (requestsFor(away.world, 'write')(request)) seen.push(request.path);
        return false;
      },
      steps: 'ok',
    });
    await removedThere(id, away);
    expect(seen).toEqual([]);
    expect(await textAt(away, path)).toBeUndefined();
    expect(before).toBeGreaterThan(0);
  });

  test.sequential('a broker that is told to end with ten writes and their syncs in flight loses none (A6)', async () => {
    const source = await it.scene.place(name);
    const target = holdsOn(name) ? await it.scene.place('builtin') : it.at(name);
    const made = Array.from({ length: WRITES }, (_, number) => it.made(`ended-${name}-${number}`, [target], source));
    const ids = (await Promise.all(made)).map(({ id }) => id);
    for (const id of ids) await atVersion(id, target, 1);
    const before = await storedTimes(source);
    const ending = await startBeside(it.scene, { leaseMs: 3_000, vaultTimeoutMs: 10_000 });
    const barrier = source.world.barrier({ when: requestsFor(source.world, 'write') });
    const keys = ids.map(() => ({ 'idempotency-key': randomUUID() }));
    const write = (number: number, api = it.scene.admin) =>
      api('POST', `/v1/secrets/${ids[number]}/versions`, { payload: { value: 'v2' } }, keys[number]);
    const sent = ids.map((_, number) => write(number, ending.admin).catch(() => undefined));
    await eventually(async () => (await openChanges(ids)) === WRITES, 'all writes are under way');
    await barrier.waitFor(1);
    const ended = ending.close();
    barrier.release();
    await ended;
    for (const answer of await Promise.all(sent)) expect([201, 202, 503, undefined]).toContain(answer?.status);
    await eventually(async () => (await openChanges(ids)) === 0, 'all writes have ended');
    for (const [number, id] of ids.entries()) {
      // One that had not come to its turn is refused: then nothing of it is there, and its key goes on saying so.
      const again = await write(number);
      expect([201, 503]).toContain(again.status);
      if (again.status === 503) await it.desk.write(id, 2);
      await atVersion(id, target, 2);
      expect((await it.desk.call('GET', `/v1/secrets/${id}`)).latestVersion).toBe(2);
    }
    expect(await storedTimes(source)).toBe(before + WRITES);
  });

  test.sequential('no value that it was given is in a table, the queue, the log or a metric, whatever went wrong (E1)', async () => {
    const { scene } = it;
    const [source, target] = [await scene.place(name), await scene.place(name)];
    const value = (what: string) => {
      const one = canary(`${what} at ${name}`);
      canaries.push(one);
      return one.text;
    };
    const body = { project: 'shop', name: `watched-${name}`, type: 'api_key', sourceProfileId: source.profileId };
    const targets = [{ profileId: target.profileId }];
    const made = await scene.admin('POST', '/v1/secrets', { ...body, targets, payload: { value: value('first') } });
    const id = must(made, 201, 202).secretId as string;
    await it.settled(id, 1);
    await atVersion(id, target, 1);
    const { denied, serverError, tooFast } = source.world.replies;
    const answers: string[] = [];
    for (const steps of [denied, serverError, 'wrong-body', 'reset', 'apply-then-500', tooFast('1')] as const) {
      const script = { when: requestsFor(source.world, 'write'), steps, count: 1 };
      source.world.script(script);
      const meets = holdsOn(name) ? (['observe'] as const) : (['observe', 'write'] as const);
      target.world.script({ ...script, when: requestsFor(target.world, ...meets) });
      const payload = { value: value(`beside ${JSON.stringify(steps)}`) };
      const answer = await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload });
      answers.push(answer.text);
      await eventually(async () => (await openChanges([id])) === 0, 'an end of the change');
      source.world.clearScripts();
      target.world.clearScripts();
    }
    await scene.admin('POST', `/v1/secrets/${id}/sync`);
    const metrics = await scene.admin.as(undefined)('GET', '/metrics');
    const haystack = [
      ...(await dumpTables(scene.databaseUrl)),
      ...(scene.redisUrl === undefined ? [] : await dumpRedis(scene.redisUrl)),
      ['log', scene.log()],
      ['metrics', metrics.text],
      ['answers', answers.join('\n')],
    ] as const;
    expect(findLeaks(canaries, haystack)).toEqual([]);
    // The search does find what it looks for.
    expect(findLeaks(canaries, [['here', canaries.map(({ text }) => text).join(' ')]])).not.toEqual([]);
    const newest = (await it.desk.call('GET', `/v1/secrets/${id}`)).latestVersion as number;
    await atVersion(id, target, newest);
  });
});
