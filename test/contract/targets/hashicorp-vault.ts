import { randomUUID } from 'node:crypto';
import type { AdapterPorts } from '../../../adapters/adapter.ts';
import { hashicorpVaultModule } from '../../../adapters/hashicorp-vault/adapter-module.ts';
import { adapterPorts } from '../../support/adapter-ports.ts';
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import type { PolicyRule } from '../../support/emulators/hashicorp-vault-auth.ts';
import type { ContractTarget, EntryAddresses, Fault, ForeignWriter } from '../target.ts';

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

const EMULATED_FAULTS: readonly Fault[] = [
  'wrongCredential',
  'noRights',
  'readRights',
  'nobodyThere',
  'tooFast',
  'silent',
  'talkative',
  'appliesThenBreaks',
  'redirects',
];

async function faultyAddress(
  emulator: VaultEmulator,
  place: Place,
  fault: Fault,
  elsewhere: string,
): Promise<[Place, () => void]> {
  const restore = (script: Parameters<VaultEmulator['script']>[0]): [Place, () => void] => {
    const rule = emulator.script(script);
    return [place, () => rule.remove()];
  };
  switch (fault) {
    case 'wrongCredential':
      return [{ ...place, token: 'hvs.wrong-credential' }, () => {}];
    case 'noRights':
      return [{ ...place, token: emulator.tokens.create({ policy: [] }) }, () => {}];
    case 'readRights':
      return [{ ...place, token: emulator.tokens.create({ policy: readPolicy(place.mount) }) }, () => {}];
    case 'redirects':
      return restore({ steps: { redirect: `${elsewhere}/v1/secret` } });
    case 'nobodyThere': {
      const other = await startVaultEmulator();
      await other.close();
      return [{ ...place, url: other.url }, () => {}];
    }
    case 'tooFast': {
      const body = { errors: ['request path "secret/data": rate limit quota exceeded'] };
      return restore({ steps: { status: 429, headers: { 'retry-after': '3' }, body } });
    }
    case 'silent':
      return restore({ steps: 'hang' });
    case 'talkative':
      return restore({
        when: (request) => {
          talk.body = { errors: [request.path, request.body.toString(), JSON.stringify(request.headers)] };
          return true;
        },
        steps: talk,
      });
    case 'appliesThenBreaks':
      return restore({ method: 'POST', path: '/data/', steps: 'apply-then-reset', count: 1 });
  }
}

function readPolicy(mount: string): readonly PolicyRule[] {
  return [
    { path: `${mount}/data/*`, capabilities: ['read'] },
    { path: `${mount}/metadata/*`, capabilities: ['read', 'list'] },
  ];
}

const talk: { status: number; body: unknown } = { status: 500, body: undefined };

/** The real client against the emulator, in a namespace so that nothing works without its header. */
export const hashicorpEmulatorTarget: ContractTarget = {
  kind: 'hashicorp-vault',
  name: 'hashicorp-vault (emulator)',
  faults: EMULATED_FAULTS,
  async start() {
    const emulator = await startVaultEmulator({ namespaces: ['team-a'], mounts: ['kv/apps'] });
    const place: Place = { url: emulator.url, token: emulator.token, namespace: 'team-a', mount: 'kv/apps' };
    return {
      prefix: 'contract',
      credentials: [emulator.token, 'hvs.wrong-credential'],
      open: (ports) => open(place, ports),
      openAt: (host, ports) => open({ ...place, url: `http://${host}:${emulator.port}` }, ports),
      arrivals: () => emulator.connections,
      changes: () => emulator.journal.length,
      addresses: addressesOf(emulator, place),
      async openFaulty(fault, elsewhere = 'http://127.0.0.1:9') {
        const [faulty, restore] = await faultyAddress(emulator, place, fault, elsewhere);
        const adapter = await open(faulty);
        const close = async () => {
          restore();
          await adapter.close();
        };
        return { ...adapter, close };
      },
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
  kind: 'hashicorp-vault',
  name: 'hashicorp-vault (live)',
  faults: ['wrongCredential', 'nobodyThere'],
  ...(!(address && token) && { skip: 'set CONTRACT_HASHICORP_VAULT_ADDR and CONTRACT_HASHICORP_VAULT_TOKEN' }),
  async start() {
    const place: Place = { url: address ?? '', token: token ?? '', mount, namespace };
    return {
      prefix: `keyferry-contract/${randomUUID()}`,
      credentials: [place.token],
      open: (ports) => open(place, ports),
      async openFaulty(fault) {
        if (fault === 'wrongCredential') return open({ ...place, token: 'hvs.wrong-credential' });
        const nobody = await startVaultEmulator();
        await nobody.close();
        return open({ ...place, url: nobody.url });
      },
      foreign: foreignWriter(place),
      stop: async () => {},
    };
  },
};
