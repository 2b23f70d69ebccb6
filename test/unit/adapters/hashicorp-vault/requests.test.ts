import { expect, test } from 'vitest';
import { entryRequests, openAdapter, PATH, soon, startEmulator, value, vaultError } from './support.ts';

const LABELS = { owner: 'keyferry' };

test('a write to an entry whose labels stay is one request', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const first = await adapter.write(PATH, value('1'), {
    ...soon(),
    operationId: 'a',
    ifVersion: 'absent',
    labels: LABELS,
  });
  expect(entryRequests(emulator)).toEqual(['POST data', 'PATCH metadata']);
  const options = { ...soon(), operationId: 'b', ifVersion: first.version, labels: LABELS };
  await adapter.write(PATH, value('2'), options);
  expect(entryRequests(emulator).slice(2)).toEqual(['POST data']);
});

test('a read and a head are one request, and a head carries no value', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('1'), { ...soon(), operationId: 'a' });
  await adapter.read(PATH, soon());
  await adapter.head(PATH, soon());
  expect(entryRequests(emulator)).toEqual(['POST data', 'GET data', 'GET metadata']);
});

test('opening calls nobody', async () => {
  const emulator = await startEmulator();
  await openAdapter(emulator);
  expect(emulator.requests).toEqual([]);
});

test('a removed entry is written at its own version, a live one is a conflict', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const write = () => adapter.write(PATH, value('x'), { ...soon(), operationId: 'a', ifVersion: 'absent' });
  await write();
  expect(await vaultError(write())).toMatchObject({ code: 'version_conflict', maybeApplied: false });
  await adapter.remove(PATH, { ...soon(), mode: 'recoverable' });
  expect((await write()).version).toBe('2');
});

test('a key that has metadata and no version counts as absent', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await fetch(`${emulator.url}/v1/secret/metadata/${PATH}`, {
    method: 'POST',
    headers: { 'x-vault-token': emulator.token },
    body: JSON.stringify({ custom_metadata: { note: 'prepared' } }),
  });
  expect(await vaultError(adapter.head(PATH, soon()))).toMatchObject({ code: 'not_found', removed: undefined });
  expect(await vaultError(adapter.read(PATH, soon()))).toMatchObject({ code: 'not_found' });
  for await (const path of adapter.list('', soon())) expect(path).toBe('nothing');
  const head = await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a', ifVersion: 'absent' });
  expect(head).toEqual({ path: PATH, version: '1', labels: {} });
});

test('labels that Vault cannot hold are refused before the version is written', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const tooMany = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 'v']));
  for (const labels of [
    { a: '' },
    { '': 'a' },
    { a: 'x'.repeat(513) },
    { ['k'.repeat(129)]: 'v' },
    { a: 'b\n' },
    tooMany,
  ]) {
    const error = await vaultError(adapter.write(PATH, value('x'), { ...soon(), operationId: 'a', labels }));
    expect(error).toMatchObject({ code: 'invalid_argument', maybeApplied: false });
  }
  expect(emulator.journal).toEqual([]);
});

test('a version that is written and cannot be labelled says that it may be there', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.script({ method: 'PATCH', path: '/metadata/', steps: { status: 400, body: { errors: ['no'] } } });
  const error = await vaultError(adapter.write(PATH, value('x'), { ...soon(), operationId: 'a', labels: LABELS }));
  expect(error).toMatchObject({ code: 'invalid_argument', maybeApplied: true });
  expect((await adapter.head(PATH, soon())).version).toBe('1');
});

test('a version that arrives during a conditional removal stays', async () => {
  const emulator = await startEmulator();
  const [adapter, other] = [await openAdapter(emulator), await openAdapter(emulator)];
  const { version } = await adapter.write(PATH, value('1'), { ...soon(), operationId: 'a' });
  const barrier = emulator.barrier({ when: ({ path }) => path.includes('/delete/') });
  const removal = vaultError(adapter.remove(PATH, { ...soon(), mode: 'recoverable', ifVersion: version }));
  await barrier.waitFor(1);
  await other.write(PATH, value('2'), { ...soon(), operationId: 'b' });
  barrier.release();
  expect(await removal).toMatchObject({ code: 'version_conflict' });
  for (const [number, text] of [
    ['1', '1'],
    ['2', '2'],
  ] as const) {
    const { fields } = await adapter.read(PATH, { ...soon(), version: number });
    expect(fields.get('value')?.revealText()).toBe(text);
  }
});

test('a listing that fails anywhere fails as a whole', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  for (const path of ['a/1', 'b/1', 'c/1']) await adapter.write(path, value('x'), { ...soon(), operationId: 'a' });
  const listed = async () => {
    const paths: string[] = [];
    for await (const path of adapter.list('', soon())) paths.push(path);
    return paths;
  };
  for (const path of ['metadata/b', 'metadata/c/1']) {
    for (const [status, code] of [
      [500, 'unavailable'],
      [403, 'permission_denied'],
      [404, 'unknown'],
    ] as const) {
      const rule = emulator.script({ path, steps: { status, body: '<html>' } });
      expect((await vaultError(listed())).code).toBe(code);
      rule.remove();
    }
  }
  expect(await listed()).toEqual(['a/1', 'b/1', 'c/1']);
});

test('names of others outside the grammar are left out, their numbers read as JSON', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  for (const path of ['app/with%20space', 'app/plain']) {
    await fetch(`${emulator.url}/v1/secret/data/${path}`, {
      method: 'POST',
      headers: { 'x-vault-token': emulator.token },
      body: '{"data":{"port":5432,"tags":["a"],"off":null}}',
    });
  }
  const paths: string[] = [];
  for await (const path of adapter.list('app', soon())) paths.push(path);
  expect(paths).toEqual(['app/plain']);
  const { fields } = await adapter.read('app/plain', soon());
  expect([...fields].map(([name, held]) => [name, held.revealText()])).toEqual([
    ['port', '5432'],
    ['tags', '["a"]'],
    ['off', 'null'],
  ]);
});
