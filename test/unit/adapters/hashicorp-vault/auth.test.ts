import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventually } from '../../../support/answers.ts';
import type { VaultEmulator } from '../../../support/emulators/hashicorp-vault.ts';
import type { AppRole, PolicyRule } from '../../../support/emulators/hashicorp-vault-auth.ts';
import { applied, openAdapter, PATH, soon, startEmulator, value, vaultError } from './support.ts';

const ALL = ['create', 'read', 'update', 'delete', 'list'] as const;
const APP: readonly PolicyRule[] = [{ path: 'secret/*', capabilities: ALL }];
const LOGIN = { authMethod: 'approle', roleId: 'role', secretId: 'secret-id' };

async function withAppRole(role: Partial<AppRole> = {}): Promise<VaultEmulator> {
  const emulator = await startEmulator();
  emulator.tokens.addAppRole({ roleId: 'role', secretId: 'secret-id', policy: APP, ttl: 60, ...role });
  return emulator;
}

const countOf = (emulator: VaultEmulator, end: string) =>
  emulator.requests.filter(({ path }) => path.endsWith(end)).length;

test('many calls share one login', async () => {
  const emulator = await withAppRole();
  const adapter = await openAdapter(emulator, LOGIN);
  const paths = Array.from({ length: 10 }, (_, index) => `app/n${index}`);
  await Promise.all(paths.map((path) => adapter.write(path, value('x'), { ...soon(), operationId: 'a' })));
  await adapter.check(soon());
  expect(countOf(emulator, '/login')).toBe(1);
});

test('a wrong SecretID is unauthenticated', async () => {
  const emulator = await withAppRole();
  const adapter = await openAdapter(emulator, { ...LOGIN, secretId: 'wrong' });
  expect(await vaultError(adapter.check(soon()))).toMatchObject({ code: 'unauthenticated' });
  const write = adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  expect(await vaultError(write)).toMatchObject({ code: 'unauthenticated', maybeApplied: false });
});

test('a login that fails for another reason is told as that', async () => {
  const emulator = await withAppRole();
  const adapter = await openAdapter(emulator, LOGIN);
  const rule = emulator.script({ path: '/login', steps: [{ status: 503, body: { errors: [] } }, 'wrong-body'] });
  const write = () => adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  expect(await vaultError(write())).toMatchObject({ code: 'unavailable', maybeApplied: false });
  expect(await vaultError(write())).toMatchObject({ code: 'unknown', maybeApplied: false });
  rule.remove();
  expect((await write()).version).toBe('1');
});

test('a caller who leaves does not end the login of the others', async () => {
  const emulator = await withAppRole();
  const adapter = await openAdapter(emulator, LOGIN);
  const barrier = emulator.barrier({ when: ({ path }) => path.endsWith('/login') });
  const leaving = vaultError(adapter.write('app/a', value('x'), { ...soon(40), operationId: 'a' }));
  const staying = adapter.write('app/b', value('x'), { ...soon(), operationId: 'b' });
  expect(await leaving).toMatchObject({ code: 'timeout', maybeApplied: false });
  barrier.release();
  expect((await staying).version).toBe('1');
  expect(countOf(emulator, '/login')).toBe(1);
  expect(applied(emulator)).toEqual(['write 1']);
});

test('a token that was revoked is replaced once and the write made once', async () => {
  const emulator = await withAppRole();
  const adapter = await openAdapter(emulator, LOGIN);
  await adapter.write(PATH, value('1'), { ...soon(), operationId: 'a' });
  emulator.tokens.revokeAll();
  const paths = ['app/a', 'app/b', 'app/c'];
  await Promise.all(paths.map((path) => adapter.write(path, value('x'), { ...soon(), operationId: 'b' })));
  expect(countOf(emulator, '/login')).toBe(2);
  expect(applied(emulator)).toEqual(['write 1', 'write 1', 'write 1', 'write 1']);
});

test('a missing right is not taken for a bad token: no new login', async () => {
  const emulator = await withAppRole({ policy: [{ path: 'secret/data/app/*', capabilities: ['read'] }] });
  const adapter = await openAdapter(emulator, LOGIN);
  await adapter.check(soon());
  const write = adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  expect(await vaultError(write)).toMatchObject({ code: 'permission_denied', maybeApplied: false });
  expect((await vaultError(adapter.read(PATH, soon()))).code).toBe('not_found');
  expect(countOf(emulator, '/login')).toBe(1);
});

test('a token is renewed after two thirds of its time, and replaced when renewal ends', async () => {
  const emulator = await withAppRole({ ttl: 1, maxTtl: 2 });
  const adapter = await openAdapter(emulator, LOGIN);
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  await sleep(1_150);
  expect(countOf(emulator, '/renew-self')).toBe(1);
  await adapter.head(PATH, soon());
  expect(countOf(emulator, '/login')).toBe(1);
  await sleep(1_000);
  await adapter.head(PATH, soon());
  expect(countOf(emulator, '/login')).toBe(2);
  expect(emulator.requests.filter(({ path, status }) => status === 403 && path.includes('/secret/'))).toEqual([]);
});

test('a token that was given is renewed as well', async () => {
  const emulator = await startEmulator();
  const token = emulator.tokens.create({ policy: APP, ttl: 2, renewable: true });
  const adapter = await openAdapter(emulator, { authMethod: 'token', token });
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  await sleep(2_300);
  expect((await adapter.head(PATH, soon())).version).toBe('1');
});

test('a token that could not be renewed is renewed a little later, while it lives', async () => {
  const emulator = await startEmulator();
  const token = emulator.tokens.create({ policy: APP, ttl: 5, renewable: true });
  emulator.script({ path: '/renew-self', steps: [{ status: 503, body: { errors: [] } }, 'reset', 'ok'] });
  const adapter = await openAdapter(emulator, { authMethod: 'token', token });
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  await eventually(
    async () => emulator.requests.some(({ path, status }) => path.endsWith('/renew-self') && status === 200),
    'the renewal',
  );
});

test('a token that could not be looked up is looked up with the next call', async () => {
  const emulator = await startEmulator();
  const token = emulator.tokens.create({ policy: APP, ttl: 2, renewable: true });
  emulator.script({ path: '/lookup-self', steps: [{ status: 503, body: { errors: [] } }, 'ok'] });
  const adapter = await openAdapter(emulator, { authMethod: 'token', token });
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  await eventually(async () => {
    await adapter.head(PATH, soon());
    return countOf(emulator, '/renew-self') > 0;
  }, 'the renewal');
});

test('a token that was given and expired is unauthenticated', async () => {
  const emulator = await startEmulator();
  const token = emulator.tokens.create({ policy: APP });
  const adapter = await openAdapter(emulator, { authMethod: 'token', token });
  await adapter.check(soon());
  emulator.tokens.revoke(token);
  expect((await vaultError(adapter.check(soon()))).code).toBe('unauthenticated');
  expect((await vaultError(adapter.read(PATH, soon()))).code).toBe('unauthenticated');
});

test('closing revokes the token of a login, and leaves one that was given alone', async () => {
  const emulator = await withAppRole();
  const adapter = await openAdapter(emulator, LOGIN);
  await adapter.check(soon());
  await adapter.close();
  expect(countOf(emulator, '/revoke-self')).toBe(1);
  const given = await openAdapter(emulator);
  await given.check(soon());
  await given.close();
  expect(countOf(emulator, '/revoke-self')).toBe(1);
});

test('closing does not wait long for a vault that is silent', async () => {
  const emulator = await withAppRole();
  const adapter = await openAdapter(emulator, LOGIN);
  await adapter.check(soon());
  emulator.script({ steps: 'hang' });
  const started = performance.now();
  await adapter.close();
  expect(performance.now() - started).toBeLessThan(1_500);
});
