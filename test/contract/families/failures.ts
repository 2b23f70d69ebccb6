import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { VaultAdapter } from '../../../adapters/adapter.ts';
import type { VaultErrorCode } from '../../../adapters/vault-error.ts';
import type { Family } from '../family.ts';
import { faultLaw } from '../fault-law.ts';
import { call, fieldsOf, type Suite, vaultError, vaultErrors } from '../suite.ts';
import type { Fault } from '../target.ts';

export const testFailures: Family = (suite, capabilities) => {
  const testFault = (fault: Fault, title: string, work: (adapter: VaultAdapter) => Promise<void>): void => {
    faultLaw(suite, fault, title, async () => {
      const adapter = await suite.bench.openFaulty(fault);
      await work(adapter).finally(() => adapter.close());
    });
  };

  const looksFirst = (change: 'write' | 'remove') => suite.target.looksFirst?.includes(change) ?? false;

  testFault('wrongCredential', 'a wrong credential is unauthenticated', async (adapter) => {
    await expectEverywhere(suite, adapter, 'unauthenticated', false);
  });

  testFault('noRights', 'a missing right is permission_denied', async (adapter) => {
    await expectEverywhere(suite, adapter, 'permission_denied', false, { check: false });
  });

  testFault('nobodyThere', 'nobody there is unavailable, and nothing was applied', async (adapter) => {
    await expectEverywhere(suite, adapter, 'unavailable', false);
  });

  testFault('tooFast', 'too fast is rate_limited with the wait', async (adapter) => {
    await expectEverywhere(suite, adapter, 'rate_limited', false);
    const error = await vaultError(adapter.head(suite.freshPath(), call()));
    expect(error.retryAfterMs).toBe(3000);
  });

  testFault('talkative', 'a server error is unavailable, and a write may have been applied', async (adapter) => {
    await expectEverywhere(suite, adapter, 'unavailable', true);
  });

  testFault('silent', 'a call without an answer ends promptly with its signal', async (adapter) => {
    const path = suite.freshPath();
    const controller = new AbortController();
    const pending = [adapter.head(path, call(controller.signal)), ...changes(adapter, path, controller.signal)];
    const outcomes = vaultErrors(pending);
    // Long enough for every client to have sent its request, also on a busy machine.
    await sleep(400);
    const started = performance.now();
    controller.abort();
    const errors = await outcomes;
    expect(performance.now() - started).toBeLessThan(500);
    expect(errors.map((error) => [error.code, error.maybeApplied])).toEqual([
      ['aborted', false],
      ['aborted', !looksFirst('write')],
      ['aborted', !looksFirst('remove')],
    ]);
  });

  testFault('silent', 'a deadline is timeout', async (adapter) => {
    const error = await vaultError(adapter.read(suite.freshPath(), call(AbortSignal.timeout(30))));
    expect(error).toMatchObject({ code: 'timeout', maybeApplied: false });
  });

  testFault('silent', 'a listing without an answer ends with its signal', async (adapter) => {
    const entries = adapter.list(suite.freshPath(), call(AbortSignal.timeout(30)))[Symbol.asyncIterator]();
    expect((await vaultError(entries.next())).code).toBe('timeout');
  });

  testFault('silent', 'closing ends calls without an answer', async (adapter) => {
    const outcome = vaultError(adapter.head(suite.freshPath(), call()));
    await sleep(30);
    const started = performance.now();
    await adapter.close();
    expect((await outcome).code).toBe('closed');
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  testFault(
    'appliesThenBreaks',
    'a write that was applied and not answered says so, and is there once',
    async (adapter) => {
      const path = suite.freshPath();
      const change = () => suite.bench.changes?.() ?? 0;
      const [before, options] = [change(), { ...call(), operationId: 'op', ...suite.absent }];
      const error = await vaultError(adapter.write(path, fieldsOf({ value: 'x' }), options));
      expect(error).toMatchObject({ code: 'unavailable', maybeApplied: true });
      const applied = change() - before;
      expect(applied).toBeGreaterThan(0);
      expect(await suite.readText(path)).toBe('x');
      const { version } = await suite.adapter.head(path, call());
      await suite.text(suite.freshPath(), 'one write makes as many changes', suite.absent);
      expect(applied).toBeLessThanOrEqual(change() - before - applied);
      if (!capabilities.operationId) return;
      expect((await suite.adapter.write(path, fieldsOf({ value: 'x' }), options)).version).toBe(version);
    },
  );
};

function changes(adapter: VaultAdapter, path: string, signal?: AbortSignal): Promise<unknown>[] {
  return [
    adapter.write(path, fieldsOf({ value: 'x' }), { ...call(signal), operationId: 'op' }),
    adapter.remove(path, { ...call(signal), mode: 'permanent' }),
  ];
}

/** Every call has this code, and none is taken for "there is nothing". */
async function expectEverywhere(
  suite: Suite,
  adapter: VaultAdapter,
  code: VaultErrorCode,
  maybeApplied: boolean,
  { check = true } = {},
): Promise<void> {
  const path = suite.freshPath();
  const asking = [
    ...(check ? [adapter.check(call())] : []),
    adapter.head(path, call()),
    adapter.read(path, call()),
    adapter.list(path, call())[Symbol.asyncIterator]().next(),
  ];
  for (const error of await vaultErrors(asking)) {
    expect(error).toMatchObject({ code, maybeApplied: false });
  }
  const looksFirst = suite.target.looksFirst ?? [];
  const [written, removed] = await vaultErrors(changes(adapter, path));
  expect(written).toMatchObject({ code, maybeApplied: maybeApplied && !looksFirst.includes('write') });
  expect(removed).toMatchObject({ code, maybeApplied: maybeApplied && !looksFirst.includes('remove') });
}
