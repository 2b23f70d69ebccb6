import { expect } from 'vitest';
import type { Family } from '../family.ts';
import { law } from '../law.ts';
import { call, fieldsOf, vaultError, vaultErrors } from '../suite.ts';

export const testLifecycle: Family = (suite, capabilities) => {
  law('the adapter shows the kind and the manifest of its module', () => {
    expect(suite.adapter.kind).toBe(suite.target.module.kind);
    expect(suite.adapter.capabilities).toEqual(capabilities);
  });

  law('check finds nothing missing where everything is in place', async () => {
    await expect(suite.adapter.check(call())).resolves.toEqual([]);
  });

  law('another adapter on the same vault finds the entries', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'kept');
    const other = await suite.bench.open();
    try {
      expect((await other.read(path, call())).fields.get('value')?.revealText()).toBe('kept');
    } finally {
      await other.close();
    }
  });

  law('after close every call is closed, and close may be called twice', async () => {
    const adapter = await suite.bench.open();
    const path = suite.freshPath();
    await adapter.close();
    await adapter.close();
    const options = { ...call(), operationId: 'closed', mode: 'permanent' as const };
    const calls = [
      adapter.check(call()),
      adapter.head(path, call()),
      adapter.read(path, call()),
      adapter.write(path, fieldsOf({ value: 'x' }), options),
      adapter.remove(path, options),
      adapter.label?.(path, {}, call()),
      adapter.recover?.(path, call()),
      adapter.destroyVersion?.(path, '1', call()),
      adapter.list('', call())[Symbol.asyncIterator]().next(),
    ];
    for (const error of await vaultErrors(calls)) expect(error).toMatchObject({ code: 'closed', maybeApplied: false });
  });

  law('a listing that is under way is closed as well', async () => {
    const adapter = await suite.bench.open();
    const folder = suite.freshPath('folder');
    for (const name of ['a', 'b']) await suite.text(`${folder}/${name}`, name);
    const entries = adapter.list(folder, call())[Symbol.asyncIterator]();
    expect((await entries.next()).done).toBe(false);
    await adapter.close();
    expect((await vaultError(entries.next())).code).toBe('closed');
  });

  law('a signal that has fired already ends every call with aborted and sends nothing', async () => {
    const path = suite.freshPath();
    const { adapter } = suite;
    const aborted = { ...call(AbortSignal.abort()), operationId: 'aborted', mode: 'permanent' as const };
    const calls = [
      adapter.check(aborted),
      adapter.head(path, aborted),
      adapter.read(path, aborted),
      adapter.write(path, fieldsOf({ value: 'x' }), aborted),
      adapter.remove(path, aborted),
      adapter.label?.(path, {}, aborted),
      adapter.recover?.(path, aborted),
      adapter.destroyVersion?.(path, '1', aborted),
      adapter.list('', aborted)[Symbol.asyncIterator]().next(),
    ];
    for (const error of await vaultErrors(calls)) expect(error).toMatchObject({ code: 'aborted', maybeApplied: false });
    expect((await vaultError(adapter.head(path, call()))).code).toBe('not_found');
  });

  law('the optional powers are there exactly when the manifest says so', () => {
    expect(suite.adapter.label !== undefined).toBe(capabilities.labels);
    expect(suite.adapter.recover !== undefined).toBe(capabilities.softDelete);
    expect(suite.adapter.destroyVersion !== undefined).toBe(capabilities.destroyVersions);
  });
};
