import { describe, expect, test } from 'vitest';
import { SecretValue } from '../../../../adapters/secret-value.ts';
import {
  applied,
  asForeigner,
  openAdapter,
  PATH,
  soon,
  startEmulator,
  TRANSPORTS,
  value,
  vaultError,
} from './support.ts';

const operation = { operationId: 'op-1', ifVersion: 'absent' } as const;

describe.each(TRANSPORTS)('%s', (transport) => {
  test('a new secret is made as the profile says, and one that exists is left alone', async () => {
    const emulator = await startEmulator();
    const attributes = { labels: { team: 'blue' }, replication: ['europe-west3', 'us-east1'], prefix: 'team' };
    const adapter = await openAdapter(emulator, { transport, attributes });
    await adapter.write(PATH, value('x'), { ...soon(), ...operation });
    const secret = await asForeigner(emulator, 'GET', '/team__app__db');
    expect(secret).toMatchObject({
      labels: { team: 'blue' },
      replication: { userManaged: { replicas: [{ location: 'europe-west3' }, { location: 'us-east1' }] } },
    });
    await asForeigner(emulator, 'PATCH', '/team__app__db?updateMask=labels', { labels: { team: 'red' } });
    await adapter.write(PATH, value('y'), { ...soon(), operationId: 'op-2', ifVersion: '1' });
    expect(await asForeigner(emulator, 'GET', '/team__app__db')).toMatchObject({ labels: { team: 'red' } });
  });

  test('regional secrets are in their location and take no replication', async () => {
    const emulator = await startEmulator();
    const settings = { authMethod: 'accessToken', accessToken: emulator.token, location: 'europe-west3' };
    const adapter = await openAdapter(emulator, { transport, settings });
    await adapter.write(PATH, value('x'), { ...soon(), ...operation });
    expect(emulator.journal[0]?.path).toBe('projects/481516234200/locations/europe-west3/secrets/app__db');
    expect((await adapter.read(PATH, soon())).fields.get('value')?.revealText()).toBe('x');
    expect(await adapter.check(soon())).toEqual([]);
  });

  test('plain holds the bytes themselves', async () => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator, { transport, attributes: { encoding: 'plain' } });
    const bytes = Uint8Array.from({ length: 48_000 - 'value'.length }, (_, index) => index % 256);
    await adapter.write(PATH, new Map([['value', SecretValue.fromBytes(bytes)]]), { ...soon(), ...operation });
    const { payload } = await asForeigner(emulator, 'GET', '/app__db/versions/1:access');
    expect(payload).toMatchObject({ data: Buffer.from(bytes).toString('base64') });
    const read = (await adapter.read(PATH, soon())).fields.get('value');
    expect(read?.equals(SecretValue.fromBytes(bytes))).toBe(true);
  });

  test('what the service cannot hold is refused before anything is sent', async () => {
    const emulator = await startEmulator();
    const plain = await openAdapter(emulator, { transport, attributes: { encoding: 'plain' } });
    const json = await openAdapter(emulator, { transport });
    const empty = plain.write(PATH, value(''), { ...soon(), ...operation });
    const two = new Map([...value('x'), ['other', SecretValue.fromText('y')]]);
    const fields = plain.write(PATH, two, { ...soon(), ...operation });
    const labels = { long: 'x'.repeat(9_000) };
    const long = json.write('n'.repeat(256), value('x'), { ...soon(), ...operation });
    const many = new Map(Array.from({ length: 9_000 }, (_, n) => [String(n), SecretValue.fromText('')]));
    const errors = [empty, fields, json.write(PATH, value('x'), { ...soon(), ...operation, labels }), long].map(
      vaultError,
    );
    for (const error of await Promise.all(errors)) {
      expect(error).toMatchObject({ code: 'invalid_argument', maybeApplied: false });
    }
    const large = await vaultError(json.write(PATH, many, { ...soon(), ...operation }));
    expect(large).toMatchObject({ code: 'too_large', maybeApplied: false });
    expect(emulator.requests).toEqual([]);
  });

  test('an entry takes few requests', async () => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator, { transport });
    const count = async (work: () => Promise<unknown>) => {
      const before = emulator.requests.length;
      await work();
      return emulator.requests.length - before;
    };
    expect(await count(() => adapter.write(PATH, value('1'), { ...soon(), ...operation }))).toBe(2);
    expect(await count(() => adapter.write(PATH, value('2'), { ...soon(), operationId: 'b', ifVersion: '1' }))).toBe(4);
    expect(await count(() => adapter.head(PATH, soon()))).toBe(2);
    expect(await count(() => adapter.read(PATH, soon()))).toBe(2);
    expect(await count(() => adapter.remove(PATH, { ...soon(), mode: 'permanent' }))).toBe(1);
  });

  test('check tells a project that is not there from missing rights', async () => {
    const emulator = await startEmulator();
    const settings = { authMethod: 'accessToken', accessToken: emulator.token, projectId: 'another-project' };
    const adapter = await openAdapter(emulator, { transport, settings });
    expect(await vaultError(adapter.check(soon()))).toMatchObject({ code: 'permission_denied' });
    expect(applied(emulator)).toEqual([]);
  });

  test('a removed entry names what it was, also when it was disabled by hand', async () => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator, { transport });
    await adapter.write(PATH, value('x'), { ...soon(), ...operation, labels: { a: 'b' } });
    await asForeigner(emulator, 'POST', '/app__db/versions/1:disable', {});
    const removed = { version: '1', labels: { a: 'b' } };
    expect(await vaultError(adapter.read(PATH, soon()))).toMatchObject({ code: 'not_found', removed });
    await asForeigner(emulator, 'POST', '/app__db/versions/1:destroy', {});
    expect(await vaultError(adapter.head(PATH, soon()))).toMatchObject({ code: 'not_found', removed: undefined });
    expect((await adapter.write(PATH, value('y'), { ...soon(), ...operation, operationId: 'op-2' })).version).toBe('2');
  });
});
