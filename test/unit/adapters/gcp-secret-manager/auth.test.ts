import { expect, test, vi } from 'vitest';
import { openAdapter, PATH, soon, startEmulator, TRANSPORTS, value, vaultError } from './support.ts';

test.each(TRANSPORTS)('a service account signs its own tokens: %s', async (transport) => {
  const emulator = await startEmulator();
  const account = emulator.accounts.createServiceAccount({ permissions: 'all' });
  const settings = { authMethod: 'serviceAccountKey', serviceAccountKey: account.key };
  const adapter = await openAdapter(emulator, { transport, settings });
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'op-1' });
  const seen = new Set<unknown>();
  emulator.script({
    when: ({ headers }) => {
      seen.add(headers.authorization);
      return false;
    },
    steps: 'ok',
  });
  await Promise.all([adapter.head(PATH, soon()), adapter.read(PATH, soon())]);
  expect(seen.size).toBe(1);
});

test('a token is replaced before its end', async () => {
  const emulator = await startEmulator();
  const account = emulator.accounts.createServiceAccount({ permissions: 'all' });
  const adapter = await openAdapter(emulator, {
    settings: { authMethod: 'serviceAccountKey', serviceAccountKey: account.key },
  });
  await adapter.check(soon());
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_599_000);
  expect(await adapter.check(soon())).toEqual([]);
  clock.mockRestore();
});

test('a refused token is replaced once, and then the login is refused', async () => {
  const emulator = await startEmulator();
  const account = emulator.accounts.createServiceAccount({ permissions: 'all' });
  const adapter = await openAdapter(emulator, {
    settings: { authMethod: 'serviceAccountKey', serviceAccountKey: account.key },
  });
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'op-1' });
  account.disable();
  const before = emulator.requests.length;
  const write = adapter.write(PATH, value('y'), { ...soon(), operationId: 'op-2' });
  expect(await vaultError(write)).toMatchObject({ code: 'unauthenticated', maybeApplied: false });
  expect(emulator.requests.length - before).toBe(2);
});

test('a token that was given is not replaced', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.accounts.revoke(emulator.token);
  expect(await vaultError(adapter.write(PATH, value('y'), { ...soon(), operationId: 'op' }))).toMatchObject({
    code: 'unauthenticated',
    maybeApplied: false,
  });
  expect(emulator.requests).toHaveLength(1);
});
