import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { googleError, retryInfo } from '../../../support/emulators/gcp-secret-manager-answers.ts';
import type { Step } from '../../../support/emulators/scripts.ts';
import { applied, openAdapter, PATH, soon, startEmulator, TRANSPORTS, value, vaultError } from './support.ts';

const typed = (status: Parameters<typeof googleError>[0]): Step => {
  const { status: code, body } = googleError(status, 'canary of the vendor');
  return { status: code, body };
};
/** JSON of the service without an HTTP status of its own in our table. */
const coded = (status: number, name: string): Step => ({
  status,
  body: { error: { code: status, message: 'x', status: name } },
});
const page = (status: number): Step => ({ status, headers: { 'content-type': 'text/html' }, body: '<html>no</html>' });

/** What a read and a write say to an answer, and whether the write may have been applied. */
const ANSWERS: readonly [string, Step, string, string, boolean][] = [
  ['INVALID_ARGUMENT', typed('INVALID_ARGUMENT'), 'invalid_argument', 'invalid_argument', false],
  ['PERMISSION_DENIED', typed('PERMISSION_DENIED'), 'permission_denied', 'permission_denied', false],
  ['UNAUTHENTICATED', typed('UNAUTHENTICATED'), 'unauthenticated', 'unauthenticated', false],
  ['RESOURCE_EXHAUSTED', typed('RESOURCE_EXHAUSTED'), 'rate_limited', 'rate_limited', false],
  ['UNIMPLEMENTED', typed('UNIMPLEMENTED'), 'unsupported', 'unsupported', false],
  ['INTERNAL', typed('INTERNAL'), 'unavailable', 'unavailable', true],
  ['UNKNOWN', coded(500, 'UNKNOWN'), 'unavailable', 'unavailable', true],
  ['UNAVAILABLE', coded(503, 'UNAVAILABLE'), 'unavailable', 'unavailable', true],
  ['DEADLINE_EXCEEDED', coded(504, 'DEADLINE_EXCEEDED'), 'timeout', 'timeout', true],
  ['ABORTED', coded(409, 'ABORTED'), 'unavailable', 'unavailable', true],
  ['CANCELLED', coded(499, 'CANCELLED'), 'unavailable', 'unavailable', true],
  ['DATA_LOSS', coded(500, 'DATA_LOSS'), 'unknown', 'unknown', true],
  ['403 of a proxy', page(403), 'permission_denied', 'permission_denied', true],
  ['404 of a proxy', page(404), 'unknown', 'unknown', true],
  ['404 in JSON of somebody else', { status: 404, body: { message: 'Not Found' } }, 'unknown', 'unknown', true],
  ['502 of a proxy', page(502), 'unavailable', 'unavailable', true],
  ['302', { status: 302, headers: { location: '/elsewhere' } }, 'unknown', 'unknown', true],
  ['a 200 with a list', { status: 200, body: [] }, 'unknown', 'unknown', true],
  ['a 200 of another shape', { status: 200, body: { message: 'hello' } }, 'unknown', 'unknown', true],
  ['a page', 'wrong-body', 'unknown', 'unknown', true],
  ['too long an answer', 'huge-body', 'unknown', 'unknown', true],
  ['a reset', 'reset', 'unavailable', 'unavailable', true],
];

describe.each(TRANSPORTS)('%s', (transport) => {
  test.each(ANSWERS)('%s', async (name, steps, readCode, writeCode, maybeApplied) => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator, { transport });
    await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
    const before = applied(emulator);
    emulator.script({ steps });
    const asking = [adapter.read(PATH, soon()), adapter.head(PATH, soon())];
    for (const error of await Promise.all(asking.map(vaultError))) {
      expect(error).toMatchObject({ code: readCode, maybeApplied: false });
    }
    // The emulator turns any JSON object into an answer of gRPC, where an unknown field is no field: an empty list.
    if (transport === 'rest' || name !== 'a 200 of another shape') {
      expect((await vaultError(adapter.list('', soon())[Symbol.asyncIterator]().next())).code).toBe(readCode);
    }
    const write = adapter.write(PATH, value('y'), { ...soon(), operationId: 'b' });
    expect(await vaultError(write)).toMatchObject({ code: writeCode, maybeApplied });
    expect(applied(emulator)).toEqual(before);
  });

  test.each(['apply-then-500', 'apply-then-reset'] as const)(
    '%s of each step: sent once, applied once, told as unclear',
    async (steps) => {
      const emulator = await startEmulator();
      const adapter = await openAdapter(emulator, { transport });
      const write = (operationId: string, ifVersion: string) =>
        adapter.write(PATH, value('y'), { ...soon(), operationId, ifVersion });
      const requests = [/\/secrets$/, /:addVersion$/, /\/secrets\/app__db$/];
      for (const [index, path] of requests.entries()) {
        const rule = emulator.script({ path, when: ({ method }) => method !== 'GET', steps, count: 1 });
        const condition = index < 2 ? 'absent' : '1';
        const error = await vaultError(write(index < 2 ? 'op-1' : 'op-2', condition));
        expect(error).toMatchObject({ code: 'unavailable', maybeApplied: true });
        rule.remove();
      }
      expect((await write('op-2', '1')).version).toBe('2');
      expect(applied(emulator)).toEqual(['create', 'update', 'add 1', 'update', 'update', 'add 2']);
    },
  );

  test.each(['apply-then-hang', 'hang-then-apply-late'] as const)('%s: timeout, unclear', async (steps) => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator, { transport });
    await adapter.check(soon());
    emulator.script({ method: 'POST', path: ':addVersion', steps, count: 1 });
    const write = adapter.write(PATH, value('y'), { ...soon(250), operationId: 'b', ifVersion: 'absent' });
    expect(await vaultError(write)).toMatchObject({ code: 'timeout', maybeApplied: true });
    await emulator.settled();
    expect(applied(emulator)).toEqual(['create', 'add 1']);
  });

  test('the wait that is asked for', async () => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator, { transport });
    const { status, body } = googleError('RESOURCE_EXHAUSTED', 'Quota exceeded.', retryInfo(3600));
    emulator.script({ steps: { status, body } });
    const error = await vaultError(adapter.head(PATH, soon()));
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_600_000 });
  });

  test('a redirect is not followed and the token goes nowhere else', async () => {
    const emulator = await startEmulator();
    const elsewhere = await startEmulator();
    const adapter = await openAdapter(emulator, { transport });
    emulator.script({ steps: { redirect: `${elsewhere.url}/v1/projects` } });
    expect((await vaultError(adapter.read(PATH, soon()))).code).toBe('unknown');
    expect([elsewhere.requests, elsewhere.grpc.connections]).toEqual([[], 0]);
  });

  test('a service that went away and came back is used again', async () => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator, { transport });
    await adapter.write(PATH, value('1'), { ...soon(), operationId: 'a' });
    await emulator.down();
    await sleep(20);
    const write = () => adapter.write(PATH, value('2'), { ...soon(), operationId: 'b', ifVersion: '1' });
    expect(await vaultError(write())).toMatchObject({ code: 'unavailable', maybeApplied: false });
    await emulator.up();
    await expect
      .poll(
        () =>
          write().then(
            (head) => head.version,
            () => '',
          ),
        { interval: 100 },
      )
      .toBe('2');
  });

  test('a payload that does not match its checksum is not given out', async () => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator, { transport });
    await adapter.write(PATH, value('1'), { ...soon(), operationId: 'a' });
    const name = 'projects/1/secrets/app__db/versions/1';
    const body = { name, payload: { data: Buffer.from('{}').toString('base64'), dataCrc32c: '1' } };
    emulator.script({ path: ':access', steps: { status: 200, body } });
    expect((await vaultError(adapter.read(PATH, soon()))).code).toBe('unknown');
  });

  test('100 calls at once are not mixed up', async () => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator, { transport });
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    await Promise.all(
      numbers.map((n) => adapter.write(`app/n${n}`, value(`v${n}`), { ...soon(), operationId: `op-${n}` })),
    );
    const read = await Promise.all(numbers.map((n) => adapter.read(`app/n${n}`, soon())));
    expect(read.map(({ fields }) => fields.get('value')?.revealText())).toEqual(numbers.map((n) => `v${n}`));
  });
});
