import { realAddress } from '../lib/real-address.ts';
import { VaultError } from '../vault-error.ts';
import { readKubeconfig } from './kubeconfig.ts';
import type { KubernetesSettings } from './settings.ts';

/** The name every cluster gives its API server inside itself; its certificate holds it. */
const IN_CLUSTER = 'https://kubernetes.default.svc';
const IN_CLUSTER_NAMES = /^https:\/\/kubernetes(\.default(\.svc(\.cluster\.local)?)?)?:/;

/** Where to connect and what to trust and show, whichever way the settings say it. */
export interface Connection {
  readonly origin: string;
  readonly caCert?: string | undefined;
  readonly serverName?: string | undefined;
  readonly token?: string | undefined;
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
}

export function connectionOf(settings: KubernetesSettings): Connection {
  if (settings.kubeconfig === undefined) {
    const { address = IN_CLUSTER, caCert, token, clientCert, clientKey } = settings;
    return { origin: originOf(address), caCert, token, clientCert, clientKey };
  }
  const connection = readKubeconfig(settings.kubeconfig);
  if (typeof connection === 'string') throw new VaultError('invalid_argument', 'open');
  const { server, ...rest } = connection;
  return { origin: originOf(server), ...rest };
}

/** As given but for slashes, so that the certificate is checked against the name that was asked for. */
function originOf(address: string): string {
  if (realAddress(address) === undefined) throw new VaultError('invalid_argument', 'open');
  return new URL(address).origin;
}

/** One spelling for one API server. */
export function realServer({ origin }: Connection): string {
  return (realAddress(origin) ?? '').replace(IN_CLUSTER_NAMES, `${IN_CLUSTER}:`);
}
