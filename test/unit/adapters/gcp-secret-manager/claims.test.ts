import { expect, onTestFinished, test, vi } from 'vitest';
import type { EmulatedRequest } from '../../../support/emulators/emulated-request.ts';
import type { GcpEmulator } from '../../../support/emulators/gcp-secret-manager.ts';
import { asRecord } from '../../../support/emulators/gcp-secret-manager-answers.ts';
import { applied, asForeigner, openAdapter, PATH, payload, soon, startEmulator, value, vaultError } from './support.ts';

const ID = 'app__db';
const add = { method: 'POST', path: ':addVersion' } as const;

/** From now on it is later for the adapter. */
function later(ms: number): void {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + ms);
  onTestFinished(() => clock.mockRestore());
}

async function claimOf(emulator: GcpEmulator) {
  const { annotations } = await asForeigner(emulator, 'GET', `/${ID}`);
  return JSON.parse(String(asRecord(annotations)['keyferry-write'])) as unknown;
}

test('a write that ends after its claim is no entry, and its repetition completes it', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.script({ ...add, steps: 'reset', count: 1 });
  const write = () => adapter.write(PATH, value('x'), { ...soon(), operationId: 'op-1', ifVersion: 'absent' });
  expect(await vaultError(write())).toMatchObject({ code: 'unavailable', maybeApplied: true });
  expect(await claimOf(emulator)).toMatchObject({ operationId: 'op-1', base: 0 });
  expect(await vaultError(adapter.head(PATH, soon()))).toMatchObject({ code: 'not_found', removed: undefined });
  expect((await adapter.list('', soon())[Symbol.asyncIterator]().next()).done).toBe(true);
  expect((await write()).version).toBe('1');
  expect(applied(emulator)).toEqual(['create', 'update', 'add 1']);
});

test('the same for a later version', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('one'), { ...soon(), operationId: 'op-1' });
  emulator.script({ ...add, steps: 'reset', count: 1 });
  const write = () => adapter.write(PATH, value('two'), { ...soon(), operationId: 'op-2', ifVersion: '1' });
  expect((await vaultError(write())).maybeApplied).toBe(true);
  expect((await adapter.head(PATH, soon())).version).toBe('1');
  expect((await write()).version).toBe('2');
});

test('another operation waits for the one that may still run, and is not blocked for ever', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.script({ ...add, steps: 'reset', count: 1 });
  await vaultError(adapter.write(PATH, value('x'), { ...soon(), operationId: 'op-1', ifVersion: 'absent' }));
  const other = () => adapter.write(PATH, value('y'), { ...soon(), operationId: 'op-2', ifVersion: 'absent' });
  expect(await vaultError(other())).toMatchObject({ code: 'version_conflict', maybeApplied: false });
  const unconditional = adapter.write(PATH, value('y'), { ...soon(600), operationId: 'op-3' });
  expect(await vaultError(unconditional)).toMatchObject({ code: 'timeout', maybeApplied: false });
  later(60_001);
  expect((await other()).version).toBe('1');
  expect(await claimOf(emulator)).toMatchObject({ operationId: 'op-2', base: 0 });
});

test('an unconditional write waits until the other one has its version', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const held = emulator.barrier({ when: ({ path }) => path.endsWith(':addVersion') });
  const first = adapter.write(PATH, value('one'), { ...soon(), operationId: 'op-1', ifVersion: 'absent' });
  await held.waitFor(1);
  const second = adapter.write(PATH, value('two'), { ...soon(), operationId: 'op-2' });
  await expect.poll(() => emulator.requests.filter(({ status }) => status === 409)).toHaveLength(1);
  held.release();
  expect([(await first).version, (await second).version]).toEqual(['1', '2']);
});

test('a writer that was overtaken does not overwrite', async () => {
  const emulator = await startEmulator();
  const [slow, quick] = await Promise.all([openAdapter(emulator), openAdapter(emulator)]);
  await slow.write(PATH, value('one'), { ...soon(), operationId: 'op-1' });
  const held = emulator.barrier({ when: ({ method }) => method === 'PATCH' });
  const first = slow.write(PATH, value('slow'), { ...soon(), operationId: 'op-2', ifVersion: '1' });
  const second = quick.write(PATH, value('quick'), { ...soon(), operationId: 'op-3', ifVersion: '1' });
  await held.waitFor(2);
  held.release();
  const outcomes = await Promise.allSettled([first, second]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'version_conflict', maybeApplied: false },
  });
  expect(applied(emulator)).toEqual(['create', 'add 1', 'update', 'add 2']);
});

test('a version that somebody adds in between is told, not passed over as a success', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('one'), { ...soon(), operationId: 'op-1' });
  const ours = ({ path, body }: EmulatedRequest) => path.endsWith(':addVersion') && body.includes('dataCrc32c');
  const held = emulator.barrier({ when: ours });
  const write = adapter.write(PATH, value('ours'), { ...soon(), operationId: 'op-2', ifVersion: '1' });
  await held.waitFor(1);
  await asForeigner(emulator, 'POST', `/${ID}:addVersion`, payload('theirs'));
  held.release();
  expect(await vaultError(write)).toMatchObject({ code: 'unknown', maybeApplied: true });
  expect((await adapter.read(PATH, { ...soon(), version: '2' })).fields.get('value')?.revealText()).toBe('theirs');
});

test('a foreign secret without a version is filled, and stays as it is otherwise', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const theirs = { labels: { team: 'blue' }, annotations: { note: 'theirs' } };
  await asForeigner(emulator, 'POST', `?secretId=${ID}`, { replication: { automatic: {} }, ...theirs });
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'op-1', ifVersion: 'absent', labels: { a: 'b' } });
  const { labels, annotations } = await asForeigner(emulator, 'GET', `/${ID}`);
  expect(labels).toEqual(theirs.labels);
  expect(annotations).toMatchObject({ note: 'theirs', 'keyferry-labels': '{"a":"b"}' });
});

test('what is newest is known although latest is old', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('one'), { ...soon(), operationId: 'op-1' });
  await adapter.write(PATH, value('two'), { ...soon(), operationId: 'op-2' });
  emulator.script({ path: /versions\/latest/, steps: 'stale-read' });
  expect((await adapter.head(PATH, soon())).version).toBe('2');
  const entry = await adapter.read(PATH, soon());
  expect([entry.version, entry.fields.get('value')?.revealText()]).toEqual(['2', 'two']);
  expect((await adapter.write(PATH, value('three'), { ...soon(), operationId: 'op-3', ifVersion: '2' })).version).toBe(
    '3',
  );
});

test('a removal does not take what a writer is about to add', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('one'), { ...soon(), operationId: 'op-1' });
  const held = emulator.barrier({ when: ({ path }) => path.endsWith(':addVersion') });
  const write = adapter.write(PATH, value('two'), { ...soon(), operationId: 'op-2', ifVersion: '1' });
  await held.waitFor(1);
  for (const mode of ['permanent', 'recoverable'] as const) {
    const error = await vaultError(adapter.remove(PATH, { ...soon(), mode, ifVersion: '1' }));
    expect(error).toMatchObject({ code: 'version_conflict', maybeApplied: false });
  }
  held.release();
  expect((await write).version).toBe('2');
});

test('a removal with a condition brings back what it took when a newer version arrives', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('one'), { ...soon(), operationId: 'op-1' });
  const held = emulator.barrier({ when: ({ path }) => path.endsWith(':disable') });
  const removal = adapter.remove(PATH, { ...soon(), mode: 'recoverable', ifVersion: '1' });
  await held.waitFor(1);
  await asForeigner(emulator, 'POST', `/${ID}:addVersion`, payload('theirs'));
  held.release();
  expect(await vaultError(removal)).toMatchObject({ code: 'version_conflict' });
  expect(applied(emulator)).toEqual(['create', 'add 1', 'add 2', 'disable 1', 'enable 1']);
});
