import { Agent, request } from 'undici';
import { afterEach, expect } from 'vitest';
import type { AdapterPorts, VaultAdapter } from '../../../../adapters/adapter.ts';
import { kubernetesModule } from '../../../../adapters/kubernetes/adapter-module.ts';
import { type SecretFields, SecretValue } from '../../../../adapters/secret-value.ts';
import { VaultError } from '../../../../adapters/vault-error.ts';
import { adapterPorts } from '../../../support/adapter-ports.ts';
import {
  type KubernetesEmulator,
  type KubernetesEmulatorOptions,
  startKubernetesEmulator,
} from '../../../support/emulators/kubernetes.ts';
import { asJson, type Json } from '../../../support/emulators/kubernetes-status.ts';
import { makeCertificate } from '../../../support/test-certificates.ts';

export const tls = makeCertificate({ commonName: 'kubernetes', hosts: ['127.0.0.1'] });

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export async function startCluster(options: KubernetesEmulatorOptions = {}): Promise<KubernetesEmulator> {
  const cluster = await startKubernetesEmulator({ tls, namespaces: ['apps'], ...options });
  closing.push(() => cluster.close());
  return cluster;
}

interface Wish {
  readonly attributes?: Json;
  readonly settings?: Json;
  readonly ports?: Partial<AdapterPorts>;
}

export async function openCluster(
  cluster: KubernetesEmulator,
  { attributes = {}, settings, ports }: Wish = {},
): Promise<VaultAdapter> {
  const usual = { address: cluster.url, caCert: tls.cert, authMethod: 'token', token: cluster.token };
  const adapter = await kubernetesModule.open(
    kubernetesModule.settings.parse(settings ?? usual),
    kubernetesModule.attributes.parse({ namespace: 'apps', ...attributes }),
    adapterPorts(ports),
  );
  closing.push(() => adapter.close());
  return adapter;
}

export function soon(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(5_000) };
}

/** Options of a write; each use has a deadline of its own. */
export const write = {
  operationId: 'op',
  get signal() {
    return AbortSignal.timeout(5_000);
  },
};

export function fields(record: Readonly<Record<string, string>>): SecretFields {
  return new Map(Object.entries(record).map(([name, text]) => [name, SecretValue.fromText(text)]));
}

export async function readText(adapter: VaultAdapter, path: string, field = 'value'): Promise<string | undefined> {
  return (await adapter.read(path, soon())).fields.get(field)?.revealText();
}

export async function vaultError(work: Promise<unknown>): Promise<VaultError> {
  const error = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VaultError);
  return error as VaultError;
}

/** Somebody with kubectl: makes the object, or reads it and puts it back changed. */
export function kubectl(cluster: KubernetesEmulator) {
  const { token } = cluster;
  const dispatcher = new Agent({ connect: { ca: tls.cert } });
  closing.push(() => dispatcher.close());
  const ask = async (method: string, path: string, json?: Json): Promise<Json> => {
    const answer = await request(`${cluster.url}/api/v1/namespaces/apps/secrets${path}`, {
      method,
      dispatcher,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(json && { body: JSON.stringify(json) }),
    });
    const body = asJson(await answer.body.json());
    if (answer.statusCode >= 300) throw new Error(`kubectl got ${answer.statusCode}`);
    return body;
  };
  return {
    create: (secret: Json) => ask('POST', '', { apiVersion: 'v1', kind: 'Secret', ...secret }),
    async edit(name: string, change: (secret: Json) => Json) {
      await ask('PUT', `/${name}?fieldManager=kubectl-edit`, change(await ask('GET', `/${name}`)));
    },
    delete: (name: string) => ask('DELETE', `/${name}`),
  };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
