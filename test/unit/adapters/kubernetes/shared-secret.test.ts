import { expect, test } from 'vitest';
import { asJson } from '../../../support/emulators/kubernetes-status.ts';
import { base64, fields, kubectl, openCluster, readText, soon, startCluster, vaultError, write } from './support.ts';

const attributes = { layout: 'shared', secretName: 'app' };

test('entries are keys beside those of others, which stay byte for byte', async () => {
  const cluster = await startCluster();
  const theirs = { data: { OTHER: base64('ü'), 'tls.crt': base64('c') } };
  await kubectl(cluster).create({ metadata: { name: 'app', annotations: { n: 'x' }, labels: { a: 'b' } }, ...theirs });
  const adapter = await openCluster(cluster, { attributes: { ...attributes, encoding: 'plain' } });
  await adapter.write('team/DB_URL', fields({ value: 'postgres' }), { ...write, labels: { owner: 'keyferry' } });
  await adapter.write('team/DB_URL', fields({ value: 'postgres2' }), write);
  expect(cluster.stored('apps', 'app')).toMatchObject({ data: { ...theirs.data, team__DB_URL: base64('postgres2') } });
  await adapter.remove('team/DB_URL', { ...soon(), mode: 'permanent' });
  const after = asJson(cluster.stored('apps', 'app'));
  expect(after.data).toEqual(theirs.data);
  expect(asJson(after.metadata).annotations).toMatchObject({ n: 'x' });
  expect(Object.keys(asJson(asJson(after.metadata).annotations)).filter((key) => key.includes('entry'))).toEqual([]);
});

test('keys that others change meanwhile do not fail a conditional write of ours', async () => {
  const cluster = await startCluster();
  const [one, other] = await Promise.all([openCluster(cluster, { attributes }), openCluster(cluster, { attributes })]);
  const { version } = await one.write('a', fields({ value: '0' }), write);
  const writers = Array.from({ length: 6 }, (_, index) => {
    const adapter = index % 2 === 0 ? one : other;
    return adapter.write(`k${index}`, fields({ value: String(index) }), { ...write, ifVersion: 'absent' });
  });
  const ours = one.write('a', fields({ value: '1' }), { ...write, ifVersion: version });
  await Promise.all([...writers, ours]);
  expect(await readText(other, 'a')).toBe('1');
  for (let index = 0; index < 6; index++) expect(await readText(one, `k${index}`)).toBe(String(index));
});

test('our own key changed meanwhile is a conflict', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster, { attributes });
  const { version } = await adapter.write('a', fields({ value: '0' }), write);
  await kubectl(cluster).edit('app', (secret) => ({
    ...secret,
    data: { ...asJson(secret.data), a: base64('theirs') },
  }));
  const late = adapter.write('a', fields({ value: '1' }), { ...write, ifVersion: version });
  expect(await vaultError(late)).toMatchObject({ code: 'version_conflict', maybeApplied: false });
  expect(await readText(adapter, 'a')).toBe('theirs');
});

test('whoever gives up waiting for his turn has changed nothing', async () => {
  const cluster = await startCluster();
  const adapter = await openCluster(cluster, { attributes });
  const barrier = cluster.barrier({ when: ({ method }) => method === 'GET' });
  const first = adapter.write('a', fields({ value: '1' }), write);
  await barrier.waitFor(1);
  const controller = new AbortController();
  const second = adapter.write('b', fields({ value: '2' }), { operationId: 'op', signal: controller.signal });
  controller.abort();
  expect(await vaultError(second)).toMatchObject({ code: 'aborted', maybeApplied: false });
  barrier.release();
  await first;
  expect((await vaultError(adapter.head('b', soon()))).code).toBe('not_found');
});

test('a full Secret is too_large before anything is written', async () => {
  const cluster = await startCluster();
  await kubectl(cluster).create({ metadata: { name: 'app' }, data: { big: base64('x'.repeat(1024 * 1024 - 50_000)) } });
  const adapter = await openCluster(cluster, { attributes });
  const refused = adapter.write('a', fields({ value: 'y'.repeat(60_000) }), write);
  expect(await vaultError(refused)).toMatchObject({ code: 'too_large', maybeApplied: false });
  expect(cluster.journal).toHaveLength(1);
});

test('a Secret of the other layout or of another type is left alone', async () => {
  const cluster = await startCluster();
  const entries = await openCluster(cluster);
  await entries.write('app', fields({ value: 'kept' }), write);
  const adapter = await openCluster(cluster, { attributes });
  expect((await vaultError(adapter.write('a', fields({ value: 'x' }), write))).code).toBe('invalid_argument');
  expect(await readText(entries, 'app')).toBe('kept');
  await kubectl(cluster).create({
    metadata: { name: 'release' },
    type: 'helm.sh/release.v1',
    data: { x: base64('y') },
  });
  const other = await openCluster(cluster, { attributes: { layout: 'shared', secretName: 'release' } });
  expect((await vaultError(other.write('a', fields({ value: 'x' }), write))).code).toBe('invalid_argument');
});
