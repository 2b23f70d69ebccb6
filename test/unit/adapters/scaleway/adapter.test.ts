import { expect, test } from 'vitest';
import type { Step } from '../../../support/emulators/scripts.ts';
import {
  curl,
  fields,
  idOf,
  listed,
  openScaleway,
  readText,
  soon,
  startScaleway,
  vaultError,
  write,
} from './support.ts';

test('a version carries its checksum, and an answer that does not match it is not taken', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway, { encoding: 'plain' });
  await adapter.write('team/a', fields({ value: 'one' }), write);
  const [secret] = scaleway.stored();
  expect(secret).toMatchObject({ path: '/team', name: 'a', type: 'opaque', protected: false });
  expect(secret?.versions[0]).toMatchObject({ data: Buffer.from('one').toString('base64'), crc32: 2053932785 });
  const body = { secret_id: secret?.id, revision: 1, data: 'dHdv', data_crc32: 2053932785, type: 'opaque' };
  scaleway.script({ path: /\/access$/, steps: { status: 200, body }, count: 1 });
  expect((await vaultError(adapter.read('team/a', soon()))).code).toBe('unknown');
  expect(await readText(adapter, 'team/a')).toBe('one');
});

test('the newest enabled version counts, and older ones can be asked for', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  const [one, two] = [
    await adapter.write('a', fields({ value: 'one' }), write),
    await adapter.write('a', fields({ value: 'two' }), write),
  ];
  expect(await readText(adapter, 'a', one.version)).toBe('one');
  await curl(scaleway, 'POST', `/${idOf(scaleway, 'a')}/versions/2/disable`, {});
  expect((await adapter.head('a', soon())).version).toBe(one.version);
  expect((await vaultError(readText(adapter, 'a', two.version))).code).toBe('not_found');
  expect((await vaultError(readText(adapter, 'a', two.version.replace(/^[^.]+/, 'other')))).code).toBe('not_found');
  await curl(scaleway, 'POST', `/${idOf(scaleway, 'a')}/versions/1/disable`, {});
  // There is something, and nobody can read it: not the same as nothing.
  expect((await vaultError(adapter.head('a', soon()))).code).toBe('invalid_argument');
});

test('an ephemeral secret is refused before its value is asked for', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  await curl(scaleway, 'POST', '', {
    name: 'once',
    path: '/',
    ephemeral_policy: { expires_once_accessed: true, action: 'disable' },
  });
  await curl(scaleway, 'POST', `/${idOf(scaleway, 'once')}/versions`, { data: 'eA==' });
  const before = scaleway.journal.length;
  expect((await vaultError(adapter.read('once', soon()))).code).toBe('invalid_argument');
  expect((await vaultError(adapter.write('once', fields({ value: 'y' }), write))).code).toBe('invalid_argument');
  expect(scaleway.requests.filter(({ path }) => path.endsWith('/access'))).toEqual([]);
  expect(scaleway.journal).toHaveLength(before);
});

test('secrets of other types and other products are not written, and protected ones not removed', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  const changes = [{ type: 'key_value' }, { managed: true }, { locked: true }, { protected: true }];
  for (const [index, change] of changes.entries()) {
    const path = `s${index}`;
    await adapter.write(path, fields({ value: 'x' }), write);
    scaleway.alter(idOf(scaleway, path), change);
    const before = scaleway.journal.length;
    const attempts = [
      ...(change.protected ? [] : [adapter.write(path, fields({ value: 'y' }), write)]),
      ...(change.managed || change.protected ? [adapter.remove(path, { ...soon(), mode: 'permanent' })] : []),
    ];
    for (const error of await Promise.all(attempts.map(vaultError))) {
      expect(error).toMatchObject({ code: change.locked ? 'unavailable' : 'invalid_argument', maybeApplied: false });
    }
    expect(scaleway.journal).toHaveLength(before);
    expect(await readText(adapter, path)).toBe('x');
  }
});

test('tags of others keep their order, and those of the profile are added', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway, { tags: ['env=prod'] });
  await curl(scaleway, 'POST', '', { name: 'a', path: '/', tags: ['z', 'b', 'z'], description: 'theirs' });
  await adapter.write('a', fields({ value: 'x' }), { ...write, labels: { owner: 'keyferry' } });
  const tags = () => scaleway.stored()[0]?.tags;
  expect(tags()).toEqual(['z', 'b', 'z', 'env=prod', 'keyferry:owner=keyferry']);
  const before = scaleway.journal.length;
  await adapter.write('a', fields({ value: 'y' }), { ...write, labels: { owner: 'keyferry' } });
  expect(scaleway.journal.slice(before).map(({ kind }) => kind)).toEqual(['create-version']);
  await adapter.label?.('a', {}, soon());
  expect(tags()).toEqual(['z', 'b', 'z', 'env=prod']);
  expect(scaleway.stored()[0]?.description).toBe('theirs');
});

test('a secret that was left without a version is no entry, and the next write uses it', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  scaleway.script({ method: 'POST', path: /\/versions$/, steps: { status: 503, body: {} }, count: 1 });
  const broken = adapter.write('a', fields({ value: 'x' }), write);
  expect(await vaultError(broken)).toMatchObject({ code: 'unavailable', maybeApplied: true });
  expect((await vaultError(adapter.head('a', soon()))).code).toBe('not_found');
  expect(await listed(adapter)).toEqual([]);
  await adapter.write('a', fields({ value: 'x' }), write);
  expect(scaleway.stored()).toHaveLength(1);
  expect(await listed(adapter)).toEqual(['a']);
});

test('a refusal of the second step says that the first was done', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  const body = { type: 'permissions_denied', message: 'insufficient permissions' };
  scaleway.script({ method: 'POST', path: /\/versions$/, steps: { status: 403, body } });
  const refused = adapter.write('a', fields({ value: 'x' }), write);
  expect(await vaultError(refused)).toMatchObject({ code: 'permission_denied', maybeApplied: true });
  const again = adapter.write('a', fields({ value: 'x' }), write);
  expect(await vaultError(again)).toMatchObject({ code: 'permission_denied', maybeApplied: false });
});

test.each([false, true])('a deleted entry is made again, names stay taken: %s', async (namesStayTaken) => {
  const scaleway = await startScaleway({ namesStayTaken });
  const adapter = await openScaleway(scaleway);
  const first = await adapter.write('a', fields({ value: 'one' }), { ...write, labels: { old: 'label' } });
  await adapter.remove('a', { ...soon(), mode: 'permanent' });
  await adapter.remove('a', { ...soon(), mode: 'permanent' });
  expect((await vaultError(adapter.head('a', soon()))).code).toBe('not_found');
  const second = await adapter.write('a', fields({ value: 'two' }), write);
  expect(second).toMatchObject({ labels: {} });
  expect(second.version).not.toBe(first.version);
  expect(await readText(adapter, 'a')).toBe('two');
  expect(scaleway.stored()).toHaveLength(namesStayTaken ? 1 : 2);
});

test('a full secret makes room for one more by the oldest version of ours', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  await curl(scaleway, 'POST', '', { name: 'a', path: '/' });
  await curl(scaleway, 'POST', `/${idOf(scaleway, 'a')}/versions`, { data: 'eA==', description: 'theirs' });
  for (let count = 0; count < 21; count++) await adapter.write('a', fields({ value: String(count) }), write);
  const versions = scaleway.stored()[0]?.versions ?? [];
  expect(versions.filter(({ status }) => status === 'scheduled_for_deletion').map(({ revision }) => revision)).toEqual([
    2, 3,
  ]);
  expect(await readText(adapter, 'a')).toBe('20');
});

test('a secret that others filled is too_large', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  await curl(scaleway, 'POST', '', { name: 'a', path: '/' });
  for (let count = 0; count < 20; count++)
    await curl(scaleway, 'POST', `/${idOf(scaleway, 'a')}/versions`, { data: 'eA==' });
  const full = adapter.write('a', fields({ value: 'y' }), write);
  expect(await vaultError(full)).toMatchObject({ code: 'too_large', maybeApplied: false });
  expect(scaleway.stored()[0]?.versions.every(({ status }) => status === 'enabled')).toBe(true);
});

test('a listing reads all pages, and begins anew when they shift', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway, { path: 'apps' });
  for (let index = 0; index < 210; index++) await adapter.write(`n${index}`, fields({ value: 'x' }), write);
  await (await openScaleway(scaleway)).write('elsewhere', fields({ value: 'x' }), write);
  expect(new Set(await listed(adapter)).size).toBe(210);
  const barrier = scaleway.barrier({ when: ({ query }) => query.get('page') === '2' });
  const pending = listed(adapter);
  await barrier.waitFor(1);
  await adapter.remove('n0', { ...soon(), mode: 'permanent' });
  barrier.release();
  const found = await pending;
  expect(found).toHaveLength(209);
  expect(found).not.toContain('n0');
});

test.each<[string, Step, string]>([
  ['500', { status: 500, body: {} }, 'unavailable'],
  ['a 404 of a proxy', { status: 404, body: 'not here' }, 'unknown'],
  ['an unknown route', { status: 404, body: { type: 'unknown_resource' } }, 'unknown'],
  ['a 200 of a proxy', 'wrong-body', 'unknown'],
  ['an empty 200', { status: 200 }, 'unknown'],
  ['a list without a total', { status: 200, body: { secrets: [] } }, 'unknown'],
  ['too big an answer', 'huge-body', 'unknown'],
])('%s is never taken for an absent entry', async (_name, steps, code) => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  await adapter.write('a', fields({ value: 'x' }), write);
  const before = scaleway.journal.length;
  scaleway.script({ method: 'GET', steps });
  const asks = [
    adapter.head('a', soon()),
    adapter.read('a', soon()),
    listed(adapter),
    adapter.write('a', fields({ value: 'y' }), write),
    adapter.remove('a', { ...soon(), mode: 'permanent' }),
  ];
  for (const error of await Promise.all(asks.map(vaultError)))
    expect(error).toMatchObject({ code, maybeApplied: false });
  expect(scaleway.journal).toHaveLength(before);
});

test.each<[Step, string]>([
  ['apply-then-500', 'unavailable'],
  ['apply-then-reset', 'unavailable'],
  ['wrong-body', 'unknown'],
  [{ redirect: 'http://127.0.0.1:9/' }, 'unavailable'],
])('%s on a change says that it may have been applied', async (steps, code) => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  await adapter.write('a', fields({ value: 'x' }), write);
  scaleway.script({ when: ({ method }) => method !== 'GET', steps });
  const changes = [
    adapter.write('a', fields({ value: 'y' }), write),
    adapter.write('b', fields({ value: 'y' }), write),
    adapter.label?.('a', { x: 'y' }, soon()) ?? Promise.resolve(),
  ];
  for (const error of await Promise.all(changes.map(vaultError)))
    expect(error).toMatchObject({ code, maybeApplied: true });
  scaleway.clearScripts();
  scaleway.script({ method: 'DELETE', steps });
  const removal = adapter.remove('a', { ...soon(), mode: 'permanent' });
  expect(await vaultError(removal)).toMatchObject({ code, maybeApplied: true });
});

test('check names permission sets, and tries only what cannot succeed', async () => {
  const scaleway = await startScaleway();
  const adapter = await openScaleway(scaleway);
  expect(await adapter.check(soon())).toEqual([]);
  expect(scaleway.journal).toEqual([]);
  scaleway.addKey(scaleway.secretKey, ['access', 'create']);
  expect((await adapter.check(soon())).map(({ right, needed }) => `${needed}: ${right}`)).toEqual([
    'list: SecretManagerReadOnly',
    'read: SecretManagerReadOnly',
    'label: SecretManagerSecretWrite',
    'remove: SecretManagerSecretDelete',
  ]);
});
