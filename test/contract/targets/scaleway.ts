import { randomUUID } from 'node:crypto';
import type { AdapterPorts } from '../../../adapters/adapter.ts';
import { createRestClient } from '../../../adapters/lib/rest-client.ts';
import { scalewayModule } from '../../../adapters/scaleway/adapter-module.ts';
import { isJson } from '../../../adapters/scaleway/facts.ts';
import { secretNameOf } from '../../../adapters/scaleway/names.ts';
import { isOwnTag } from '../../../adapters/scaleway/tags.ts';
import { adapterPorts, permissiveEgress } from '../../support/adapter-ports.ts';
import { type ScalewayEmulator, startScalewayEmulator } from '../../support/emulators/scaleway.ts';
import type { VaultWorld } from '../../support/vault-world.ts';
import { scalewayWorld } from '../../support/worlds/scaleway.ts';
import { EMULATED_FAULTS, type FaultyWays, openFaulty } from '../emulated-faults.ts';
import { call } from '../suite.ts';
import { sweep } from '../sweep.ts';
import type { ContractTarget, EntryAddresses, ForeignWriter } from '../target.ts';

interface Place {
  readonly endpoint: string;
  readonly region: string;
  readonly projectId: string;
  readonly secretKey: string;
}

function open(place: Place, ports: Partial<AdapterPorts> = {}) {
  const attributes = scalewayModule.attributes.parse({});
  return scalewayModule.open(scalewayModule.settings.parse(place), attributes, adapterPorts(ports));
}

/** Somebody with curl. Needs a `stop`, because his connections stay open. */
function foreignWriter({ endpoint, region, projectId, secretKey }: Place): ForeignWriter & { stop(): Promise<void> } {
  const rest = createRestClient({ origin: new URL(endpoint).origin, egress: permissiveEgress });
  const root = `/secret-manager/v1beta1/regions/${region}/secrets`;
  const ask = async (method: 'GET' | 'POST' | 'PATCH', path: string, json?: object) => {
    const headers = { 'x-auth-token': secretKey };
    const answer = await rest.send({ method, path: root + path, headers, json, signal: call().signal });
    if (answer.status >= 300 || !isJson(answer.body)) throw new Error(`the foreign writer got ${answer.status}`);
    return answer.body;
  };
  const find = async (path: string) => {
    const { folder, name } = secretNameOf(path) ?? { folder: '/', name: '' };
    const query = new URLSearchParams({ project_id: projectId, name, path: folder, page_size: '10' });
    const { secrets } = await ask('GET', `?${query}`);
    return Array.isArray(secrets) && isJson(secrets[0]) ? secrets[0] : undefined;
  };
  return {
    async write(path, _field, text) {
      const { folder, name } = secretNameOf(path) ?? { folder: '/', name: '' };
      const secret = (await find(path)) ?? (await ask('POST', '', { project_id: projectId, name, path: folder }));
      await ask('POST', `/${secret.id}/versions`, { data: Buffer.from(text).toString('base64') });
    },
    async decorate(path) {
      const secret = await find(path);
      await ask('PATCH', `/${secret?.id}`, { description: 'Größe "1"', tags: ['team:blue', 'z', 'a=b', 'keyferry'] });
    },
    async decorations(path) {
      const secret = await find(path);
      const tags: unknown[] = Array.isArray(secret?.tags) ? secret.tags : [];
      const { description, path: folder, type, created_at } = secret ?? {};
      return { description, folder, type, created_at, tags: tags.filter((tag) => !isOwnTag(String(tag))) };
    },
    stop: () => rest.close(),
  };
}

function faultyWays(emulator: ScalewayEmulator, world: VaultWorld, place: Place): FaultyWays {
  return {
    world,
    open: (change) => open({ ...place, ...change }),
    credential(fault) {
      if (fault === 'wrongCredential') return { secretKey: WRONG_KEY };
      const secretKey = randomUUID();
      emulator.addKey(secretKey, fault === 'noRights' ? [] : ['read', 'access']);
      return { secretKey };
    },
    async another() {
      const server = await startScalewayEmulator();
      return { server, settings: { endpoint: server.url } };
    },
    talk: (message) => ({ status: 500, body: { type: 'internal', message } }),
    appliesThenBreaks: { method: 'POST', path: /\/versions$/, steps: 'apply-then-reset', count: 1 },
  };
}

const WRONG_KEY = 'wrong-credential';

/** One entry in every way it can be named: spellings of endpoint and project, a folder or a longer path. */
function addressesOf(emulator: ScalewayEmulator, place: Place): EntryAddresses {
  const { port } = emulator;
  const settings = { ...place };
  const projectId = place.projectId.toUpperCase();
  return {
    same: [
      { settings, attributes: {}, path: 'contract/same/entry' },
      { settings, attributes: { path: '/contract/' }, path: 'same/entry' },
      { settings, attributes: { path: 'contract/same' }, path: 'entry' },
      {
        settings: { ...settings, endpoint: `HTTP://127.1:${port}/`, projectId },
        attributes: {},
        path: 'contract/same/entry',
      },
      { settings: { ...settings, endpoint: `http://localhost:${port}` }, attributes: {}, path: 'contract/same/entry' },
    ],
    others: [
      { settings, attributes: {}, path: 'contract/same/Entry' },
      { settings, attributes: { path: 'other' }, path: 'contract/same/entry' },
      { settings: { ...settings, projectId: randomUUID() }, attributes: {}, path: 'contract/same/entry' },
    ],
  };
}

export const scalewayEmulatorTarget: ContractTarget = {
  module: scalewayModule,
  name: 'scaleway (emulator)',
  column: 'scaleway',
  tier: 'emulated',
  faults: EMULATED_FAULTS,
  looksFirst: ['write', 'remove'],
  async start() {
    const emulator = await startScalewayEmulator();
    const { url: endpoint, region, secretKey } = emulator;
    const place: Place = { endpoint, region, secretKey, projectId: randomUUID() };
    const foreign = foreignWriter(place);
    const world = scalewayWorld(emulator, place.projectId);
    const ways = faultyWays(emulator, world, place);
    return {
      prefix: 'contract',
      world,
      credentials: [secretKey, WRONG_KEY],
      open: (ports) => open(place, ports),
      openAt: (host, ports) => open({ ...place, endpoint: `http://${host}:${emulator.port}` }, ports),
      arrivals: () => emulator.connections,
      changes: () => emulator.journal.length,
      addresses: addressesOf(emulator, place),
      openFaulty: (fault, elsewhere) => openFaulty(ways, fault, elsewhere),
      foreign,
      async stop() {
        await foreign.stop();
        await emulator.close();
      },
    };
  },
};

const {
  CONTRACT_SCALEWAY_PROJECT: projectId,
  CONTRACT_SCALEWAY_SECRET_KEY: secretKey,
  CONTRACT_SCALEWAY_REGION: region = 'fr-par',
} = process.env;

/** The real service; also reads `CONTRACT_SCALEWAY_REGION`. What the suite deletes stays restorable for seven days. */
export const scalewayLiveTarget: ContractTarget = {
  module: scalewayModule,
  name: 'scaleway (live)',
  column: 'scaleway live',
  tier: 'live',
  faults: ['wrongCredential', 'nobodyThere'],
  looksFirst: ['write', 'remove'],
  ...(!(projectId && secretKey) && { skip: 'set CONTRACT_SCALEWAY_PROJECT and CONTRACT_SCALEWAY_SECRET_KEY' }),
  async start() {
    const endpoint = 'https://api.scaleway.com';
    const place: Place = { endpoint, region, projectId: projectId ?? '', secretKey: secretKey ?? '' };
    const foreign = foreignWriter(place);
    const prefix = `keyferry-contract-${randomUUID().slice(0, 8)}`;
    return {
      prefix,
      credentials: [place.secretKey],
      open: (ports) => open(place, ports),
      openFaulty: (fault) => {
        const wrong = { ...place, secretKey: randomUUID() };
        return open(fault === 'wrongCredential' ? wrong : { ...place, endpoint: 'https://127.0.0.1:9' });
      },
      foreign,
      async stop() {
        await sweep(open(place), prefix);
        await foreign.stop();
      },
    };
  },
};
