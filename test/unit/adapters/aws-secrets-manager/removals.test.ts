import { expect, test } from 'vitest';
import { applied, isAction, openAdapter, PATH, readText, soon, startEmulator, value, vaultError } from './support.ts';

const write = { ...soon(60_000) };
const DAY_MS = 24 * 3600 * 1000;

test('a recoverable removal lasts for the days of the profile', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator, { attributes: { recoveryDays: 8 } });
  await adapter.write(PATH, value('x'), { ...write, operationId: 'a' });
  await adapter.remove(PATH, { ...soon(), mode: 'recoverable' });
  const days = ((emulator.secret(PATH)?.deletionAt ?? 0) - Date.now()) / DAY_MS;
  expect(days).toBeGreaterThan(7.9);
  expect(days).toBeLessThanOrEqual(8);
});

test('writing over a removed secret brings it back, with its tags, and is a new version', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const first = await adapter.write(PATH, value('one'), { ...write, operationId: 'a', labels: { l: 'v' } });
  await adapter.remove(PATH, { ...soon(), mode: 'recoverable' });
  const again = await adapter.write(PATH, value('two'), { ...write, operationId: 'b', ifVersion: 'absent' });
  expect(again.labels).toEqual({ l: 'v' });
  expect(applied(emulator)).toEqual(['create', 'schedule-deletion', 'restore', 'put', 'move']);
  expect(await readText(adapter, first.version)).toBe('one');
  await adapter.remove(PATH, { ...soon(), mode: 'recoverable' });
  const third = await adapter.write(PATH, value('three'), { ...write, operationId: 'c', labels: {} });
  expect(await adapter.head(PATH, soon())).toEqual({ path: PATH, version: third.version, labels: {} });
});

test('a repeated write does not bring back what was removed after it', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  for (const ifVersion of ['absent', undefined] as const) {
    const options = { ...write, operationId: `op-${ifVersion}`, ...(ifVersion && { ifVersion }) };
    const { version } = await adapter.write(PATH, value('one'), options);
    await adapter.remove(PATH, { ...soon(), mode: 'recoverable' });
    expect((await adapter.write(PATH, value('one'), options)).version).toBe(version);
    expect((await vaultError(adapter.head(PATH, soon()))).removed).toEqual({ version, labels: {} });
    await adapter.remove(PATH, { ...soon(), mode: 'permanent' });
  }
});

test('a name that AWS has not let go of yet is waited for', async () => {
  const emulator = await startEmulator({ releaseMs: 400 });
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('one'), { ...write, operationId: 'a' });
  await adapter.remove(PATH, { ...soon(), mode: 'permanent' });
  await adapter.write(PATH, value('two'), { ...write, operationId: 'b', ifVersion: 'absent' });
  expect(await readText(adapter)).toBe('two');
  await adapter.remove(PATH, { ...soon(), mode: 'permanent' });
  await adapter.write(PATH, value('three'), { ...write, operationId: 'c' });
  expect(await readText(adapter)).toBe('three');
});

test('waiting for a name ends with the signal', async () => {
  const emulator = await startEmulator({ releaseMs: 60_000 });
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('one'), { ...write, operationId: 'a' });
  await adapter.remove(PATH, { ...soon(), mode: 'permanent' });
  const started = performance.now();
  const late = adapter.write(PATH, value('two'), { ...soon(250), operationId: 'b', ifVersion: 'absent' });
  expect((await vaultError(late)).code).toBe('timeout');
  expect(performance.now() - started).toBeLessThan(1_000);
});

test.each(['recoverable', 'permanent'] as const)(
  'a version that arrives during a conditional %s removal stays',
  async (mode) => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator);
    const { version } = await adapter.write(PATH, value('one'), { ...write, operationId: 'a' });
    const barrier = emulator.barrier({ when: isAction('DeleteSecret') });
    const removal = vaultError(adapter.remove(PATH, { ...soon(), mode, ifVersion: version }));
    await barrier.waitFor(1);
    const newer = await adapter.write(PATH, value('two'), { ...write, operationId: 'b' });
    barrier.release();
    expect(await removal).toMatchObject({ code: 'version_conflict', maybeApplied: false });
    expect((await adapter.head(PATH, soon())).version).toBe(newer.version);
  },
);

test('a conditional removal that breaks off says that something may have happened', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const { version } = await adapter.write(PATH, value('one'), { ...write, operationId: 'a' });
  emulator.script({ when: isAction('DescribeSecret'), steps: ['ok', { status: 503 }], count: 2 });
  const removal = adapter.remove(PATH, { ...soon(), mode: 'permanent', ifVersion: version });
  expect(await vaultError(removal)).toMatchObject({ code: 'unavailable', maybeApplied: true });
  await adapter.remove(PATH, { ...soon(), mode: 'permanent', ifVersion: version });
  expect(emulator.secret(PATH)).toBe(undefined);
});

test('a restore that was not followed by the new version says so, and the next write goes on from there', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const { version } = await adapter.write(PATH, value('one'), { ...write, operationId: 'a' });
  await adapter.remove(PATH, { ...soon(), mode: 'recoverable' });
  const body = { __type: 'LimitExceededException', message: 'x' };
  emulator.script({ when: isAction('PutSecretValue'), steps: { status: 400, body }, count: 1 });
  const options = { ...write, operationId: 'b', ifVersion: 'absent' } as const;
  const error = await vaultError(adapter.write(PATH, value('two'), options));
  expect(error).toMatchObject({ code: 'limit_exceeded', maybeApplied: true });
  expect((await adapter.head(PATH, soon())).version).toBe(version);
  await adapter.write(PATH, value('two'), { ...options, ifVersion: version });
  expect(await readText(adapter)).toBe('two');
});
