import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Egress } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import { type AllowList, isPermitted } from './address-rules.ts';

const LONGEST_LOOK_MS = 1_000;

/** Where this installation may connect to. */
export interface VaultEgress extends Egress {
  /**
   * For an address that somebody is about to save: false when it leads to a forbidden place as things stand. A name that
   * does not resolve, or not soon, passes: it is asked again at every connection.
   */
  permits(host: string): Promise<boolean>;
}

/** Finds all addresses of a name, in the order to try them. */
export type Resolve = (
  host: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const systemResolve: Resolve = (host, options, callback) => dnsLookup(host, { ...options, all: true }, callback);

/**
 * The public internet and what the operator lists, nothing else. One forbidden address among those of a name refuses the
 * name: which of them is taken is up to others.
 */
export function createEgress(allow: AllowList, resolve: Resolve = systemResolve): VaultEgress {
  const check = (host: string, options: LookupOptions): Promise<LookupAddress[]> =>
    new Promise((done, fail) => {
      resolve(host, options, (error, addresses) => {
        if (error) return fail(error);
        const listed = allow.hosts.has(plainName(host));
        if (listed || addresses.every(({ address }) => isPermitted(address, allow))) return done(addresses);
        fail(refusal());
      });
    });

  const assertHost = (host: string): void => {
    const name = plainName(host);
    if (isIP(name) !== 0 && !isPermitted(name, allow)) throw refusal();
  };

  return {
    assertHost,
    lookup(host, options, callback) {
      check(host, options).then(
        (addresses) => {
          const [first] = addresses;
          if (options.all) callback(null, addresses);
          else if (first) callback(null, first.address, first.family);
          else callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 4);
        },
        (error: NodeJS.ErrnoException) => callback(error, '', 4),
      );
    },
    async permits(host) {
      try {
        assertHost(host);
        if (isIP(plainName(host)) === 0) await Promise.race([check(host, {}), sleep(LONGEST_LOOK_MS)]);
        return true;
      } catch (error) {
        return !(error instanceof VaultError);
      }
    },
  };
}

/**
 * As sockets will read it: `2130706433`, `0x7f.1` and `[::FFFF:7f00:1]` are addresses, whatever they look like. Without
 * brackets, dot at the end and capitals.
 */
function plainName(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '');
  const text = bare.includes(':') ? `[${bare}]` : bare;
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`).hostname : bare;
  return url
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
    .toLowerCase();
}

function refusal(): VaultError {
  return new VaultError('permission_denied', 'connect');
}
