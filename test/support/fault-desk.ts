import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { SecretFields } from '../../adapters/secret-value.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import { eventually } from './answers.ts';
import { type Beside, startBeside } from './beside.ts';
import {
  EMULATED_NAMES,
  type EmulatedName,
  type MixedPlace,
  type MixedScene,
  startMixedScene,
  type WorldName,
} from './mixed-scene.ts';
import { syncDesk, type TargetView } from './sync-desk.ts';

/** One broker with a target at every kind of vault. Whoever needs another source names one of them. */
export interface FaultDesk {
  readonly scene: MixedScene;
  readonly desk: ReturnType<typeof syncDesk<MixedPlace>>;
  at(name: WorldName): MixedPlace;
  /** Has no value of its own at hand and asks the source; only with `apart`. */
  readonly worker: Beside;
  /** A secret whose version 1 is there, even if the source did not answer its first write in time. */
  made(name: string, at: readonly MixedPlace[], source?: MixedPlace): Promise<{ id: string; path: string }>;
  /** Waits until this version of the secret is applied. */
  settled(secretId: string, version: number): Promise<void>;
  /** Looks at the target until it says so. */
  seen(secretId: string, place: MixedPlace, what: string, holds: (target: TargetView) => boolean): Promise<TargetView>;
  /** One run of the profile's due targets, by the worker or the broker itself. */
  run(place: MixedPlace): Promise<void>;
}

export interface FaultDeskOptions {
  /** The broker that is asked has no workers; the one that syncs has its own process's memory. */
  readonly apart?: boolean;
  readonly vaultTimeoutMs?: number;
  readonly scanIntervalMs?: number;
}

/** Starts the desk around the tests of a file. */
export function useFaultDesk(options: FaultDeskOptions = {}): FaultDesk {
  const { apart = false, vaultTimeoutMs = 3_000, scanIntervalMs = 200 } = options;
  let running: { scene: MixedScene; desk: FaultDesk['desk']; worker: Beside | undefined } | undefined;
  const now = () => {
    if (running === undefined) throw new Error('the desk is not open yet');
    return running;
  };
  beforeAll(async () => {
    const settings = { vaultTimeoutMs, leaseMs: 3_000, scanIntervalMs };
    const scene = await startMixedScene({ source: 'builtin', targets: EMULATED_NAMES, workers: !apart, settings });
    const worker = apart ? await startBeside(scene, { vaultTimeoutMs, leaseMs: 3_000 }) : undefined;
    running = { scene, desk: syncDesk(scene), worker };
  });
  afterAll(async () => {
    await running?.worker?.close();
    await running?.scene.close();
  });
  const it: FaultDesk = {
    get scene() {
      return now().scene;
    },
    get desk() {
      return now().desk;
    },
    at: (name) => now().scene.at(name),
    get worker() {
      const { worker } = now();
      if (worker === undefined) throw new Error('there is one broker only');
      return worker;
    },
    async made(name, at, source) {
      const made = await now().desk.made(name, at, source);
      await it.settled(made.id, 1);
      return made;
    },
    async settled(secretId, version) {
      await eventually(async () => {
        const { state, latestVersion } = await now().desk.call('GET', `/v1/secrets/${secretId}`);
        return state === 'active' && latestVersion === version;
      }, `version ${version}`);
    },
    async seen(secretId, place, what, holds) {
      let last: TargetView | undefined;
      return eventually(async () => {
        last = await now().desk.target(secretId, place);
        return holds(last) ? last : undefined;
      }, what).catch((error: unknown) => {
        throw new Error(`${error instanceof Error ? error.message : ''}; last seen ${JSON.stringify(last)}`);
      });
    },
    async run(place) {
      const { scene, worker } = now();
      await (worker ?? scene).broker.work.syncs.run(place.profileId, new AbortController().signal);
    },
  };
  return it;
}

/** The fields as somebody else reads them there; undefined when the vault says there is none. */
export async function fieldsAt(place: MixedPlace, path: string): Promise<Record<string, Buffer> | undefined> {
  const adapter = await place.adapter();
  try {
    const { fields } = await adapter.read(path, { signal: AbortSignal.timeout(5_000) });
    return bytesOf(fields);
  } catch (error) {
    if (error instanceof VaultError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** The text of the field `value`. */
export async function textAt(place: MixedPlace, path: string): Promise<string | undefined> {
  return (await fieldsAt(place, path))?.value?.toString();
}

function bytesOf(fields: SecretFields): Record<string, Buffer> {
  return Object.fromEntries([...fields].map(([name, value]) => [name, Buffer.from(value.reveal())]));
}

/** How often content was stored, in all entries. Vaults that keep one version are asked for all their changes. */
export async function storedTimes({ world }: MixedPlace): Promise<number> {
  const versions = Object.values(await world.snapshot()).map((entry) => (entry as { versions?: object }).versions);
  if (versions.every((each) => each === undefined)) return world.changes();
  return versions.reduce<number>((sum, each) => sum + Object.keys(each ?? {}).length, 0);
}

/**
 * A table over the kinds. They run beside each other, the tests of one kind one after the other: write `test.sequential`.
 * Scripts end with each test.
 */
export function eachKind(it: FaultDesk, body: (name: EmulatedName) => void): void {
  describe.concurrent.each(EMULATED_NAMES)('%s', (name) => {
    afterEach(async () => {
      const { world } = it.at(name);
      world.clearScripts();
      await world.up();
    });
    body(name);
  });
}
