import { expect, test } from 'vitest';
import type { Step } from '../../../support/emulators/scripts.ts';
import { fields, kubectl, openCluster, readText, soon, startCluster, tls, vaultError, write } from './support.ts';

const html = { status: 404, body: 'not here' };

test.each<[string, Step, string]>([
  ['apply-then-500', 'apply-then-500', 'unavailable'],
  ['apply-then-reset', 'apply-then-reset', 'unavailable'],
  ['wrong-body', 'wrong-body', 'unknown'],
  ['huge-body', 'huge-body', 'unknown'],
  ['a 404 that is not the API server', html, 'unknown'],
  ['a redirect', { redirect: 'http://127.0.0.1:9/' }, 'unavailable'],
])('%s on a change says that it may have been applied', async (_name, steps, code) => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  for (const method of ['POST', 'PUT', 'DELETE']) {
    await kubectl(cluster).create({ metadata: { name: `made-${method.toLowerCase()}` } });
    const path = method === 'POST' ? 'fresh' : `made-${method.toLowerCase()}`;
    const rule = cluster.script({ method, path: '/secrets', steps, count: 1 });
    const { version } = method === 'POST' ? { version: 'absent' } : await adapter.head(path, soon());
    const change =
      method === 'DELETE'
        ? adapter.remove(path, { ...soon(), mode: 'permanent', ifVersion: version })
        : adapter.write(path, fields({ value: 'x' }), { ...write, ifVersion: version });
    expect([method, await vaultError(change)]).toMatchObject([method, { code, maybeApplied: true }]);
    expect(rule.hits).toBe(1);
    rule.remove();
  }
});

test.each<[string, Step, string]>([
  ['500', { status: 500, body: {} }, 'unavailable'],
  ['a 404 of a proxy', html, 'unknown'],
  ['an empty 200', { status: 200 }, 'unknown'],
  ['a 200 with an empty list', { status: 200, body: { kind: 'SecretList', items: [] } }, 'unknown'],
  [
    'a 404 about something else',
    { status: 404, body: { kind: 'Status', reason: 'NotFound', details: {} } },
    'unavailable',
  ],
  ['too big an answer', 'huge-body', 'unknown'],
])('%s is never taken for an absent entry', async (_name, steps, code) => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  await adapter.write('a', fields({ value: 'x' }), write);
  cluster.script({ method: 'GET', steps });
  const asks = [adapter.head('a', soon()), adapter.read('a', soon())];
  for (const error of await Promise.all(asks.map(vaultError))) expect(error.code).toBe(code);
  const removal = adapter.remove('a', { ...soon(), mode: 'permanent' });
  expect(await vaultError(removal)).toMatchObject({ code, maybeApplied: false });
  expect(cluster.journal).toHaveLength(1);
});

test('a namespace that does not exist is not an absent entry, and check says so', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster, { attributes: { namespace: 'nowhere' } });
  expect((await vaultError(adapter.check(soon()))).code).toBe('invalid_argument');
  expect(await vaultError(adapter.write('a', fields({ value: 'x' }), write))).toMatchObject({
    code: 'unavailable',
    maybeApplied: false,
  });
});

test('a listing whose snapshot expires fails as a whole', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  for (let index = 0; index < 120; index++) await kubectl(cluster).create({ metadata: { name: `n${index}` } });
  const found: string[] = [];
  const listing = (async () => {
    for await (const path of adapter.list('', soon())) {
      if (found.length === 0) cluster.compact();
      found.push(path);
    }
  })();
  expect((await vaultError(listing)).code).toBe('unavailable');
  expect(found).toHaveLength(100);
  const again: string[] = [];
  for await (const path of adapter.list('', soon())) again.push(path);
  expect(new Set(again).size).toBe(120);
});

test('a listing fetches no values', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  await adapter.write('a', fields({ value: 'x' }), write);
  let accept = '';
  cluster.script({
    when: ({ method, headers, query }) => {
      if (method === 'GET' && query.has('limit')) accept = String(headers.accept);
      return false;
    },
    steps: 'ok',
  });
  for await (const path of adapter.list('', soon())) expect(path).toBe('a');
  expect(accept).toContain('PartialObjectMetadataList');
});

test('what was answered and not stored is seen by the next look', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster);
  await adapter.write('a', fields({ value: 'one' }), write);
  cluster.script({ method: 'PUT', steps: 'refuse', count: 1 });
  const head = await adapter.write('a', fields({ value: 'two' }), write);
  expect((await adapter.head('a', soon())).version).not.toBe(head.version);
  expect(await readText(adapter, 'a')).toBe('one');
});

test('rights for one shared Secret are asked for by its name', async () => {
  const cluster = await startCluster();
  const token = 'limited';
  const rules = [
    { namespace: 'apps', verbs: ['get', 'update'] as const, names: ['app'] },
    { namespace: 'apps', verbs: ['create'] as const },
  ];
  cluster.addUser({ name: 'limited', rules }, { token });
  const login = { address: cluster.url, caCert: tls.cert, authMethod: 'token', token };
  const shared = await openCluster(cluster, { settings: login, attributes: { layout: 'shared', secretName: 'app' } });
  expect(await shared.check(soon())).toEqual([]);
  await shared.write('a', fields({ value: 'x' }), write);
  expect(await readText(shared, 'a')).toBe('x');
  const entries = await openCluster(cluster, { settings: login });
  expect((await entries.check(soon())).map(({ right, needed }) => `${needed}: ${right}`)).toEqual([
    'list: list secrets',
    'read: get secrets',
    'write: update secrets',
    'label: update secrets',
    'remove: delete secrets',
  ]);
});
