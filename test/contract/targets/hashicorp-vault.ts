import { randomUUID } from 'node:crypto';
import { hashicorpVaultModule } from '../../../adapters/hashicorp-vault/adapter-module.ts';
import type { HashicorpVaultSettings } from '../../../adapters/hashicorp-vault/settings.ts';
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import type { ContractTarget, Fault, ForeignWriter } from '../target.ts';

interface Place {
  readonly url: string;
  readonly token: string;
  readonly namespace?: string | undefined;
  readonly mount: string;
}

/** Somebody with curl. */
function foreignWriter({ url, token, namespace, mount }: Place): ForeignWriter {
  const post = async (endpoint: string, path: string, body: object): Promise<void> => {
    const response = await fetch(`${url}/v1/${mount}/${endpoint}/${path}`, {
      method: 'POST',
      headers: { 'x-vault-token': token, ...(namespace !== undefined && { 'x-vault-namespace': namespace }) },
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
  };
}

function open(place: Place, change: Partial<HashicorpVaultSettings> = {}) {
  const settings = hashicorpVaultModule.settings.parse({
    address: place.url,
    mount: place.mount,
    authMethod: 'token',
    token: place.token,
    ...(place.namespace !== undefined && { namespace: place.namespace }),
    ...change,
  });
  return hashicorpVaultModule.open(settings, { vaultId: randomUUID() });
}

const EMULATED_FAULTS: readonly Fault[] = [
  'wrongCredential',
  'noRights',
  'nobodyThere',
  'tooFast',
  'silent',
  'talkative',
  'appliesThenBreaks',
];

async function faultyAddress(emulator: VaultEmulator, place: Place, fault: Fault): Promise<[Place, () => void]> {
  const restore = (script: Parameters<VaultEmulator['script']>[0]): [Place, () => void] => {
    const rule = emulator.script(script);
    return [place, () => rule.remove()];
  };
  switch (fault) {
    case 'wrongCredential':
      return [{ ...place, token: 'hvs.wrong-credential' }, () => {}];
    case 'noRights':
      return [{ ...place, token: emulator.tokens.create({ policy: [] }) }, () => {}];
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
      open: () => open(place),
      async openFaulty(fault) {
        const [faulty, restore] = await faultyAddress(emulator, place, fault);
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
      open: () => open(place),
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
