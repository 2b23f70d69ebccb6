import { expect } from 'vitest';
import type { VaultAdapter } from '../../../adapters/adapter.ts';
import { scriptedEgress } from '../../support/adapter-ports.ts';
import { startTrap } from '../../support/trap-server.ts';
import type { Family } from '../family.ts';
import { faultLaw, serverLaw } from '../fault-law.ts';
import { call, fieldsOf, vaultError, vaultErrors } from '../suite.ts';

const NAME = 'vault.keyferry.test';

export const testEgress: Family = (suite) => {
  const everything = (adapter: VaultAdapter) => {
    const path = suite.freshPath();
    return vaultErrors([
      adapter.check(call()),
      adapter.head(path, call()),
      adapter.read(path, call()),
      adapter.list(path, call())[Symbol.asyncIterator]().next(),
      adapter.write(path, fieldsOf({ value: 'x' }), { ...call(), operationId: 'op' }),
      adapter.remove(path, { ...call(), mode: 'permanent' }),
    ]);
  };

  /** Nothing arrives anywhere, and the answer says that nothing was changed. */
  const expectForbidden = async (host: string, hosts: Readonly<Record<string, string>>): Promise<void> => {
    const { bench } = suite;
    const egress = scriptedEgress({ hosts, forbidden: ['127.0.0.1', '::1'] });
    const adapter = await bench.openAt?.(host, { egress });
    if (!adapter) throw new Error('an emulator can be reached by another name');
    const before = bench.arrivals?.();
    for (const error of await everything(adapter).finally(() => adapter.close())) {
      expect(error).toMatchObject({ code: 'permission_denied', maybeApplied: false });
    }
    expect(bench.arrivals?.()).toBe(before);
  };

  serverLaw(suite, 'a forbidden address is refused before anything is sent', async () => {
    await expectForbidden('127.0.0.1', {});
  });

  serverLaw(suite, 'a name for a forbidden address is refused before anything is sent', async () => {
    await expectForbidden(NAME, { [NAME]: '127.0.0.1' });
  });

  serverLaw(suite, 'the address that was checked is the one that is connected', async () => {
    // Only the adapter's own way out knows this name: whoever resolves it again does not find it.
    const egress = scriptedEgress({ hosts: { [NAME]: '127.0.0.1' }, forbidden: [] });
    const adapter = await suite.bench.openAt?.(NAME, { egress });
    if (!adapter) throw new Error('an emulator can be reached by another name');
    const missing = vaultError(adapter.head(suite.freshPath(), call())).finally(() => adapter.close());
    expect((await missing).code).toBe('not_found');
  });

  faultLaw(suite, 'redirects', 'a redirect is not followed', async () => {
    const trap = await startTrap();
    try {
      const adapter = await suite.bench.openFaulty('redirects', trap.url);
      for (const error of await everything(adapter).finally(() => adapter.close())) {
        expect(['unavailable', 'unknown']).toContain(error.code);
      }
      expect(trap.connections()).toBe(0);
    } finally {
      await trap.close();
    }
  });
};
