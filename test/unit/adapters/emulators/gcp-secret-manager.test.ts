import { expect, onTestFinished, test } from 'vitest';
import { type GcpEmulator, startGcpEmulator } from '../../../support/emulators/gcp-secret-manager.ts';
import { asRecord } from '../../../support/emulators/gcp-secret-manager-answers.ts';

async function start(): Promise<GcpEmulator> {
  const emulator = await startGcpEmulator({ pageLimit: 2 });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** What curl would get: the HTTP status and the JSON. */
async function ask(emulator: GcpEmulator, method: string, name: string, body?: object, token = emulator.token) {
  const response = await fetch(`${emulator.url}/v1/projects/test-project/secrets${name}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const json = asRecord(await response.json());
  return { status: response.status, body: json, error: asRecord(json.error) };
}

const GLOBAL = { replication: { automatic: {} } };
const payload = (text: string, dataCrc32c?: string) => ({
  payload: { data: Buffer.from(text).toString('base64'), ...(dataCrc32c && { dataCrc32c }) },
});

test('a secret, its versions and their states', async () => {
  const emulator = await start();
  expect((await ask(emulator, 'POST', '?secretId=a', GLOBAL)).body.name).toBe('projects/481516234200/secrets/a');
  expect((await ask(emulator, 'POST', '?secretId=a', GLOBAL)).error).toMatchObject({
    code: 409,
    status: 'ALREADY_EXISTS',
  });
  expect((await ask(emulator, 'GET', '/a/versions/latest')).error).toMatchObject({ code: 404, status: 'NOT_FOUND' });
  for (const text of ['one', 'two']) await ask(emulator, 'POST', '/a:addVersion', payload(text));
  const { body } = await ask(emulator, 'GET', '/a/versions/latest:access');
  expect(body.name).toBe('projects/481516234200/secrets/a/versions/2');
  expect((await ask(emulator, 'POST', '/a/versions/2:disable', {})).body.state).toBe('DISABLED');
  expect((await ask(emulator, 'GET', '/a/versions/latest:access')).error).toMatchObject({
    code: 400,
    status: 'FAILED_PRECONDITION',
  });
  expect((await ask(emulator, 'POST', '/a/versions/2:enable', {})).body.state).toBe('ENABLED');
  expect((await ask(emulator, 'POST', '/a/versions/1:destroy', {})).body.state).toBe('DESTROYED');
  expect((await ask(emulator, 'POST', '/a/versions/1:enable', {})).error.status).toBe('FAILED_PRECONDITION');
  expect(emulator.journal.map(({ kind }) => kind)).toEqual(['create', 'add', 'add', 'disable', 'enable', 'destroy']);
});

test('ETags: adding a version leaves that of the secret, every patch changes it', async () => {
  const emulator = await start();
  const { etag } = (await ask(emulator, 'POST', '?secretId=a', GLOBAL)).body;
  await ask(emulator, 'POST', '/a:addVersion', payload('one'));
  expect((await ask(emulator, 'GET', '/a')).body.etag).toBe(etag);
  const patched = await ask(emulator, 'PATCH', '/a?updateMask=annotations', { etag, annotations: { a: 'b' } });
  expect(patched.body.etag).not.toBe(etag);
  const again = await ask(emulator, 'PATCH', '/a?updateMask=annotations', { etag, annotations: {} });
  expect(again.error).toMatchObject({ code: 400, status: 'FAILED_PRECONDITION' });
  expect((await ask(emulator, 'PATCH', '/a?updateMask=annotations', {})).status).toBe(200);
  expect((await ask(emulator, 'DELETE', `/a?etag=${encodeURIComponent(String(etag))}`)).error.status).toBe(
    'FAILED_PRECONDITION',
  );
  expect((await ask(emulator, 'DELETE', '/a')).body).toEqual({});
});

test.each([
  ['no replication', '?secretId=a', {}],
  ['a bad id', '?secretId=a.b', GLOBAL],
  ['a bad annotation', '?secretId=a', { ...GLOBAL, annotations: { '-a': 'b' } }],
  ['too many annotations', '?secretId=a', { ...GLOBAL, annotations: { a: 'x'.repeat(16_384) } }],
  ['a bad label', '?secretId=a', { ...GLOBAL, labels: { A: 'b' } }],
])('refused: %s', async (_name, path, body) => {
  const emulator = await start();
  expect((await ask(emulator, 'POST', path, body)).error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
  expect(emulator.journal).toEqual([]);
});

test('payloads: not empty, at most 64 KiB, and as their checksum says', async () => {
  const emulator = await start();
  await ask(emulator, 'POST', '?secretId=a', GLOBAL);
  for (const body of [payload(''), payload('x'.repeat(65_537)), payload('123456789', '1')]) {
    expect((await ask(emulator, 'POST', '/a:addVersion', body)).error.status).toBe('INVALID_ARGUMENT');
  }
  const checked = await ask(emulator, 'POST', '/a:addVersion', payload('123456789', String(0xe3069283)));
  expect(checked.body.clientSpecifiedPayloadChecksum).toBe(true);
});

test('lists come in pages', async () => {
  const emulator = await start();
  for (const id of ['a', 'b', 'c']) await ask(emulator, 'POST', `?secretId=${id}`, GLOBAL);
  const first = await ask(emulator, 'GET', '');
  expect(first.body.secrets).toHaveLength(2);
  const second = await ask(emulator, 'GET', `?pageToken=${first.body.nextPageToken}`);
  expect(second.body.secrets).toHaveLength(1);
  expect(second.body.nextPageToken).toBeUndefined();
});

test('a secret that delays the destruction of its versions disables them', async () => {
  const emulator = await start();
  await ask(emulator, 'POST', '?secretId=a', { ...GLOBAL, versionDestroyTtl: '86400s' });
  await ask(emulator, 'POST', '/a:addVersion', payload('one'));
  const { body } = await ask(emulator, 'POST', '/a/versions/1:destroy', {});
  expect(body).toMatchObject({ state: 'DISABLED', scheduledDestroyTime: expect.any(String) });
});

test('rights are looked at before anything else', async () => {
  const emulator = await start();
  const token = emulator.accounts.createToken({ permissions: ['secretmanager.secrets.list'] });
  expect((await ask(emulator, 'GET', '', undefined, token)).status).toBe(200);
  expect((await ask(emulator, 'POST', '?secretId=a', {}, token)).error.status).toBe('PERMISSION_DENIED');
  expect((await ask(emulator, 'GET', '/a', undefined, token)).error.status).toBe('PERMISSION_DENIED');
  expect((await ask(emulator, 'GET', '', undefined, 'nobody')).error.status).toBe('UNAUTHENTICATED');
});
