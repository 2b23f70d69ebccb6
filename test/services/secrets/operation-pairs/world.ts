import type { Entry, VaultAdapter } from '../../../../adapters/adapter.ts';
import type { FailpointName } from '../../../../src/ports.ts';
import type { ApiAnswer } from '../../../support/api-client.ts';
import { driftDesk } from '../../../support/drift-desk.ts';
import { type MixedPlace, type MixedScene, startMixedScene } from '../../../support/mixed-scene.ts';
import { must } from '../../../support/scene.ts';
import { syncDesk } from '../../../support/sync-desk.ts';

/** The profiles of one pair: its source, its copy, one more where a copy or the source can go, and one that somebody else is in. */
export const ROLES = ['source', 'copy', 'spare', 'taken'] as const;
export type Role = (typeof ROLES)[number];

/** Where a profile leads. */
export interface Place {
  readonly profileId: string;
  readonly vaultId: string;
  readonly vault: MixedPlace;
  /** What its entries begin with at its vault. */
  readonly prefix: string;
}

/** One secret with profiles of its own, and what is known of it. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  readonly places: Readonly<Partial<Record<Role, Place>>>;
  readonly targets: Readonly<Partial<Record<Role, string>>>;
  /** Values by version, as they were given. */
  readonly values: Map<number, string>;
}

export type PairWorld = Awaited<ReturnType<typeof startPairWorld>>;

/** A broker at a vault with compare-and-set and at one without, where operations can be stopped midway. */
export async function startPairWorld() {
  let stop: { readonly at: FailpointName; reached(): void; readonly opened: Promise<void> } | undefined;
  const scene: MixedScene = await startMixedScene({
    source: 'hashicorp-vault',
    targets: ['scaleway'],
    settings: { vaultTimeoutMs: 8_000, leaseMs: 20_000 },
    async failpoint(name) {
      if (name !== stop?.at) return;
      const { reached, opened } = stop;
      stop = undefined;
      reached();
      await opened;
    },
  });
  const desk = syncDesk(scene);
  const drift = driftDesk(scene);
  const guarded = scene.source;
  const unguarded = scene.at('scaleway');
  let count = 0;

  const place = async (vault: MixedPlace, prefix: string): Promise<Place> => {
    const attributes = { ...vault.world.attributes, ...prefixed(vault, prefix) };
    const body = { name: prefix, vaultId: vault.vaultId, attributes };
    const made = must(await scene.admin('POST', '/v1/vault-profiles', body), 201);
    return { profileId: made.id as string, vaultId: vault.vaultId, vault, prefix };
  };

  return {
    ...scene,
    desk,
    drift,
    /** The next one that comes to this point stands still there until `release`. */
    stopAt(at: FailpointName) {
      let release = () => {};
      const opened = new Promise<void>((resolve) => {
        release = resolve;
      });
      let reached = () => {};
      const arrived = new Promise<void>((resolve) => {
        reached = resolve;
      });
      stop = { at, reached, opened };
      return {
        arrived,
        release() {
          stop = undefined;
          release();
        },
      };
    },
    /** A secret with two versions, "first" and "second", and a copy that is in step. */
    async subject(sourceGuarded: boolean, taken: boolean): Promise<Subject> {
      const name = `pair${++count}`;
      const [one, other] = sourceGuarded ? [guarded, unguarded] : [unguarded, guarded];
      const places: Partial<Record<Role, Place>> = {
        source: await place(one, `${name}-source`),
        copy: await place(other, `${name}-copy`),
        spare: await place(one, `${name}-spare`),
        ...(taken ? { taken: await place(other, `${name}-taken`) } : {}),
      };
      const wanted = (['copy', 'taken'] as const).flatMap((role) => places[role] ?? []);
      if (places.taken !== undefined) {
        await places.taken.vault.foreign.write(`${places.taken.prefix}/default/shop/${name}`, 'value', 'theirs');
      }
      const { id } = await desk.made(name, wanted, places.source);
      await desk.call('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } });
      const rows = await desk.targets(id);
      const targets: Partial<Record<Role, string>> = {};
      for (const role of ['copy', 'taken'] as const) {
        const found = rows.find(({ profileId }) => profileId === places[role]?.profileId);
        if (found !== undefined) targets[role] = found.id;
      }
      await desk.inState(id, places.copy as Place, 'synced');
      if (places.taken !== undefined) await desk.inState(id, places.taken, 'conflict');
      const values = new Map([
        [1, 'v1'],
        [2, 'second'],
      ]);
      return { id, name, places, targets, values };
    },
  };
}

/** The attributes that put everything below a prefix, as each kind calls them. */
export function prefixed(vault: MixedPlace, prefix: string): Record<string, string> {
  return vault.name === 'scaleway' ? { path: prefix } : { prefix };
}

/** Everything live below a prefix, by its path there. */
export async function entriesBelow({ vault, prefix }: Place): Promise<Map<string, Entry>> {
  const adapter: VaultAdapter = await vault.adapter();
  const { signal } = new AbortController();
  const found = new Map<string, Entry>();
  for await (const path of adapter.list(prefix, { signal })) {
    found.set(path.slice(prefix.length + 1), await adapter.read(path, { signal }));
  }
  return found;
}

/** The code of a problem document, or the status. */
export function codeOf(answer: ApiAnswer): string {
  return typeof answer.json.code === 'string' ? answer.json.code : String(answer.status);
}
