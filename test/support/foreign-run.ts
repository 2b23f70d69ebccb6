import { isDeepStrictEqual } from 'node:util';
import { eventually } from './answers.ts';
import type { ApiAnswer } from './api-client.ts';
import type { MixedPlace, MixedScene } from './mixed-scene.ts';
import type { syncDesk, TargetView } from './sync-desk.ts';
import { requestsFor } from './vault-world.ts';

/** Entries of others; each text is a version. */
export type ForeignWorld = readonly {
  readonly place: 'beside' | 'below' | 'prefix' | 'case' | 'elsewhere' | 'dotted' | 'in-the-way';
  readonly texts: readonly string[];
  readonly decorated: boolean;
}[];

export const OPERATIONS = [
  'update',
  'rollback',
  'decorate ours',
  'sync',
  'remove target',
  'leave copy',
  'add target',
  'delete',
  'restore',
  'collide',
  'break target',
  'deny source',
] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface ForeignRunParts {
  readonly scene: MixedScene;
  readonly desk: ReturnType<typeof syncDesk<MixedPlace>>;
  readonly source: MixedPlace;
  readonly target: MixedPlace;
}

/** What others have put into each vault, over all runs: the rest is of earlier runs and may still change. */
const FOREIGN = new WeakMap<MixedPlace, Set<string>>();

/** One secret of ours in a world of others: what it is put through, and what that changed of theirs. */
export class ForeignRun {
  readonly #parts: ForeignRunParts;
  readonly #prefix: string;
  readonly #name: string;
  readonly #theirs = new Map<MixedPlace, Readonly<Record<string, unknown>>>();
  /** What others set on our entry. */
  readonly #onOurs = new Map<MixedPlace, unknown>();
  #secretId = '';
  #colliding: readonly string[] = [];
  #writes = 0;

  constructor(parts: ForeignRunParts, prefix: string, name: string) {
    this.#parts = parts;
    this.#prefix = prefix;
    this.#name = name;
  }

  /** Puts the entries of others into both vaults, takes down what others have there, and makes a secret of ours. */
  async populate(world: ForeignWorld): Promise<void> {
    const { source, target } = this.#parts;
    for (const vault of [source, target]) {
      const before = await vault.world.snapshot();
      for (const { place, texts, decorated } of world) {
        const path = this.#pathOf(place);
        for (const text of texts) await vault.foreign.write(path, 'value', text);
        if (decorated) await vault.foreign.decorate?.(path);
      }
      const after = await vault.world.snapshot();
      const theirs = FOREIGN.get(vault) ?? new Set<string>();
      FOREIGN.set(vault, theirs);
      for (const key of Object.keys(after)) if (!(key in before)) theirs.add(key);
      this.#theirs.set(vault, Object.fromEntries([...theirs].map((key) => [key, after[key]])));
    }
    const made = await this.#create(this.#name);
    if (made.status !== 201) throw new Error(`the secret was not made: ${made.status} ${made.text}`);
    this.#secretId = made.json.secretId as string;
  }

  async perform(operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) {
      const answer = await this.#steps[operation]();
      if (answer !== undefined && answer.status >= 500 && answer.json.code === 'internal') {
        throw new Error(`${operation}: ${answer.status} ${answer.text}`);
      }
    }
  }

  /** Waits until nothing of ours is under way any more. */
  async settle(): Promise<void> {
    const { scene, desk, source, target } = this.#parts;
    await eventually(
      async () => {
        for (const id of [this.#secretId, ...this.#colliding]) {
          await desk.hurry(id);
          const open = await scene.broker.db.query(
            'select 1 from change_requests where secret_id = $1::uuid and ended_at is null',
            [id],
          );
          if (open.length > 0 || (await desk.targets(id)).some(isBusy)) return false;
        }
        return true;
      },
      'nothing is under way',
      60_000,
    );
    if (source.name !== 'builtin') for (const { world } of [source, target]) world.clearScripts();
  }

  /** What of theirs is not as it was. */
  async changed(): Promise<readonly string[]> {
    const changed: string[] = [];
    for (const [vault, before] of this.#theirs) {
      const after = await vault.world.snapshot();
      const role = vault === this.#parts.source ? 'source' : 'target';
      for (const [key, entry] of Object.entries(before)) {
        if (!isDeepStrictEqual(after[key], entry)) changed.push(`${role}: ${key}`);
      }
    }
    for (const [vault, before] of this.#onOurs) {
      const after = await vault.foreign.decorations?.(this.#pathOf('ours'));
      if (!isDeepStrictEqual(after, before))
        changed.push(`what others set on ours: ${JSON.stringify([before, after])}`);
    }
    return changed;
  }

  readonly #steps: Readonly<Record<Operation, () => Promise<ApiAnswer | undefined>>> = {
    update: () => this.#post('/versions', { payload: { value: `ours ${++this.#writes}` } }),
    rollback: () => this.#post('/rollback', { version: 1 }),
    sync: () => this.#post('/sync', {}),
    delete: () => {
      this.#onOurs.clear();
      return this.#parts.scene.admin('DELETE', `/v1/secrets/${this.#secretId}`, {});
    },
    restore: () => this.#post('/restore', {}),
    'add target': () => this.#post('/targets', { profileId: this.#parts.target.profileId }),
    'remove target': () => this.#removeTarget('delete'),
    'leave copy': () => this.#removeTarget('keep'),
    'decorate ours': () => this.#decorateOurs(),
    collide: async () => {
      const made = await this.#create(`foe${this.#name}`);
      if (typeof made.json.secretId === 'string') this.#colliding = [...this.#colliding, made.json.secretId];
      return made;
    },
    'break target': async () => {
      const { name, world } = this.#parts.target;
      if (name === 'builtin') return undefined;
      const steps = ['apply-then-500', 'reset', world.replies.serverError, 'apply-then-reset'] as const;
      const step = steps[this.#writes % steps.length] ?? 'reset';
      // There a write that breaks off between its two steps keeps others waiting for a minute, see `write-entry.ts`.
      const purposes = name.startsWith('gcp') ? (['remove'] as const) : (['write', 'label', 'remove'] as const);
      world.script({ when: requestsFor(world, ...purposes), steps: step, count: 1 });
      return undefined;
    },
    'deny source': async () => {
      const { name, world } = this.#parts.source;
      if (name === 'builtin') return undefined;
      world.script({ when: requestsFor(world, 'write'), steps: world.replies.denied, count: 1 });
      return undefined;
    },
  };

  #pathOf(place: ForeignWorld[number]['place'] | 'ours'): string {
    const ours = `${this.#prefix}/${this.#name}`;
    const paths = {
      ours,
      beside: `${this.#prefix}/other-${this.#name}`,
      below: `${ours}/inner`,
      prefix: `${ours}x`,
      case: `${this.#prefix}/${this.#name.toUpperCase()}`,
      elsewhere: `elsewhere/${this.#name}`,
      dotted: `${ours}.x`,
      'in-the-way': `${this.#prefix}/foe${this.#name}`,
    };
    return paths[place];
  }

  #create(name: string): Promise<ApiAnswer> {
    const { scene, source, target } = this.#parts;
    return scene.admin('POST', '/v1/secrets', {
      project: 'shop',
      name,
      type: 'api_key',
      sourceProfileId: source.profileId,
      targets: [{ profileId: target.profileId }],
      payload: { value: 'ours' },
    });
  }

  #post(path: string, body: object): Promise<ApiAnswer> {
    return this.#parts.scene.admin('POST', `/v1/secrets/${this.#secretId}${path}`, body);
  }

  async #removeTarget(copy: 'delete' | 'keep'): Promise<ApiAnswer | undefined> {
    const { scene, desk, target } = this.#parts;
    const held = (await desk.targets(this.#secretId)).find((one) => one.state !== 'removed');
    if (held === undefined) return undefined;
    if (copy === 'delete') this.#onOurs.delete(target);
    return scene.admin('DELETE', `/v1/secrets/${this.#secretId}/targets/${held.id}`, { copy });
  }

  /** Only where an entry is, and where somebody can set anything. */
  async #decorateOurs(): Promise<undefined> {
    await this.settle();
    const { source, target } = this.#parts;
    const path = this.#pathOf('ours');
    for (const vault of [source, target]) {
      const { foreign } = vault;
      const adapter = await vault.adapter();
      const there = await adapter.head(path, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
      if (there === undefined || foreign.decorate === undefined) continue;
      await foreign.decorate(path);
      this.#onOurs.set(vault, await foreign.decorations?.(path));
    }
  }
}

function isBusy({ state, nextAttemptAt }: TargetView): boolean {
  return state === 'syncing' || nextAttemptAt !== null;
}
