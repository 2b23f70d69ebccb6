import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { createSecretsApi } from '../../../../adapters/kubernetes/api.ts';
import { serviceAccountSession } from '../../../../adapters/kubernetes/session.ts';
import { createRestClient } from '../../../../adapters/lib/rest-client.ts';
import { permissiveEgress } from '../../../support/adapter-ports.ts';
import { makeCertificate } from '../../../support/test-certificates.ts';
import { fields, openCluster, readText, soon, startCluster, tls, vaultError } from './support.ts';

const RULES = [{ namespace: 'apps', verbs: ['get', 'list', 'create', 'update', 'delete'] }] as const;

test('a client certificate logs in, and one of another authority does not', async () => {
  const authority = makeCertificate({ commonName: 'authority' });
  const cluster = await startCluster({ tls: { ...tls, clientCa: authority.cert } });
  cluster.addUser({ name: 'keyferry', rules: RULES }, { commonName: 'keyferry' });
  const settings = ({ cert, key }: typeof authority) => {
    return {
      address: cluster.url,
      caCert: tls.cert,
      authMethod: 'clientCertificate',
      clientCert: cert,
      clientKey: key,
    };
  };
  const ours = makeCertificate({ commonName: 'keyferry', issuer: authority });
  const adapter = await openCluster(cluster, { settings: settings(ours) });
  await adapter.write('a', fields({ value: 'x' }), { ...soon(), operationId: 'op' });
  expect(await readText(adapter, 'a')).toBe('x');
  const stranger = await openCluster(cluster, { settings: settings(tls) });
  expect((await vaultError(stranger.head('a', soon()))).code).toBe('unauthenticated');
});

test('the token of a service account is read again when it was replaced, and a write is sent once more', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'keyferry-'));
  const cluster = await startCluster();
  const rest = createRestClient({ origin: cluster.url, caCert: tls.cert, egress: permissiveEgress });
  try {
    const api = createSecretsApi(rest, serviceAccountSession(folder), 'apps');
    const context = { operation: 'write', ...soon() };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } };
    expect((await vaultError(api.get('a', context))).code).toBe('unauthenticated');
    expect(cluster.requests).toHaveLength(0);

    for (const token of ['first', 'second']) cluster.addUser({ name: 'pod', rules: RULES }, { token });
    await writeFile(path.join(folder, 'token'), 'first\n');
    expect(await api.get('a', context)).toBe(undefined);
    cluster.revoke('first');
    await writeFile(path.join(folder, 'token'), 'second\n');
    expect(await api.create(secret, 'a', context)).toMatchObject({ name: 'a' });
    expect(cluster.journal).toHaveLength(1);

    // Two calls with the old token at once: both go on with the new one, also the one whose refusal comes later.
    cluster.addUser({ name: 'pod', rules: RULES }, { token: 'third' });
    cluster.revoke('second');
    await writeFile(path.join(folder, 'token'), 'third\n');
    let first = true;
    const when = () => {
      const held = first;
      first = false;
      return held;
    };
    const barrier = cluster.barrier({ when, at: 'answer' });
    const reads = [api.get('a', context), api.get('a', context)];
    await Promise.race(reads);
    barrier.release();
    expect(await Promise.all(reads)).toMatchObject([{ name: 'a' }, { name: 'a' }]);

    cluster.revoke('third');
    const before = cluster.requests.length;
    expect((await vaultError(api.get('a', context))).code).toBe('unauthenticated');
    expect(cluster.requests.length - before).toBe(1);
  } finally {
    await rest.close();
    await rm(folder, { recursive: true });
  }
});

test('an unknown certificate is refused before anything is sent, whatever the environment says', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  vi.stubEnv('KUBECONFIG', '/nowhere');
  const cluster = await startCluster();
  const settings = { address: cluster.url, authMethod: 'token', token: cluster.token };
  const adapter = await openCluster(cluster, { settings });
  const write = adapter.write('a', fields({ value: 'x' }), { ...soon(), operationId: 'op' });
  expect(await vaultError(write)).toMatchObject({ code: 'unavailable', maybeApplied: false });
  expect(cluster.requests).toEqual([]);
  vi.unstubAllEnvs();
});

test('proxy variables change nothing', async () => {
  const elsewhere = await startCluster();
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'ALL_PROXY']) vi.stubEnv(name, elsewhere.url);
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  expect(await adapter.check(soon())).toEqual([]);
  expect(elsewhere.connections).toBe(0);
  vi.unstubAllEnvs();
});
