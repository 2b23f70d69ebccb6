import { randomUUID } from 'node:crypto';
import type { AdapterPorts } from '../../../adapters/adapter.ts';
import { gcpSecretManagerModule } from '../../../adapters/gcp-secret-manager/adapter-module.ts';
import { createCredentials } from '../../../adapters/gcp-secret-manager/credentials.ts';
import { createRestClient, type RestClient } from '../../../adapters/lib/rest-client.ts';
import { adapterPorts, permissiveEgress } from '../../support/adapter-ports.ts';
import { type GcpEmulator, startGcpEmulator } from '../../support/emulators/gcp-secret-manager.ts';
import { asRecord, googleError } from '../../support/emulators/gcp-secret-manager-answers.ts';
import { emulatorCertificate, type KeyAndCert } from '../../support/test-certificates.ts';
import type { VaultWorld } from '../../support/vault-world.ts';
import { type GcpTransport, gcpWorld } from '../../support/worlds/gcp-secret-manager.ts';
import { EMULATED_FAULTS, type FaultyWays, openFaulty } from '../emulated-faults.ts';
import { call } from '../suite.ts';
import { sweep } from '../sweep.ts';
import type { Bench, ContractTarget, EntryAddresses, ForeignWriter } from '../target.ts';

/** Input of the module's schemas. */
interface Place {
  readonly settings: Readonly<Record<string, unknown>> & { readonly projectId: string };
  readonly attributes: Readonly<Record<string, unknown>>;
}

function open({ settings, attributes }: Place, ports: Partial<AdapterPorts> = {}) {
  const parsed = gcpSecretManagerModule.attributes.parse(attributes);
  return gcpSecretManagerModule.open(gcpSecretManagerModule.settings.parse(settings), parsed, adapterPorts(ports));
}

const DECORATION = {
  labels: { team: 'blue', größe: '10' },
  annotations: { 'example.com': 'Größe\n"1"', owner: 'somebody' },
  topics: [],
  versionAliases: { current: '1' },
  versionDestroyTtl: '172800s',
};

/** Somebody with gcloud. */
function foreignWriter({ settings, attributes }: Place, rest: RestClient, token: () => Promise<string>): ForeignWriter {
  const parsed = gcpSecretManagerModule.attributes.parse(attributes);
  const location = settings.location === undefined ? '' : `/locations/${settings.location}`;
  const folder = `/v1/projects/${settings.projectId}${location}/secrets`;
  const ask = async (method: 'GET' | 'POST' | 'PATCH', path: string, json?: object) => {
    const headers = { authorization: `Bearer ${await token()}` };
    const answer = await rest.send({ method, path, headers, signal: call().signal, ...(json && { json }) });
    if (answer.status !== 200 && answer.status !== 404 && answer.status !== 409) {
      throw new Error(`the foreign writer got ${answer.status}`);
    }
    return { status: answer.status, body: asRecord(answer.body) };
  };
  const nameOf = (path: string) => gcpSecretManagerModule.locate(parsed, path);
  return {
    async write(path, _field, text) {
      const name = nameOf(path);
      const replication = location === '' ? { replication: { automatic: {} } } : {};
      await ask('POST', `${folder}?secretId=${name}`, replication);
      const data = Buffer.from(text).toString('base64');
      await ask('POST', `${folder}/${name}:addVersion`, { payload: { data } });
    },
    async decorate(path) {
      const name = nameOf(path);
      const { body } = await ask('GET', `${folder}/${name}`);
      const annotations = { ...asRecord(body.annotations), ...DECORATION.annotations };
      const mask = Object.keys(DECORATION).join(',');
      await ask('PATCH', `${folder}/${name}?updateMask=${mask}`, { ...DECORATION, annotations });
    },
    async decorations(path) {
      const { body } = await ask('GET', `${folder}/${nameOf(path)}`);
      const { etag: _etag, annotations, ...rest } = body;
      const theirs = Object.entries(asRecord(annotations)).filter(([key]) => !key.startsWith('keyferry-'));
      return { ...rest, annotations: Object.fromEntries(theirs) };
    },
  };
}

const WRONG_TOKEN = 'ya29.wrong-credential';

const READ_RIGHTS = [
  'secretmanager.secrets.list',
  'secretmanager.secrets.get',
  'secretmanager.versions.get',
  'secretmanager.versions.access',
] as const;

function portOf(emulator: GcpEmulator, transport: GcpTransport): number {
  return transport === 'grpc' ? emulator.grpc.port : emulator.port;
}

function faultyWays(emulator: GcpEmulator, world: VaultWorld, transport: GcpTransport, place: Place): FaultyWays {
  const limited = (permissions: typeof READ_RIGHTS | readonly []) => emulator.accounts.createToken({ permissions });
  return {
    world,
    open: (change) => open({ ...place, settings: { ...place.settings, ...change } }),
    credential(fault) {
      if (fault === 'wrongCredential') return { accessToken: WRONG_TOKEN };
      return { accessToken: limited(fault === 'noRights' ? [] : READ_RIGHTS) };
    },
    async another() {
      const server = await startGcpEmulator();
      return { server, settings: { endpoint: `https://127.0.0.1:${portOf(server, transport)}` } };
    },
    talk: (text) => ({ status: 500, body: googleError('INTERNAL', text).body }),
    appliesThenBreaks: { method: 'POST', path: ':addVersion', steps: 'apply-then-reset', count: 1 },
  };
}

/** The emulator's entry `contract/same/entry`, named in every way that leads there. */
function addressesOf(port: number, { settings }: Place): EntryAddresses {
  const at = (endpoint: string) => ({ ...settings, endpoint });
  const whole = 'contract/same/entry';
  return {
    same: [
      { settings, attributes: {}, path: whole },
      { settings, attributes: { prefix: 'contract' }, path: 'same/entry' },
      { settings, attributes: { prefix: '/contract/same/', encoding: 'json' }, path: 'entry' },
      { settings: at(`HTTPS://LocalHost.:${port}/`), attributes: {}, path: whole },
      { settings: at(`127.1:${port}`), attributes: {}, path: whole },
    ],
    others: [
      { settings, attributes: {}, path: 'contract/same/Entry' },
      { settings, attributes: { prefix: 'other' }, path: whole },
      { settings: { ...settings, location: 'europe-west3' }, attributes: {}, path: whole },
    ],
  };
}

/** The client library against the emulator, over TLS; `pageLimit` makes a listing of several pages. */
async function startBench(transport: GcpTransport, tls: KeyAndCert): Promise<Bench> {
  const emulator = await startGcpEmulator({ tls, pageLimit: 25 });
  const { projectId } = emulator;
  const port = portOf(emulator, transport);
  const account = emulator.accounts.createServiceAccount({ permissions: 'all' });
  const connection = { projectId, transport, caCert: tls.cert };
  const endpoint = `https://127.0.0.1:${port}`;
  const place: Place = {
    settings: { ...connection, endpoint, authMethod: 'accessToken', accessToken: emulator.token },
    attributes: {},
  };
  const byKey: Place = {
    settings: { ...connection, endpoint, authMethod: 'serviceAccountKey', serviceAccountKey: account.key },
    attributes: {},
  };
  const rest = createRestClient({ origin: emulator.url, egress: permissiveEgress, caCert: tls.cert });
  const key = asRecord(JSON.parse(account.key));
  const world = gcpWorld(emulator, transport, tls);
  const ways = faultyWays(emulator, world, transport, place);
  return {
    prefix: 'contract',
    world,
    credentials: [emulator.token, WRONG_TOKEN, account.key, String(key.private_key).slice(100, 160)],
    open: (ports) => open(byKey, ports),
    openAt: (host, ports) =>
      open({ ...place, settings: { ...place.settings, endpoint: `https://${host}:${port}` } }, ports),
    arrivals: () => (transport === 'grpc' ? emulator.grpc.connections : emulator.connections),
    changes: () => emulator.journal.length,
    addresses: addressesOf(port, place),
    openFaulty: (fault, elsewhere) => openFaulty(ways, fault, elsewhere),
    foreign: foreignWriter(place, rest, async () => emulator.token),
    async stop() {
      await rest.close();
      await emulator.close();
    },
  };
}

function emulatorTarget(transport: GcpTransport): ContractTarget {
  return {
    module: gcpSecretManagerModule,
    name: `gcp-secret-manager (emulator, ${transport})`,
    column: `gcp ${transport}`,
    tier: 'emulated',
    faults: EMULATED_FAULTS,
    start: () => startBench(transport, emulatorCertificate()),
  };
}

export const gcpGrpcTarget = emulatorTarget('grpc');
export const gcpRestTarget = emulatorTarget('rest');

const {
  CONTRACT_GCP_PROJECT: project,
  CONTRACT_GCP_LOCATION: location,
  CONTRACT_GCP_TRANSPORT: transport = 'grpc',
  CONTRACT_GCP_ACCESS_TOKEN: accessToken,
  CONTRACT_GCP_KEY: serviceAccountKey,
} = process.env;

/** With `CONTRACT_GCP_KEY` (JSON) or `CONTRACT_GCP_ACCESS_TOKEN`, else with the application default credentials. */
function liveLogin(): Readonly<Record<string, unknown>> {
  if (serviceAccountKey) return { authMethod: 'serviceAccountKey', serviceAccountKey };
  return accessToken ? { authMethod: 'accessToken', accessToken } : { authMethod: 'ambient' };
}

/** A real project; also reads `CONTRACT_GCP_LOCATION` and `CONTRACT_GCP_TRANSPORT`. */
export const gcpLiveTarget: ContractTarget = {
  module: gcpSecretManagerModule,
  name: 'gcp-secret-manager (live)',
  column: 'gcp live',
  tier: 'live',
  faults: ['wrongCredential', 'nobodyThere'],
  ...(!project && { skip: 'set CONTRACT_GCP_PROJECT' }),
  async start() {
    const settings = { projectId: project ?? '', transport, ...liveLogin(), ...(location && { location }) };
    const place: Place = { settings, attributes: {} };
    const allowed = { allowAmbient: true };
    const parsed = gcpSecretManagerModule.settings.parse(settings);
    const login = createCredentials(parsed, adapterPorts(allowed));
    const host = location ? `secretmanager.${location}.rep.googleapis.com` : 'secretmanager.googleapis.com';
    const rest = createRestClient({ origin: `https://${host}`, egress: permissiveEgress });
    const prefix = `keyferry-contract/${randomUUID()}`;
    return {
      prefix,
      credentials: [serviceAccountKey, accessToken].filter((secret) => secret !== undefined),
      open: (ports) => open(place, { ...allowed, ...ports }),
      openFaulty(fault) {
        const wrong = {
          projectId: settings.projectId,
          transport,
          authMethod: 'accessToken',
          accessToken: 'ya29.wrong',
        };
        return open({ ...place, settings: fault === 'nobodyThere' ? { ...wrong, endpoint: '127.0.0.1:9' } : wrong });
      },
      foreign: foreignWriter(place, rest, () => login.token()),
      async stop() {
        await sweep(open(place, allowed), prefix);
        await rest.close();
      },
    };
  },
};
