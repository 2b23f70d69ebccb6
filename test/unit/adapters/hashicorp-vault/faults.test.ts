import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Step } from '../../../support/emulators/scripts.ts';
import { applied, openAdapter, PATH, soon, startEmulator, value, vaultError } from './support.ts';

const typed = (status: number, ...errors: string[]): Step => ({ status, body: { errors } });
const page = (status: number): Step => ({ status, headers: { 'content-type': 'text/html' }, body: '<html>no</html>' });

/** What a read and a write say to an answer, and whether the write may have been applied. */
const ANSWERS: readonly [string, Step, string, string, boolean][] = [
  ['400', typed(400, 'error parsing check-and-set parameter'), 'invalid_argument', 'invalid_argument', false],
  ['400 of a proxy', page(400), 'invalid_argument', 'invalid_argument', true],
  [
    'cas mismatch',
    typed(400, 'check-and-set parameter did not match the current version'),
    'version_conflict',
    'version_conflict',
    false,
  ],
  ['403 of a proxy', page(403), 'permission_denied', 'permission_denied', true],
  ['404 of a proxy', page(404), 'unknown', 'unknown', true],
  ['404 in JSON of somebody else', { status: 404, body: { message: 'Not Found' } }, 'unknown', 'unknown', true],
  [
    '404 no mount',
    typed(404, 'no handler for route "secret/data/x". route entry not found.'),
    'unavailable',
    'unavailable',
    false,
  ],
  ['405', typed(405, 'unsupported operation'), 'unsupported', 'unsupported', false],
  ['412', typed(412, 'required index state not present'), 'unavailable', 'unavailable', false],
  ['413', typed(413, 'request body too large'), 'too_large', 'too_large', false],
  ['418', page(418), 'unknown', 'unknown', true],
  ['472', typed(472), 'unavailable', 'unavailable', false],
  ['473', typed(473), 'unavailable', 'unavailable', false],
  ['500', typed(500, 'internal error'), 'unavailable', 'unavailable', true],
  ['501', typed(501, 'not initialized'), 'unavailable', 'unavailable', true],
  ['502 of a proxy', page(502), 'unavailable', 'unavailable', true],
  ['503', typed(503, 'Vault is sealed'), 'unavailable', 'unavailable', true],
  ['302', { status: 302, headers: { location: '/elsewhere' } }, 'unknown', 'unknown', true],
  ['201', { status: 201, body: {} }, 'unknown', 'unknown', true],
  ['an empty 200', { status: 200 }, 'unknown', 'unknown', true],
  ['a 204', { status: 204 }, 'unknown', 'unknown', true],
  ['a 200 with a list', { status: 200, body: [] }, 'unknown', 'unknown', true],
  ['a 200 of another shape', { status: 200, body: { data: { data: 'x', version: '1' } } }, 'unknown', 'unknown', true],
  ['a page', 'wrong-body', 'unknown', 'unknown', true],
  ['too long an answer', 'huge-body', 'unknown', 'unknown', true],
  ['a reset', 'reset', 'unavailable', 'unavailable', true],
];

test.each(ANSWERS)('%s', async (_name, steps, readCode, writeCode, maybeApplied) => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('x'), { ...soon(), operationId: 'a' });
  emulator.script({ path: '/secret/', steps });
  for (const error of await Promise.all([adapter.read(PATH, soon()), adapter.head(PATH, soon())].map(vaultError))) {
    expect(error).toMatchObject({ code: readCode, maybeApplied: false });
  }
  expect((await vaultError(adapter.list('', soon())[Symbol.asyncIterator]().next())).code).toBe(readCode);
  const write = adapter.write(PATH, value('y'), { ...soon(), operationId: 'b', ifVersion: '1' });
  expect(await vaultError(write)).toMatchObject({ code: writeCode, maybeApplied });
  expect(applied(emulator)).toEqual(['write 1']);
});

test.each(['apply-then-500', 'apply-then-reset'] as const)(
  '%s: sent once, applied once, told as unclear',
  async (steps) => {
    const emulator = await startEmulator();
    const adapter = await openAdapter(emulator);
    emulator.script({ method: 'POST', path: '/data/', steps, count: 1 });
    const write = adapter.write(PATH, value('y'), { ...soon(), operationId: 'b', ifVersion: 'absent' });
    expect(await vaultError(write)).toMatchObject({ code: 'unavailable', maybeApplied: true });
    expect(applied(emulator)).toEqual(['write 1']);
    expect((await adapter.head(PATH, soon())).version).toBe('1');
  },
);

test('a connection that was used before and breaks leaves a write unclear', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('1'), { ...soon(), operationId: 'a' });
  await sleep(20);
  for (const [steps, versions] of [
    ['apply-then-reset', ['write 1', 'write 2']],
    ['reset', ['write 1', 'write 2']],
  ] as const) {
    emulator.script({ method: 'POST', path: '/data/', steps, count: 1 });
    const write = adapter.write(PATH, value('2'), { ...soon(), operationId: 'b' });
    expect(await vaultError(write)).toMatchObject({ code: 'unavailable', maybeApplied: true });
    expect(applied(emulator)).toEqual(versions);
  }
});

test.each(['apply-then-hang', 'hang-then-apply-late'] as const)('%s: timeout, unclear, applied once', async (steps) => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.script({ method: 'POST', path: '/data/', steps, count: 1 });
  const write = adapter.write(PATH, value('y'), { ...soon(80), operationId: 'b', ifVersion: 'absent' });
  expect(await vaultError(write)).toMatchObject({ code: 'timeout', maybeApplied: true });
  await emulator.settled();
  expect(applied(emulator)).toEqual(['write 1']);
});

test.each([
  ['0', 0],
  ['7', 7_000],
  ['3600', 3_600_000],
  ['garbage', undefined],
  [undefined, undefined],
])('429 with Retry-After %s', async (header, wait) => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const headers = header === undefined ? {} : { 'retry-after': header };
  emulator.script({ steps: { status: 429, headers, body: { errors: [] } } });
  const write = adapter.write(PATH, value('y'), { ...soon(), operationId: 'b' });
  expect(await vaultError(write)).toMatchObject({ code: 'rate_limited', maybeApplied: false, retryAfterMs: wait });
});

test('429 with a date', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const headers = { 'retry-after': new Date(Date.now() + 60_000).toUTCString() };
  emulator.script({ steps: { status: 429, headers } });
  const { retryAfterMs } = await vaultError(adapter.head(PATH, soon()));
  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('a redirect is not followed and the token goes nowhere else', async () => {
  const emulator = await startEmulator();
  const elsewhere = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.script({ steps: { redirect: `${elsewhere.url}/v1/secret/data/${PATH}` } });
  expect((await vaultError(adapter.read(PATH, soon()))).code).toBe('unavailable');
  const write = adapter.write(PATH, value('y'), { ...soon(), operationId: 'b' });
  expect(await vaultError(write)).toMatchObject({ code: 'unavailable', maybeApplied: false });
  expect(elsewhere.requests).toEqual([]);
});

test('a vault that went away and came back on the same port is used again', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  await adapter.write(PATH, value('1'), { ...soon(), operationId: 'a' });
  await emulator.down();
  await sleep(20);
  const write = () => adapter.write(PATH, value('2'), { ...soon(), operationId: 'b', ifVersion: '1' });
  expect(await vaultError(write())).toMatchObject({ code: 'unavailable', maybeApplied: false });
  await emulator.up();
  expect((await write()).version).toBe('2');
});

test('a sealed vault is unavailable and nothing is taken for missing', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.seal(true);
  const asking = [adapter.check(soon()), adapter.head(PATH, soon()), adapter.read(PATH, soon())];
  for (const error of await Promise.all(asking.map(vaultError))) {
    expect(error.code).toBe('unavailable');
  }
});

test("success without effect looks like success: proof is the caller's", async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.script({ method: 'POST', path: '/data/', steps: 'refuse' });
  expect((await adapter.write(PATH, value('y'), { ...soon(), operationId: 'b' })).version).toBe('1');
  expect(emulator.journal).toEqual([]);
  expect((await vaultError(adapter.head(PATH, soon()))).code).toBe('not_found');
});

test('100 calls at once are not mixed up', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  await Promise.all(
    numbers.map((n) => adapter.write(`app/n${n}`, value(`v${n}`), { ...soon(), operationId: `op-${n}` })),
  );
  const read = await Promise.all(numbers.map((n) => adapter.read(`app/n${n}`, soon())));
  expect(read.map(({ fields }) => fields.get('value')?.revealText())).toEqual(numbers.map((n) => `v${n}`));
});
