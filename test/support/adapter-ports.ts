import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { AdapterPorts, Egress } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import { type AllowList, NOTHING_ALLOWED, parseAllowList } from '../../src/vaults/address-rules.ts';
import type { Resolve } from '../../src/vaults/egress.ts';

/** What the operator of a test permits: its emulators are on loopback. */
export const loopbackAllowed: AllowList = parseAllowList('127.0.0.0/8') ?? NOTHING_ALLOWED;

/** Lets everything through: the servers of tests are on loopback. */
export const permissiveEgress: Egress = { lookup, assertHost: () => {} };

/** What an adapter gets from outside, with everything allowed but the surroundings of this process. */
export function adapterPorts(ports: Partial<AdapterPorts> = {}): AdapterPorts {
  return { vaultId: randomUUID(), egress: permissiveEgress, allowAmbient: false, ...ports };
}

/** Names of which a test knows all addresses; those it does not know do not resolve. */
export function resolveFrom(names: Readonly<Record<string, readonly string[]>>): Resolve {
  return (host, _options, callback) => {
    const addresses = names[host.toLowerCase().replace(/\.$/, '')];
    const missing = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const found = (addresses ?? []).map((address) => ({ address, family: isIP(address) }));
    setImmediate(() => callback(addresses === undefined ? missing : null, found));
  };
}

interface EgressScript {
  /** Names that only this way out knows, with their address. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly forbidden: readonly string[];
}

/** A way out of which a test knows everything. */
export function scriptedEgress({ hosts, forbidden }: EgressScript): Egress {
  const refuse = () => new VaultError('permission_denied', 'connect');
  return {
    lookup(host, options, callback) {
      const address = hosts[host];
      const error = address === undefined ? Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }) : refuse();
      if (address === undefined || forbidden.includes(address)) return void callback(error, '', 4);
      if (options.all) callback(null, [{ address, family: 4 }]);
      else callback(null, address, 4);
    },
    assertHost(host) {
      if (forbidden.includes(host)) throw refuse();
    },
  };
}
