import { expect, test } from 'vitest';
import type { EmulatedRequest } from '../../../support/emulators/emulated-request.ts';
import { asJson } from '../../../support/emulators/kubernetes-status.ts';
import { base64, fields, kubectl, openCluster, readText, soon, startCluster, vaultError, write } from './support.ts';

test('fields are data keys as they are, and the Secret says who looks after it', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster, { attributes: { labels: { 'example.com/team': 'blue' } } });
  await adapter.write('App/db', fields({ username: 'u', password: 'base64:p' }), write);
  const stored = asJson(cluster.stored('apps', '0--app.db'));
  expect(stored).toMatchObject({ type: 'Opaque', data: { username: base64('u'), password: base64('base64:p') } });
  expect(asJson(stored.metadata).labels).toEqual({
    'app.kubernetes.io/managed-by': 'keyferry',
    'example.com/team': 'blue',
  });
});

test('a write keeps everything of others: labels, annotations, owners, managed fields', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  const owners = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y' }];
  const theirs = {
    labels: { a: 'b', 'app.kubernetes.io/managed-by': 'helm' },
    annotations: { n: 'ü' },
    ownerReferences: owners,
  };
  await kubectl(cluster).create({ metadata: { name: 'a', ...theirs }, data: { old: base64('x') } });
  await kubectl(cluster).edit('a', (secret) => ({ ...secret, immutable: false }));
  const before = asJson(asJson(cluster.stored('apps', 'a')).metadata);
  const { version } = await adapter.head('a', soon());
  await adapter.write('a', fields({ value: 'new' }), { ...write, ifVersion: version, labels: { owner: 'keyferry' } });
  const after = asJson(cluster.stored('apps', 'a'));
  const metadata = asJson(after.metadata);
  expect(after).toMatchObject({ immutable: false, data: { value: base64('new') } });
  expect(metadata.labels).toEqual(theirs.labels);
  expect(metadata.annotations).toMatchObject(theirs.annotations);
  expect(metadata.ownerReferences).toEqual(owners);
  expect(metadata.uid).toBe(before.uid);
  const managers = (fieldsOf: unknown) => (Array.isArray(fieldsOf) ? fieldsOf.map(asJson) : []);
  const others = managers(metadata.managedFields).filter(({ manager }) => manager !== 'keyferry');
  expect(others).toEqual(managers(before.managedFields));
});

test('a version is about content: labels of anybody do not move it, content of anybody does', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  const first = await adapter.write('a', fields({ value: '1234' }), write);
  await kubectl(cluster).edit('a', (secret) => {
    const metadata = asJson(secret.metadata);
    return { ...secret, metadata: { ...metadata, labels: { ...asJson(metadata.labels), team: 'blue' } } };
  });
  expect((await adapter.head('a', soon())).version).toBe(first.version);
  await kubectl(cluster).edit('a', (secret) => ({ ...secret, data: { value: base64('4321') } }));
  expect((await adapter.head('a', soon())).version).not.toBe(first.version);
});

test('equal content in two Secrets has unequal versions, and a Secret that is made again has a new one', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  for (const name of ['a', 'b']) await kubectl(cluster).create({ metadata: { name }, data: { value: base64('1234') } });
  const [a, b] = await Promise.all(['a', 'b'].map((path) => adapter.head(path, soon())));
  expect(a?.version).not.toBe(b?.version);
  await kubectl(cluster).delete('a');
  await kubectl(cluster).create({ metadata: { name: 'a' }, data: { value: base64('1234') } });
  expect((await adapter.head('a', soon())).version).not.toBe(a?.version);
});

test.each(['labels', 'content'])('a conditional write while somebody else changes the %s', async (what) => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  const { version } = await adapter.write('a', fields({ value: 'one' }), write);
  const ours = ({ method, query }: EmulatedRequest) => method === 'PUT' && query.get('fieldManager') === 'keyferry';
  const barrier = cluster.barrier({ when: ours });
  const pending = adapter.write('a', fields({ value: 'two' }), { ...write, ifVersion: version });
  await barrier.waitFor(1);
  await kubectl(cluster).edit('a', (secret) => {
    const metadata = asJson(secret.metadata);
    if (what === 'content') return { ...secret, data: { value: base64('theirs') } };
    return { ...secret, metadata: { ...metadata, labels: { ...asJson(metadata.labels), x: 'y' } } };
  });
  barrier.release();
  if (what === 'content') {
    expect(await vaultError(pending)).toMatchObject({ code: 'version_conflict', maybeApplied: false });
    expect(await readText(adapter, 'a')).toBe('theirs');
    return;
  }
  await pending;
  expect(await readText(adapter, 'a')).toBe('two');
  expect(asJson(asJson(cluster.stored('apps', 'a')).metadata).labels).toMatchObject({ x: 'y' });
});

test('a conflict is evaluated anew: the PUT that lost is repeated on the moved object', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  const { version } = await adapter.write('a', fields({ value: 'one' }), write);
  const conflict = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Conflict', code: 409 };
  const rule = cluster.script({ method: 'PUT', steps: { status: 409, body: conflict }, count: 1 });
  await adapter.write('a', fields({ value: 'two' }), { ...write, ifVersion: version });
  expect(rule.hits).toBe(1);
  expect(await readText(adapter, 'a')).toBe('two');
  cluster.script({ method: 'PUT', steps: { status: 409, body: conflict } });
  const lost = adapter.write('a', fields({ value: 'three' }), write);
  expect(await vaultError(lost)).toMatchObject({ code: 'unavailable', maybeApplied: false });
});

test.each(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])(
  'a Secret of type %s is no entry',
  async (type) => {
    const cluster = await startCluster();
    const adapter = await openCluster(cluster);
    await kubectl(cluster).create({ metadata: { name: 'minted' }, type, data: { token: base64('x') } });
    const calls = [
      adapter.head('minted', soon()),
      adapter.read('minted', soon()),
      adapter.write('minted', fields({ value: 'x' }), write),
      adapter.label?.('minted', {}, soon()) ?? Promise.resolve(),
      adapter.remove('minted', { ...soon(), mode: 'permanent' }),
    ];
    for (const error of await Promise.all(calls.map(vaultError))) {
      expect(error).toMatchObject({ code: 'invalid_argument', maybeApplied: false });
    }
    for await (const path of adapter.list('', soon())) expect(path).not.toBe('minted');
    expect(cluster.journal).toHaveLength(1);
  },
);

test('a Secret of another type can be read and neither written nor removed', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  await kubectl(cluster).create({
    metadata: { name: 'a' },
    type: 'helm.sh/release.v1',
    data: { release: base64('x') },
  });
  expect(await readText(adapter, 'a', 'release')).toBe('x');
  expect((await vaultError(adapter.write('a', fields({ value: 'x' }), write))).code).toBe('invalid_argument');
  expect((await vaultError(adapter.remove('a', { ...soon(), mode: 'permanent' }))).code).toBe('invalid_argument');
  expect(cluster.journal).toHaveLength(1);
});

test('an immutable Secret is not written, and can be labelled and removed', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  await kubectl(cluster).create({ metadata: { name: 'a' }, immutable: true, data: { value: base64('x') } });
  expect((await vaultError(adapter.write('a', fields({ value: 'y' }), write))).code).toBe('invalid_argument');
  await adapter.label?.('a', { owner: 'keyferry' }, soon());
  expect(await readText(adapter, 'a')).toBe('x');
  await adapter.remove('a', { ...soon(), mode: 'permanent' });
  expect((await vaultError(adapter.head('a', soon()))).code).toBe('not_found');
});

test('a Secret that finalizers hold is gone for readers and not to be written yet', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  await kubectl(cluster).create({
    metadata: { name: 'a', finalizers: ['example.com/hold'] },
    data: { value: base64('x') },
  });
  await adapter.remove('a', { ...soon(), mode: 'permanent' });
  await adapter.remove('a', { ...soon(), mode: 'permanent' });
  expect((await vaultError(adapter.head('a', soon()))).code).toBe('not_found');
  for await (const path of adapter.list('', soon())) expect(path).not.toBe('a');
  const again = adapter.write('a', fields({ value: 'y' }), { ...write, ifVersion: 'absent' });
  expect(await vaultError(again)).toMatchObject({ code: 'unavailable', maybeApplied: false });
});

test('projections make the type and refuse what it cannot hold, before anything is sent', async () => {
  const cluster = await startCluster();
  const tls = await openCluster(cluster, { attributes: { projection: 'tls' } });
  await tls.write('cert', fields({ 'tls.crt': 'c', 'tls.key': 'k', 'ca.crt': 'a' }), write);
  expect(cluster.stored('apps', 'cert')).toMatchObject({ type: 'kubernetes.io/tls' });
  expect((await vaultError(tls.write('x', fields({ value: 'c' }), write))).code).toBe('invalid_argument');
  const basic = await openCluster(cluster, { attributes: { projection: 'basic-auth' } });
  await basic.write('login', fields({ username: 'u', password: 'p' }), write);
  expect(cluster.stored('apps', 'login')).toMatchObject({ type: 'kubernetes.io/basic-auth' });
  expect((await vaultError(basic.write('cert', fields({ username: 'u' }), write))).code).toBe('invalid_argument');
  const docker = await openCluster(cluster, {
    attributes: { projection: 'dockerconfigjson', encoding: 'plain', dataKey: '.dockerconfigjson' },
  });
  await docker.write('pull', fields({ value: '{"auths":{}}' }), write);
  expect(cluster.stored('apps', 'pull')).toMatchObject({ data: { '.dockerconfigjson': base64('{"auths":{}}') } });
  expect(await readText(docker, 'pull')).toBe('{"auths":{}}');
  expect((await vaultError(docker.write('pull', fields({ value: '[1]' }), write))).code).toBe('invalid_argument');
  expect(cluster.requests.filter(({ path }) => path.endsWith('/x'))).toEqual([]);
});

test('one data key can hold everything, and a Secret of another shape is shown as it is', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster, { attributes: { encoding: 'json', dataKey: 'config.json' } });
  await adapter.write('a', fields({ user: 'u', password: 'p' }), write);
  expect(cluster.stored('apps', 'a')).toMatchObject({ data: { 'config.json': base64('{"user":"u","password":"p"}') } });
  expect(await readText(adapter, 'a', 'password')).toBe('p');
  await kubectl(cluster).edit('a', (secret) => ({ ...secret, data: { ...asJson(secret.data), more: base64('x') } }));
  expect([...(await adapter.read('a', soon())).fields.keys()].sort()).toEqual(['config.json', 'more']);
});

test('a Secret that holds many entries is no entry of this layout', async () => {
  const cluster = await startCluster();
  const shared = await openCluster(cluster, { attributes: { layout: 'shared', secretName: 'all' } });
  await shared.write('x', fields({ value: 'kept' }), write);
  const adapter = await openCluster(cluster);
  expect((await vaultError(adapter.write('all', fields({ value: 'y' }), write))).code).toBe('invalid_argument');
  expect((await vaultError(adapter.read('all', soon()))).code).toBe('invalid_argument');
  for await (const path of adapter.list('', soon())) expect(path).not.toBe('all');
  expect(await readText(shared, 'x')).toBe('kept');
});

test('labels that no annotation holds are refused before anything is sent', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  const labels = { long: 'x'.repeat(20_000) };
  const refused = adapter.write('a', fields({ value: 'x' }), { ...write, labels });
  expect(await vaultError(refused)).toMatchObject({ code: 'invalid_argument', maybeApplied: false });
  expect(cluster.requests).toEqual([]);
});
