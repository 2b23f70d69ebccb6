import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { Capabilities, VaultAdapter } from '../../../../adapters/adapter.ts';
import { guardAdapter } from '../../../../adapters/lib/guard-adapter.ts';
import { SecretValue } from '../../../../adapters/secret-value.ts';
import { VaultError } from '../../../../adapters/vault-error.ts';

const CAPABILITIES: Capabilities = {
  access: 'read-write',
  versions: false,
  destroyVersions: false,
  compareAndSet: false,
  operationId: false,
  labels: false,
  softDelete: false,
  maxBytes: 10,
  nameRules: '^[a-z]+$',
};

/** Counts what reaches it; everything fails with `error`, or never ends. */
function innerAdapter(capabilities: Partial<Capabilities>, error?: unknown) {
  const state = { calls: 0, closes: 0 };
  const end = (): Promise<never> => {
    state.calls++;
    return error === undefined ? new Promise(() => {}) : Promise.reject(error);
  };
  const adapter: VaultAdapter = {
    kind: 'memory',
    capabilities: { ...CAPABILITIES, ...capabilities },
    check: end,
    head: end,
    read: end,
    write: end,
    remove: end,
    async *list() {
      yield await end();
    },
    async close() {
      state.closes++;
    },
  };
  return { adapter: guardAdapter(adapter), state };
}

const signal = new AbortController().signal;
const fields = (name: string, size: number) => new Map([[name, SecretValue.fromBytes(new Uint8Array(size))]]);
const options = { signal, operationId: 'op' };

test('what the manifest rules out is refused and never reaches the adapter', async () => {
  const { adapter, state } = innerAdapter({});
  const refused: [Promise<unknown>, string][] = [
    [adapter.read('a', { signal, version: '1' }), 'unsupported'],
    [adapter.remove('a', { signal, mode: 'recoverable' }), 'unsupported'],
    [adapter.write('a', fields('v', 1), { ...options, labels: {} }), 'unsupported'],
    [adapter.write('a', fields('UPPER', 1), options), 'invalid_argument'],
    [adapter.write('a', fields('v', 10), options), 'too_large'],
    [adapter.write('../a', fields('v', 1), options), 'invalid_argument'],
    [adapter.head('', { signal }), 'invalid_argument'],
    [adapter.list('a/', { signal })[Symbol.asyncIterator]().next(), 'invalid_argument'],
  ];
  await Promise.all(refused.map(([work, code]) => expect(work).rejects.toMatchObject({ code, maybeApplied: false })));
  expect(state.calls).toBe(0);
});

test('a vault that is only read is not written', async () => {
  const { adapter, state } = innerAdapter({ access: 'read' });
  await expect(adapter.write('a', fields('v', 1), options)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(adapter.remove('a', { signal, mode: 'permanent' })).rejects.toMatchObject({ code: 'unsupported' });
  expect(state.calls).toBe(0);
});

test('whatever a vendor throws becomes unknown without its text', async () => {
  const { adapter } = innerAdapter({}, new Error('canary-7'));
  const error: unknown = await adapter.write('a', fields('v', 1), options).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'unknown', maybeApplied: true });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary-7');
  await expect(adapter.head('a', { signal })).rejects.toMatchObject({ code: 'unknown', maybeApplied: false });
});

test('a classified failure passes as it is', async () => {
  const failure = new VaultError('rate_limited', 'write', { retryAfterMs: 7 });
  const { adapter } = innerAdapter({}, failure);
  await expect(adapter.write('a', fields('v', 1), options)).rejects.toBe(failure);
});

test('an adapter that ignores its signal is not waited for', async () => {
  const { adapter } = innerAdapter({});
  const deadline = AbortSignal.timeout(20);
  await expect(adapter.head('a', { signal: deadline })).rejects.toMatchObject({ code: 'timeout', maybeApplied: false });
  const controller = new AbortController();
  const write = adapter.write('a', fields('v', 1), { ...options, signal: controller.signal });
  controller.abort();
  await expect(write).rejects.toMatchObject({ code: 'aborted', maybeApplied: true });
});

test('closing ends what is under way, closes once, and lets nothing through', async () => {
  const { adapter, state } = innerAdapter({});
  const pending = adapter.head('a', { signal });
  const closing = [adapter.close(), adapter.close()];
  await expect(pending).rejects.toMatchObject({ code: 'closed' });
  await Promise.all(closing);
  expect(state.closes).toBe(1);
  await expect(adapter.check({ signal })).rejects.toMatchObject({ code: 'closed' });
  expect(state.calls).toBe(1);
});
