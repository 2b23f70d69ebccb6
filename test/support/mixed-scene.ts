import type { VaultAdapter } from '../../adapters/adapter.ts';
import type { Bench, ContractTarget, ForeignWriter } from '../contract/target.ts';
import { awsEmulatorTarget } from '../contract/targets/aws-secrets-manager.ts';
import { gcpGrpcTarget, gcpRestTarget } from '../contract/targets/gcp-secret-manager.ts';
import { hashicorpEmulatorTarget } from '../contract/targets/hashicorp-vault.ts';
import { kubernetesEmulatorTarget, kubernetesSharedTarget } from '../contract/targets/kubernetes.ts';
import { scalewayEmulatorTarget } from '../contract/targets/scaleway.ts';
import { must } from './answers.ts';
import type { ProfilePlace } from './sync-desk.ts';
import { startTestBroker, type TestBroker, type TestBrokerOptions } from './test-broker.ts';
import type { VaultWorld } from './vault-world.ts';
import { builtinBench } from './worlds/builtin.ts';

const TARGETS = {
  'aws-secrets-manager': awsEmulatorTarget,
  'gcp-secret-manager': gcpGrpcTarget,
  'gcp-secret-manager-rest': gcpRestTarget,
  'hashicorp-vault': hashicorpEmulatorTarget,
  kubernetes: kubernetesEmulatorTarget,
  'kubernetes-shared': kubernetesSharedTarget,
  scaleway: scalewayEmulatorTarget,
} as const satisfies Readonly<Record<string, ContractTarget>>;

/** Kinds at an emulator, with the ways they can be used that differ on the wire. */
export type EmulatedName = keyof typeof TARGETS;
export const EMULATED_NAMES = Object.keys(TARGETS) as readonly EmulatedName[];

/** The built-in vault has no server of its own: it cannot be scripted. */
export type WorldName = EmulatedName | 'builtin';
export const WORLD_NAMES: readonly WorldName[] = [...EMULATED_NAMES, 'builtin'];

/** A vault of some kind behind a profile. */
export interface MixedPlace extends ProfilePlace {
  readonly name: WorldName;
  readonly world: VaultWorld;
  /** Somebody else at the same vault, with the names that the profile uses. */
  readonly foreign: ForeignWriter;
  /** An adapter of its own on the same entries; closed with the scene. */
  adapter(): Promise<VaultAdapter>;
}

/** A broker with a project `shop`, whose source and targets are vaults of any kinds. */
export interface MixedScene extends TestBroker {
  readonly project: { readonly id: string; readonly slug: string };
  readonly source: MixedPlace;
  readonly targets: readonly MixedPlace[];
  /** The target of that name. */
  at(name: WorldName): MixedPlace;
  /** A further vault of that kind, at an emulator of its own; `profile` is added to the body of its profile. */
  place(name: WorldName, profile?: Readonly<Record<string, unknown>>): Promise<MixedPlace>;
}

export interface MixedSceneOptions extends TestBrokerOptions {
  readonly source: WorldName;
  /** Each at an emulator of its own. */
  readonly targets: readonly WorldName[];
}

export async function startMixedScene({ source, targets, ...options }: MixedSceneOptions): Promise<MixedScene> {
  const broker = await startTestBroker(options);
  const { admin } = broker;
  const benches: Bench[] = [];
  let count = 0;
  const adapters: Promise<VaultAdapter>[] = [];
  const close = async () => {
    await broker.close();
    await Promise.all(adapters.map(async (adapter) => (await adapter).close()));
    await Promise.all(benches.map((bench) => bench.stop()));
  };
  const place = async (name: WorldName, profile: Readonly<Record<string, unknown>> = {}): Promise<MixedPlace> => {
    const unique = `${name}-${count++}`;
    const bench = name === 'builtin' ? builtinBench(broker, unique) : await TARGETS[name].start();
    benches.push(bench);
    const { world, foreign } = bench;
    if (world === undefined) throw new Error(`${name} has no world`);
    const { kind, settings, attributes } = world;
    const vault = must(await admin('POST', '/v1/vaults', { name: unique, kind, settings }), 201);
    const body = { name: unique, vaultId: vault.id, attributes, ...profile };
    const { id } = must(await admin('POST', '/v1/vault-profiles', body), 201);
    let adapter: Promise<VaultAdapter> | undefined;
    return {
      name,
      world,
      foreign,
      adapter() {
        if (adapter === undefined) {
          adapter = bench.open();
          adapters.push(adapter);
        }
        return adapter;
      },
      vaultId: vault.id as string,
      profileId: id as string,
    };
  };
  try {
    const project = must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
    const [from, ...to] = await Promise.all([source, ...targets].map((name) => place(name)));
    if (from === undefined) throw new Error('a scene has a source');
    const at = (name: WorldName): MixedPlace => {
      const found = to.find((one) => one.name === name);
      if (found === undefined) throw new Error(`no target at ${name}`);
      return found;
    };
    return {
      ...broker,
      project: { id: project.id as string, slug: 'shop' },
      source: from,
      targets: to,
      at,
      place,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
