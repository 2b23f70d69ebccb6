import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Beside, startBeside } from '../support/beside.ts';
import type { Step } from '../support/emulators/scripts.ts';
import { eventually, type Scene, startScene } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { appliedAt, entryAt, textAt } from '../support/vault-entries.ts';

/*
 * The order of sync under chance: three brokers with leases shorter than their pauses, a vault that loses requests and answers,
 * a secret that moves on meanwhile. Whatever happens, the destination never goes back and ends at the newest version.
 */
const ROUNDS = 12;
const LEASE_MS = 40;
let chance: () => number = Math.random;
let quiet = false;
let scene: Scene;
let desk: SyncDesk;
const besides: Beside[] = [];

/** Small deterministic generator (mulberry32), so that a seed tells the whole round. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pause = async () => {
  if (!quiet && chance() < 0.4) await new Promise((resolve) => setTimeout(resolve, chance() * 2 * LEASE_MS));
};

beforeAll(async () => {
  const settings = { leaseMs: LEASE_MS, vaultTimeoutMs: 100 };
  scene = await startScene({ targets: 1, workers: false, settings, failpoint: pause });
  // The source must not be part of the chances: its writes take the longer lease of a broker of their own.
  for (let number = 0; number < 3; number++) {
    besides.push(
      await startBeside(scene, { workers: false, leaseMs: LEASE_MS, vaultTimeoutMs: 100, failpoint: pause }),
    );
  }
  besides.push(await startBeside(scene, { workers: false }));
  desk = syncDesk({ ...scene, admin: besides[3]?.admin ?? scene.admin });
});
afterAll(async () => {
  for (const beside of besides) await beside.close();
  await scene.close();
});

const FAULTS: readonly Step[] = [
  'apply-then-500',
  'apply-then-reset',
  'apply-then-hang',
  'hang-then-apply-late',
  'reset',
  'refuse',
  { status: 500 },
  { delayMs: 60 },
];

test.each(Array.from({ length: ROUNDS }, (_, round) => round))(
  'never back, and the newest in the end (round %i)',
  async (round) => {
    const seed = (Date.now() + round * 7_919) >>> 0;
    chance = generator(seed);
    quiet = false;
    const place = desk.place(0);
    const { id, path } = await desk.made(`chance-${round}`, [place]);
    place.vault.script({
      when: () => chance() < 0.25,
      steps: Array.from({ length: 40 }, () => FAULTS[Math.floor(chance() * FAULTS.length)] ?? 'ok'),
    });
    let writing = true;
    const { signal } = new AbortController();
    const working = besides.slice(0, 3).map(async ({ broker }) => {
      while (writing) {
        await desk.hurry(id);
        await broker.work.syncs.run(place.profileId, signal);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const last = 2 + Math.floor(chance() * 4);
    for (let version = 2; version <= last; version++) {
      await new Promise((resolve) => setTimeout(resolve, chance() * 60));
      await desk.write(id, version);
    }
    writing = false;
    await Promise.all(working);
    place.vault.clearScripts();
    await place.vault.settled();
    quiet = true;

    const context = `seed ${seed}`;
    await eventually(async () => {
      await desk.hurry(id);
      await besides[0]?.broker.work.syncs.run(place.profileId, signal);
      const seen = await desk.target(id, place);
      if (seen.state === 'drifted' || seen.state === 'conflict')
        throw new Error(`${context}: ${seen.state} ${seen.code}`);
      return seen.state === 'synced' && seen.observedVersion === last;
    }, `${context}: synced at ${last}`);
    expect([context, await textAt(place.vault, path)]).toEqual([context, `v${last}`]);
    const remote = appliedAt(place.vault, path, 'write').map((entry) => Number(entry.version));
    const contents: number[] = [];
    for (const version of remote.slice(-10)) {
      contents.push(Number((await entryAt(place.vault, path, version))?.fields.value?.toString().slice(1)));
    }
    expect([context, contents]).toEqual([context, [...new Set(contents)].sort((a, b) => a - b)]);
    expect((await entryAt(place.vault, path))?.labels).toMatchObject({ 'keyferry-secret': id });
  },
);
