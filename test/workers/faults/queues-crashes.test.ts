import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FailpointName } from '../../../src/ports.ts';
import { eventually, must } from '../../support/answers.ts';
import { type Beside, createTrap, startBeside } from '../../support/beside.ts';
import { storedTimes, textAt } from '../../support/fault-desk.ts';
import {
  EMULATED_NAMES,
  type EmulatedName,
  type MixedPlace,
  type MixedScene,
  startMixedScene,
} from '../../support/mixed-scene.ts';
import { requestsFor } from '../../support/vault-world.ts';

/*
 * The first broker has no workers and is stuck where a test says, as if its process were gone; the second goes on with what
 * it left. Each kind of vault has two brokers and traps of its own, so that no kind waits for the leases of another.
 */
const LIMITS = { leaseMs: 2_000, vaultTimeoutMs: 3_000 };
const POINTS: readonly FailpointName[] = [
  'write.after-open',
  'write.before-vault',
  'write.after-vault',
  'write.before-finish',
  'write.after-finish',
];

interface Write {
  readonly path: string;
  readonly body: object;
  readonly key: Readonly<Record<string, string>>;
}

const updateOf = (id: string, name: string): Write => ({
  path: `/v1/secrets/${id}/versions`,
  body: { payload: { value: `${name} 2` }, expectedVersion: 1 },
  key: { 'idempotency-key': randomUUID() },
});

/** Opens and closes both brokers around the tests of a kind. */
function useBrokers() {
  const traps = new Map(POINTS.map((point) => [point, createTrap()]));
  let running: { scene: MixedScene; second: Beside; target: MixedPlace } | undefined;
  const now = () => {
    if (running === undefined) throw new Error('the brokers are not there yet');
    return running;
  };
  beforeAll(async () => {
    const failpoint = async (name: FailpointName) => traps.get(name)?.failpoint(name);
    const settings = { ...LIMITS, dbPool: 6 };
    const scene = await startMixedScene({ source: 'builtin', targets: [], workers: false, settings, failpoint });
    const second = await startBeside(scene, LIMITS);
    running = { scene, second, target: await scene.place('builtin') };
  });
  afterAll(async () => {
    await running?.second.close();
    await running?.scene.close();
  });
  const it = {
    get second() {
      return now().second;
    },
    place: (name: EmulatedName) => now().scene.place(name),
    createOf: (source: MixedPlace, name: string): Write => ({
      path: '/v1/secrets',
      body: {
        project: 'shop',
        name,
        type: 'api_key',
        sourceProfileId: source.profileId,
        targets: [{ profileId: now().target.profileId }],
        payload: { value: `${name} 1` },
      },
      key: { 'idempotency-key': randomUUID() },
    }),
    send: ({ path, body, key }: Write) => now().scene.admin('POST', path, body, key),
    /** Nobody gets an answer from a process that is gone. */
    sendInVain: (write: Write) => void it.send(write).catch(() => undefined),
    /** Resolves when the write is stuck at that point. */
    async stuckAt(point: FailpointName, write: Write): Promise<void> {
      const trap = traps.get(point);
      trap?.arm(point);
      it.sendInVain(write);
      await trap?.caught();
    },
    /** Each of the writes gets stuck at another point. */
    async stuckEverywhere(writes: readonly Write[]): Promise<void> {
      for (const [point, trap] of traps) trap.arm(point);
      writes.forEach(it.sendInVain);
      await Promise.all([...traps.values()].map((trap) => trap.caught()));
    },
    /** Version `version` is the newest everywhere, with all that belongs to it, and nothing is under way. */
    async whole(id: string, name: string, version: number): Promise<void> {
      const [row] = await eventually(async () => {
        const rows = await now().second.broker.db.query<Whole>(WHOLE, [id, version]);
        return rows[0]?.open === 0 ? rows : undefined;
      }, `version ${version} of ${name} everywhere`);
      expect(row).toEqual({ open: 0, versions: version, half: 0, sealed: 0 });
    },
  };
  return it;
}

interface Whole {
  readonly open: number;
  readonly versions: number;
  readonly half: number;
  readonly sealed: number;
}
const WHOLE = `select (select count(*)::int from change_requests c where c.secret_id = s.id and c.ended_at is null) as open,
    (select count(*)::int from secret_versions v where v.secret_id = s.id) as versions,
    (select count(*)::int from secret_versions v where v.secret_id = s.id and not exists (select 1 from audit_events a
      where a.object_id = v.change_id::text and a.action = 'change.applied')) as half,
    (select count(*)::int from change_requests c where c.secret_id = s.id and c.sealed_payload is not null) as sealed
  from secrets s join targets t on t.secret_id = s.id
  where s.id = $1::uuid and s.head_version = $2 and t.state = 'synced' and t.observed_version = $2`;

describe.concurrent.each(EMULATED_NAMES)('%s', (name) => {
  const it = useBrokers();

  test.sequential('processes gone at every step of updates leave writes that end by themselves, once each (A1)', async () => {
    const source = await it.place(name);
    const names = POINTS.map((point) => `u-${name}-${point.replace(/[^a-z]/g, '-')}`);
    const ids: string[] = [];
    for (const each of names) ids.push(must(await it.send(it.createOf(source, each)), 201, 202).secretId as string);
    for (const [index, id] of ids.entries()) await it.whole(id, names[index] ?? '', 1);
    const before = await storedTimes(source);
    const { versions } = (await source.adapter()).capabilities;
    const writes = ids.map((id, index) => updateOf(id, names[index] ?? ''));
    await it.stuckEverywhere(writes);
    for (const [index, id] of ids.entries()) {
      // Old or new, never anything between; a vault that keeps one version may hold the new one, which nobody vouches for yet.
      const { json } = await it.second.admin('GET', `/v1/secrets/${id}/versions/latest/content`);
      const shown = (json.payload as { value?: string } | undefined)?.value ?? json.code;
      const either = [1, 2].map((version) => `${names[index]} ${version}`);
      expect(versions ? either : [...either, 'content_drifted']).toContain(shown);
    }
    for (const [index, id] of ids.entries()) await it.whole(id, names[index] ?? '', 2);
    expect(await storedTimes(source)).toBe(before + ids.length);
    for (const [index, write] of writes.entries()) {
      expect(must(await it.send(write), 201)).toMatchObject({ version: { version: 2 } });
      expect(await textAt(source, `default/shop/${names[index]}`)).toBe(`${names[index]} 2`);
    }
    expect(await storedTimes(source)).toBe(before + ids.length);
  });

  test.sequential('processes gone at every step of creates leave one secret each (A1)', async () => {
    const source = await it.place(name);
    const names = POINTS.map((point) => `c-${name}-${point.replace(/[^a-z]/g, '-')}`);
    const writes = names.map((each) => it.createOf(source, each));
    await it.stuckEverywhere(writes);
    for (const [index, write] of writes.entries()) {
      const id = must(await it.send(write), 201).secretId as string;
      await it.whole(id, names[index] ?? '', 1);
      expect(await textAt(source, `default/shop/${names[index]}`)).toBe(`${names[index]} 1`);
    }
    expect(await storedTimes(source)).toBe(names.length);
  });

  test.sequential('the source applies and never answers, then the process is gone: one remote version (A2)', async () => {
    const source = await it.place(name);
    const id = must(await it.send(it.createOf(source, `lost-${name}`)), 201, 202).secretId as string;
    await it.whole(id, `lost-${name}`, 1);
    source.world.script({ when: requestsFor(source.world, 'write'), steps: 'apply-then-hang', count: 1 });
    const write = updateOf(id, `lost-${name}`);
    await it.stuckAt('write.before-finish', write);
    await it.whole(id, `lost-${name}`, 2);
    expect(must(await it.send(write), 201)).toMatchObject({ version: { version: 2 } });
    expect(await storedTimes(source)).toBe(2);
    expect(await textAt(source, `default/shop/lost-${name}`)).toBe(`lost-${name} 2`);
  });

  test.sequential('the source is away when the process is gone: driven on once when it is back (A3)', async () => {
    const source = await it.place(name);
    const id = must(await it.send(it.createOf(source, `away-${name}`)), 201, 202).secretId as string;
    await it.whole(id, `away-${name}`, 1);
    const write = updateOf(id, `away-${name}`);
    await it.stuckAt('write.before-vault', write);
    await source.world.down();
    const tried = async () => {
      const rows = await it.second.broker.db.query<{ code: string }>(
        'select code from change_requests where secret_id = $1::uuid and ended_at is null and code is not null',
        [id],
      );
      return rows[0];
    };
    const change = await eventually(tried, 'an attempt that failed');
    expect(['unavailable', 'timeout']).toContain(change.code);
    await source.world.up();
    await it.whole(id, `away-${name}`, 2);
    expect(must(await it.send(write), 201)).toMatchObject({ version: { version: 2 } });
    expect(await storedTimes(source)).toBe(2);
  });
});
