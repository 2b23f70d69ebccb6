import { isIPv4 } from 'node:net';
import { realAddress } from '../lib/real-address.ts';

/** Where a client connects. */
export interface Endpoint {
  /** Plain text is for servers on this machine only. */
  readonly secure: boolean;
  /** Without brackets, as it was given but for its case. */
  readonly host: string;
  readonly port: number;
  /** On this machine: an emulator, or a tunnel to somewhere else. */
  readonly local: boolean;
}

/**
 * `host[:port]`, with or without `https://`; with `http://` for this machine only. `undefined` for anything else, so that a
 * credential never travels in plain text because of a setting.
 */
export function endpointOf(text: string): Endpoint | undefined {
  const address = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  const real = realAddress(address);
  if (real === undefined) return undefined;
  const { protocol, hostname, port } = new URL(address);
  const secure = protocol === 'https:';
  const realHost = new URL(real).hostname;
  const local = isIPv4(realHost) && realHost.startsWith('127.');
  if (!secure && !local) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
  return { secure, host, port: Number(port || (secure ? 443 : 80)), local };
}

/** https://cloud.google.com/secret-manager/docs/locations: regional secrets have an address per location. */
export function publicEndpoint(location: string | undefined): Endpoint {
  const host = location === undefined ? 'secretmanager.googleapis.com' : `secretmanager.${location}.rep.googleapis.com`;
  return { secure: true, host, port: 443, local: false };
}
