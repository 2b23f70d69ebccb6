import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AdapterPorts } from '../../../adapters/adapter.ts';
import { kubernetesModule } from '../../../adapters/kubernetes/adapter-module.ts';
import { KUBERNETES_SHARED_CAPABILITIES } from '../../../adapters/kubernetes/capabilities.ts';
import { connectionOf } from '../../../adapters/kubernetes/connection.ts';
import { createRestClient, type RestClient } from '../../../adapters/lib/rest-client.ts';
import { adapterPorts, permissiveEgress } from '../../support/adapter-ports.ts';
import { type KubernetesEmulator, startKubernetesEmulator } from '../../support/emulators/kubernetes.ts';
import { asJson, type Json, status } from '../../support/emulators/kubernetes-status.ts';
import { emulatorCertificate, type KeyAndCert } from '../../support/test-certificates.ts';
import type { VaultWorld } from '../../support/vault-world.ts';
import { type KubernetesLayout, kubernetesWorld } from '../../support/worlds/kubernetes.ts';
import { EMULATED_FAULTS, type FaultyWays, openFaulty } from '../emulated-faults.ts';
import { call } from '../suite.ts';
import { sweep } from '../sweep.ts';
import type { Bench, ContractTarget, EntryAddresses, ForeignWriter } from '../target.ts';

interface Place {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>> & {
    readonly layout: KubernetesLayout;
    readonly namespace: string;
  };
}

function open({ settings, attributes }: Place, ports: Partial<AdapterPorts> = {}) {
  const parsed = kubernetesModule.attributes.parse(attributes);
  return kubernetesModule.open(kubernetesModule.settings.parse(settings), parsed, adapterPorts(ports));
}

/** Somebody with kubectl: reads the object, changes it, puts it back. */
function foreignWriter({ settings, attributes }: Place, rest: RestClient): ForeignWriter {
  const { token } = connectionOf(kubernetesModule.settings.parse(settings));
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const folder = `/api/v1/namespaces/${attributes.namespace}/secrets`;
  const locate = (path: string): [name: string, key: string | undefined] => {
    const located = kubernetesModule.locate(kubernetesModule.attributes.parse(attributes), path);
    const slash = located.indexOf('/');
    return slash < 0 ? [located, undefined] : [located.slice(0, slash), located.slice(slash + 1)];
  };
  const ask = async (method: 'GET' | 'POST' | 'PUT', path: string, json?: Json): Promise<Json | undefined> => {
    const answer = await rest.send({ method, path, headers, signal: call().signal, ...(json && { json }) });
    if (answer.status === 404) return undefined;
    if (answer.status >= 300) throw new Error(`the foreign writer got ${answer.status}`);
    return asJson(answer.body);
  };
  const change = async (path: string, edit: (secret: Json, key: string | undefined) => Json): Promise<void> => {
    const [name, key] = locate(path);
    const found = await ask('GET', `${folder}/${name}`);
    const fresh = { apiVersion: 'v1', kind: 'Secret', metadata: { name } };
    if (found) await ask('PUT', `${folder}/${name}?fieldManager=kubectl-edit`, edit(found, key));
    else await ask('POST', `${folder}?fieldManager=kubectl-create`, edit(fresh, key));
  };
  return {
    write: (path, field, text) =>
      change(path, (secret, key) => {
        const value = Buffer.from(text).toString('base64');
        return { ...secret, data: key === undefined ? { [field]: value } : { ...asJson(secret.data), [key]: value } };
      }),
    decorate: (path) =>
      change(path, (secret) => {
        const metadata = asJson(secret.metadata);
        const labels = {
          ...asJson(metadata.labels),
          'app.kubernetes.io/managed-by': 'helm',
          'example.com/team': 'blue',
        };
        const annotations = { ...asJson(metadata.annotations), 'example.com/note': 'Größe\n"1"' };
        return { ...secret, metadata: { ...metadata, labels, annotations } };
      }),
    async decorations(path) {
      const secret = await ask('GET', `${folder}/${locate(path)[0]}`);
      const { labels, annotations, managedFields, creationTimestamp } = asJson(secret?.metadata);
      const others = Object.entries(asJson(annotations)).filter(([key]) => !key.startsWith('keyferry.dev/'));
      const fields = (Array.isArray(managedFields) ? managedFields : []).map(asJson);
      const theirs = fields.filter(({ manager }) => manager !== 'keyferry');
      return { labels, annotations: Object.fromEntries(others), theirs, creationTimestamp, type: secret?.type };
    },
  };
}

function faultyWays(emulator: KubernetesEmulator, world: VaultWorld, place: Place): FaultyWays {
  return {
    world,
    open: (change) => open({ ...place, settings: { ...place.settings, ...change } }),
    credential(fault) {
      if (fault === 'wrongCredential') return { token: WRONG_TOKEN };
      const token = randomUUID();
      const rules = fault === 'noRights' ? [] : [{ namespace: place.attributes.namespace, verbs: READ_VERBS }];
      emulator.addUser({ name: 'limited', rules }, { token });
      return { token };
    },
    async another() {
      const server = await startKubernetesEmulator();
      return { server, settings: { address: server.url.replace('http:', 'https:') } };
    },
    talk: (message) => status(500, 'InternalError', message),
    appliesThenBreaks: {
      when: ({ method, path }) => ['POST', 'PUT'].includes(method) && path.includes('/secrets'),
      steps: 'apply-then-reset',
      count: 1,
    },
  };
}

const READ_VERBS = ['get', 'list'] as const;
const WRONG_TOKEN = 'wrong-credential';

/** One entry in every way it can be named: spellings of the address, and a kubeconfig. */
function addressesOf({ port, token }: KubernetesEmulator, tls: KeyAndCert, place: Place): EntryAddresses {
  const { settings, attributes } = place;
  const shared = attributes.layout === 'shared';
  const other = shared ? { ...attributes, secretName: 'another' } : { layout: 'shared', secretName: 'shared' };
  const path = 'contract/same/Entry_1';
  return {
    same: [
      { settings, attributes, path },
      { settings: { ...settings, address: `HTTPS://127.1:${port}/` }, attributes, path },
      { settings: { ...settings, address: `https://localhost:${port}` }, attributes, path },
      { settings: kubeconfigSettings(port, token, tls), attributes, path },
    ],
    others: [
      { settings, attributes, path: 'contract/same/entry_1' },
      { settings, attributes: { ...attributes, namespace: 'team-b' }, path },
      { settings, attributes: { namespace: attributes.namespace, ...other }, path },
    ],
  };
}

function kubeconfigSettings(port: number, token: string, tls: KeyAndCert): Readonly<Record<string, unknown>> {
  const authority = Buffer.from(tls.cert).toString('base64');
  const kubeconfig = `
apiVersion: v1
kind: Config
current-context: emulator
contexts: [{ name: emulator, context: { cluster: here, user: admin } }]
clusters: [{ name: here, cluster: { server: 'https://127.0.0.1:${port}', certificate-authority-data: ${authority} } }]
users: [{ name: admin, user: { token: '${token}' } }]
`;
  return { authMethod: 'kubeconfig', kubeconfig };
}

async function startEmulated(layout: KubernetesLayout): Promise<Bench> {
  const tls = emulatorCertificate();
  const emulator = await startKubernetesEmulator({ tls, namespaces: ['team-a', 'team-b'] });
  const { url, token, port } = emulator;
  const place: Place = {
    settings: { address: url, caCert: tls.cert, authMethod: 'token', token },
    attributes: { namespace: 'team-a', layout, ...(layout === 'shared' && { secretName: 'shared' }) },
  };
  const rest = createRestClient({ origin: url, caCert: tls.cert, egress: permissiveEgress });
  const world = kubernetesWorld(emulator, layout, tls);
  const ways = faultyWays(emulator, world, place);
  return {
    prefix: 'contract',
    world,
    credentials: [token, WRONG_TOKEN],
    open: (ports) => open(place, ports),
    openAt: (host, ports) =>
      open({ ...place, settings: { ...place.settings, address: `https://${host}:${port}` } }, ports),
    arrivals: () => emulator.connections,
    changes: () => emulator.journal.length,
    addresses: addressesOf(emulator, tls, place),
    openFaulty: (fault, elsewhere) => openFaulty(ways, fault, elsewhere),
    foreign: foreignWriter(place, rest),
    async stop() {
      await rest.close();
      await emulator.close();
    },
  };
}

export const kubernetesEmulatorTarget: ContractTarget = {
  module: kubernetesModule,
  name: 'kubernetes (emulator, a Secret for each entry)',
  column: 'k8s',
  tier: 'emulated',
  faults: EMULATED_FAULTS,
  looksFirst: ['remove'],
  start: () => startEmulated('secret'),
};

export const kubernetesSharedTarget: ContractTarget = {
  module: kubernetesModule,
  capabilities: KUBERNETES_SHARED_CAPABILITIES,
  name: 'kubernetes (emulator, one shared Secret)',
  column: 'k8s shared',
  tier: 'emulated',
  faults: EMULATED_FAULTS,
  looksFirst: ['write', 'remove'],
  start: () => startEmulated('shared'),
};

const { CONTRACT_KUBECONFIG: kubeconfigFile, CONTRACT_KUBERNETES_NAMESPACE: liveNamespace = 'default' } = process.env;

/** A real cluster: the kubeconfig in that file, and `CONTRACT_KUBERNETES_NAMESPACE`. */
export const kubernetesLiveTarget: ContractTarget = {
  module: kubernetesModule,
  name: 'kubernetes (live)',
  column: 'k8s live',
  tier: 'live',
  faults: ['nobodyThere'],
  looksFirst: ['remove'],
  ...(!kubeconfigFile && { skip: 'set CONTRACT_KUBECONFIG to the file of a kubeconfig' }),
  async start() {
    const kubeconfig = readFileSync(kubeconfigFile ?? '', 'utf8');
    const settings = { authMethod: 'kubeconfig', kubeconfig };
    const place: Place = { settings, attributes: { namespace: liveNamespace, layout: 'secret' } };
    const connection = connectionOf(kubernetesModule.settings.parse(settings));
    const rest = createRestClient({ ...connection, egress: permissiveEgress });
    const prefix = `contract-${randomUUID().slice(0, 8)}`;
    return {
      prefix,
      credentials: connection.token === undefined ? [] : [connection.token],
      open: (ports) => open(place, ports),
      openFaulty: () => {
        const nowhere = { address: 'https://127.0.0.1:9', authMethod: 'token', token: WRONG_TOKEN };
        return open({ ...place, settings: nowhere });
      },
      foreign: foreignWriter(place, rest),
      async stop() {
        await sweep(open(place), prefix);
        await rest.close();
      },
    };
  },
};
