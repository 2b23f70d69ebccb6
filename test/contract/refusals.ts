import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { VaultAdapter } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import { createCallRate } from '../../src/vaults/call-rate.ts';
import { portableVault } from '../../src/vaults/portable-vault.ts';
import type { Vault } from '../../src/vaults/vault.ts';
import { adapterPorts } from '../support/adapter-ports.ts';
import { call, fieldsOf, type Suite, vaultError } from './suite.ts';

/** What the broker makes of the adapter, without limits. */
export function brokerView(adapter: VaultAdapter): Vault {
  return portableVault(adapter, {
    timeoutMs: 10_000,
    onCall: () => {},
    onRefused: () => {},
    breaker: { admit: () => {}, record: () => {} },
    rate: createCallRate(),
    perSecond: null,
    takeTurn: async () => () => {},
    hold: () => () => {},
  });
}

/** The broker refuses what the manifest does not offer, and nothing is sent. */
export function refusesPower(suite: Suite, ask: (vault: Vault, path: string) => Promise<unknown>) {
  return async (): Promise<void> => {
    const path = suite.freshPath();
    const head = await suite.text(path, 'one');
    const before = [suite.bench.changes?.(), suite.bench.arrivals?.()];
    const error = await vaultError(ask(brokerView(suite.adapter), path));
    expect(error).toMatchObject({ code: 'unsupported', maybeApplied: false });
    expect([suite.bench.changes?.(), suite.bench.arrivals?.()]).toEqual(before);
    expect(await suite.adapter.head(path, call())).toEqual(head);
    expect(await suite.readText(path)).toBe('one');
  };
}

/** Nobody can be away, refuse or redirect: everything is done without a way out. */
export function hasNoServer(suite: Suite) {
  return async (): Promise<void> => {
    const { target, bench } = suite;
    expect(target.tier).toBe('in process');
    expect(bench.openAt).toBeUndefined();
    expect(bench.arrivals).toBeUndefined();
    for (const name of ['address', 'endpoint', 'url', 'caCert']) {
      expect(target.module.settings.safeParse({ ...bench.settings, [name]: 'https://vault.example' }).success).toBe(
        false,
      );
    }
    const asked: string[] = [];
    const refuse = (host: string): VaultError => {
      asked.push(host);
      return new VaultError('permission_denied', 'connect');
    };
    const adapter = await bench.open({
      egress: {
        lookup: (host, _options, callback) => callback(refuse(host), '', 4),
        assertHost(host) {
          throw refuse(host);
        },
      },
    });
    const path = suite.freshPath();
    await adapter.write(path, fieldsOf({ value: 'x' }), { ...call(), operationId: randomUUID() });
    expect((await adapter.read(path, call())).fields.get('value')?.revealText()).toBe('x');
    await adapter.check(call());
    await adapter.remove(path, { ...call(), mode: 'permanent' });
    await adapter.close();
    expect(asked).toEqual([]);
  };
}

/** There is no credential to be wrong, and so no right to be missing. */
export function hasNoLogin(suite: Suite) {
  return async (): Promise<void> => {
    const { target, bench } = suite;
    expect(target.module.sensitive).toEqual([]);
    expect(bench.credentials).toEqual([]);
    for (const name of ['authMethod', 'token', 'password', 'secretKey']) {
      expect(target.module.settings.safeParse({ ...bench.settings, [name]: 'x' }).success).toBe(false);
    }
    expect(await suite.adapter.check(call())).toEqual([]);
  };
}

/** One way to name an entry: nothing but the settings as they are, or the vault itself where there are none. */
export function hasNoAliases(suite: Suite) {
  return async (): Promise<void> => {
    const { target, bench } = suite;
    expect(bench.addresses).toBeUndefined();
    const settings = target.module.settings.parse(bench.settings ?? {});
    const attributes = target.module.attributes.parse({});
    const place = (vaultId: string) => target.module.place(settings, attributes, adapterPorts({ vaultId }));
    expect(place('one')).toBe(place('one'));
    expect(place('other') === place('one')).toBe(bench.settings !== undefined);
  };
}

/** Content and labels are all there is, and every label shows. */
export function hasNoDecorations(suite: Suite) {
  return async (): Promise<void> => {
    const { foreign } = suite.bench;
    expect([foreign.decorate, foreign.decorations]).toEqual([undefined, undefined]);
    const path = suite.freshPath();
    await foreign.write(path, 'value', 'theirs', { theirs: 'label' });
    const { version, ...head } = await suite.adapter.head(path, call());
    expect(version).not.toBe('');
    expect(head).toEqual({ path, labels: suite.adapter.capabilities.labels ? { theirs: 'label' } : {} });
  };
}
