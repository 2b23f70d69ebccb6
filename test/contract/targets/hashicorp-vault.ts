import { randomUUID } from 'node:crypto';
import type { AdapterPorts } from '../../../adapters/adapter.ts';
import { hashicorpVaultModule } from '../../../adapters/hashicorp-vault/adapter-module.ts';
import { adapterPorts } from '../../support/adapter-ports.ts';
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import type { PolicyRule } from '../../support/emulators/hashicorp-vault-auth.ts';
import type { VaultWorld } from '../../support/vault-world.ts';
import { hashicorpWorld } from '../../support/worlds/hashicorp-vault.ts';
import { EMULATED_FAULTS, type FaultyWays, openFaulty } from '../emulated-faults.ts';
import { sweep } from '../sweep.ts';
import type { ContractTarget, EntryAddresses, ForeignWriter } from '../target.ts';

const WRONG_TOKEN = 'hvs.wrong-credential';

interface Place {
  readonly url: string;
  readonly token: string;
  readonly namespace?: string | undefined;
  readonly mount: string;
}

/** Somebody with curl. */
function foreignWriter({ url, token, namespace, mount }: Place): ForeignWriter {
  const headersOf = () => ({
    'x-vault-token': token,
    ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
  });
  const post = async (endpoint: string, path: string, body: object): Promise<void> => {
    const response = await fetch(`${url}/v1/${mount}/${endpoint}/${path}`, {
      method: 'POST',
      headers: headersOf(),
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the foreign writer got ${response.status}`);
  };
  return {
    async write(path, field, text, labels) {
      await post('data', path, { data: { [field]: text } });
      if (labels) await post('metadata', path, { custom_metadata: labels });
    },
    decorate: (path) =>
      post('metadata', path, { custom_metadata: { owner: 'team-b', 'cost.center': '42' }, max_versions: 7 }),
    async decorations(path) {
      const answer = await fetch(`${url}/v1/${mount}/metadata/${path}`, { headers: headersOf() });
      const { data } = (await answer.json()) as { data: Record<string, unknown> };
      const { custom_metadata: custom, max_versions, cas_required, delete_version_after } = data;
      const theirs = Object.entries((custom ?? {}) as object).filter(([name]) => !name.startsWith('keyferry-'));
      return { theirs, max_versions, cas_required, delete_version_after };
    },
  };
}

function settingsOf({ url, token, namespace }: Place) {
  return { address: url, authMethod: 'token', token, ...(namespace !== undefined && { namespace }) };
}

function open(place: Place, ports: Partial<AdapterPorts> = {}) {
  const settings = hashicorpVaultModule.settings.parse(settingsOf(place));
  const attributes = hashicorpVaultModule.attributes.parse({ mount: place.mount });
  return hashicorpVaultModule.open(settings, attributes, adapterPorts(ports));
}

/** The emulator's entries below `/contract/same`, named in every way Vault lets one name them. */
function addressesOf(emulator: VaultEmulator, place: Place): EntryAddresses {
  const { port } = emulator;
  const settings = settingsOf(place);
  const { namespace: _namespace, ...atRoot } = settings;
  const attributes = { mount: place.mount };
  return {
    same: [
      { settings, attributes, path: 'contract/same/entry' },
      { settings, attributes: { mount: `/${place.mount}/`, prefix: 'contract' }, path: 'same/entry' },
      { settings, attributes: { ...attributes, prefix: '/contract/same/' }, path: 'entry' },
      { settings: atRoot, attributes: { mount: `team-a/${place.mount}` }, path: 'contract/same/entry' },
      { settings: { ...settings, address: `HTTP://127.1:${port}/` }, attributes, path: 'contract/same/entry' },
      { settings: { ...settings, address: `http://localhost:${port}` }, attributes, path: 'contract/same/entry' },
    ],
    others: [
      { settings, attributes, path: 'contract/same/Entry' },
      { settings, attributes: { ...attributes, prefix: 'contract/other' }, path: 'entry' },
      { settings: atRoot, attributes, path: 'contract/same/entry' },
    ],
  };
}

function readPolicy(mount: string): readonly PolicyRule[] {
  return [
    { path: `${mount}/data/*`, capabilities: ['read'] },
    { path: `${mount}/metadata/*`, capabilities: ['read', 'list'] },
  ];
}

function faultyWays(emulator: VaultEmulator, world: VaultWorld, place: Place): FaultyWays {
  return {
    world,
    open: (change) => open({ ...place, ...change }),
    credential(fault) {
      if (fault === 'wrongCredential') return { token: WRONG_TOKEN };
      return { token: emulator.tokens.create({ policy: fault === 'noRights' ? [] : readPolicy(place.mount) }) };
    },
    async another() {
      const server = await startVaultEmulator();
      return { server, settings: { url: server.url } };
    },
    talk: (text) => ({ status: 500, body: { errors: [text] } }),
    appliesThenBreaks: { method: 'POST', path: '/data/', steps: 'apply-then-reset', count: 1 },
  };
}

/** The real client against the emulator, in a namespace so that nothing works without its header. */
export const hashicorpEmulatorTarget: ContractTarget = {
  module: hashicorpVaultModule,
  name: 'hashicorp-vault (emulator)',
  column: 'vault',
  tier: 'emulated',
  faults: EMULATED_FAULTS,
  async start() {
    const emulator = await startVaultEmulator({ namespaces: ['team-a'], mounts: ['kv/apps'] });
    const at = { namespace: 'team-a', mount: 'kv/apps' };
    const place: Place = { url: emulator.url, token: emulator.token, ...at };
    const world = hashicorpWorld(emulator, at);
    const ways = faultyWays(emulator, world, place);
    return {
      prefix: 'contract',
      world,
      credentials: [emulator.token, WRONG_TOKEN],
      open: (ports) => open(place, ports),
      openAt: (host, ports) => open({ ...place, url: `http://${host}:${emulator.port}` }, ports),
      arrivals: () => emulator.connections,
      changes: () => emulator.journal.length,
      addresses: addressesOf(emulator, place),
      openFaulty: (fault, elsewhere) => openFaulty(ways, fault, elsewhere),
      foreign: foreignWriter(place),
      stop: () => emulator.close(),
    };
  },
};

const {
  CONTRACT_HASHICORP_VAULT_ADDR: address,
  CONTRACT_HASHICORP_VAULT_TOKEN: token,
  CONTRACT_HASHICORP_VAULT_MOUNT: mount = 'secret',
  CONTRACT_HASHICORP_VAULT_NAMESPACE: namespace,
} = process.env;

/** A real Vault or OpenBao; also reads `CONTRACT_HASHICORP_VAULT_MOUNT` and `…_NAMESPACE`. */
export const hashicorpLiveTarget: ContractTarget = {
  module: hashicorpVaultModule,
  name: 'hashicorp-vault (live)',
  column: 'vault live',
  tier: 'live',
  faults: ['wrongCredential', 'nobodyThere'],
  ...(!(address && token) && { skip: 'set CONTRACT_HASHICORP_VAULT_ADDR and CONTRACT_HASHICORP_VAULT_TOKEN' }),
  async start() {
    const place: Place = { url: address ?? '', token: token ?? '', mount, namespace };
    const prefix = `keyferry-contract/${randomUUID()}`;
    return {
      prefix,
      credentials: [place.token],
      open: (ports) => open(place, ports),
      async openFaulty(fault) {
        if (fault === 'wrongCredential') return open({ ...place, token: WRONG_TOKEN });
        const nobody = await startVaultEmulator();
        await nobody.close();
        return open({ ...place, url: nobody.url });
      },
      foreign: foreignWriter(place),
      stop: () => sweep(open(place), prefix),
    };
  },
};
