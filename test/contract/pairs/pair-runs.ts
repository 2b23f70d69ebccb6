import { kubernetesModule } from '../../../adapters/kubernetes/adapter-module.ts';
import { memoryModule } from '../../../adapters/memory/adapter-module.ts';
import { adapterPorts } from '../../support/adapter-ports.ts';
import { must, targetsIn } from '../../support/answers.ts';
import { type MixedPlace, type MixedScene, WORLD_NAMES, type WorldName } from '../../support/mixed-scene.ts';
import { call } from '../suite.ts';
import type { PairPayload } from './payloads.ts';

export type PairName = WorldName | 'memory';
export const PAIR_NAMES: readonly PairName[] = [...WORLD_NAMES, 'memory'];

export interface PairPlace extends Pick<MixedPlace, 'profileId' | 'adapter'> {
  readonly name: PairName;
  readonly world?: MixedPlace['world'];
}

/** What came of one payload at one target: `same` when a read there gives exactly these bytes, else a code or what differs. */
export type PairOutcomes = ReadonlyMap<PairName, string>;

/** The vault that forgets, which has no bench of its own. */
export async function memoryPlace({ admin }: MixedScene, name: string): Promise<PairPlace> {
  const vault = must(await admin('POST', '/v1/vaults', { name, kind: 'memory' }), 201);
  const profile = must(await admin('POST', '/v1/vault-profiles', { name, vaultId: vault.id }), 201);
  const ports = adapterPorts({ vaultId: vault.id as string });
  return { name: 'memory', profileId: profile.id as string, adapter: () => memoryModule.open({}, {}, ports) };
}

/** Makes a secret at the source, with those targets that can hold it, and asks for the others one by one. */
export async function carry(
  { admin }: Pick<MixedScene, 'admin'>,
  source: PairPlace,
  targets: readonly PairPlace[],
  payload: PairPayload,
  holds: (name: PairName) => boolean,
): Promise<PairOutcomes> {
  const { type, fields } = payload;
  const name = `${source.name}-${payload.column.replaceAll(/[^a-zA-Z0-9]+/g, '_')}`;
  const made = await admin('POST', '/v1/secrets', {
    project: 'shop',
    name,
    type,
    sourceProfileId: source.profileId,
    targets: targets.filter((target) => holds(target.name)).map(({ profileId }) => ({ profileId })),
    payload: Object.fromEntries(
      Object.entries(fields).map(([field, bytes]) => [field, { base64: bytes.toString('base64') }]),
    ),
  });
  if (made.status !== 201) {
    const absent = (await admin('GET', `/v1/projects/shop/secrets/${name}`)).status === 404;
    const code = absent ? String(made.json.code) : 'refused, and there all the same';
    return new Map(targets.map((target) => [target.name, code]));
  }
  const id = made.json.secretId as string;
  const outcomes = new Map<PairName, string>();
  for (const target of targets.filter((one) => !holds(one.name))) {
    const added = await admin('POST', `/v1/secrets/${id}/targets`, { profileId: target.profileId });
    outcomes.set(target.name, String(added.json.code));
  }
  if (targets.some((target) => holds(target.name))) await targetsIn(admin, id, 'synced');
  const { items } = must(await admin('GET', `/v1/secrets/${id}/targets`), 200) as {
    items: readonly { readonly profileId: string; readonly remotePath: string }[];
  };
  for (const { profileId, remotePath } of items) {
    const target = targets.find((one) => one.profileId === profileId);
    if (target) outcomes.set(target.name, await compare(target, remotePath, fields));
  }
  return outcomes;
}

async function compare(target: PairPlace, path: string, wanted: PairPayload['fields']): Promise<string> {
  const adapter = await target.adapter();
  const { fields } = await adapter.read(path, call());
  const names = [...fields.keys()].sort().join(' ');
  if (names !== Object.keys(wanted).sort().join(' ')) return `fields ${names}`;
  const other = Object.entries(wanted).find(
    ([name, bytes]) => !bytes.equals(fields.get(name)?.reveal() ?? Buffer.of()),
  );
  if (other) return `${other[0]} differs`;
  return (await isStoredPlainly(target, path, wanted)) ? 'same' : 'the vault itself holds something else';
}

/** How a value stands at vaults whose form other tools read: by what the vendors document, not by our adapters. */
const STORED: Partial<
  Readonly<Record<PairName, { readonly key: (path: string) => string; as(bytes: Buffer): string }>>
> = {
  kubernetes: {
    key: (path) => kubernetesModule.locate(kubernetesModule.attributes.parse({}), path),
    as: (bytes) => bytes.toString('base64'),
  },
  'hashicorp-vault': { key: (path) => path, as: textOrMarked },
};

async function isStoredPlainly(
  { name, world }: PairPlace,
  path: string,
  wanted: PairPayload['fields'],
): Promise<boolean> {
  const form = STORED[name];
  if (form === undefined || world === undefined) return true;
  const entries = Object.entries(await world.snapshot());
  const entry = entries.find(([key]) => key.endsWith(`/${form.key(path)}`))?.[1];
  return Object.entries(wanted).every(([field, bytes]) => textsAt(entry, field).includes(form.as(bytes)));
}

function textOrMarked(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const isText = Buffer.from(text).equals(bytes) && !text.startsWith('base64:');
  return isText ? text : `base64:${bytes.toString('base64')}`;
}

/** Every text below, under that name. */
function textsAt(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [...(key === name ? [one] : []), ...textsAt(one, name)]);
}
