import { parse } from 'yaml';
import { realAddress } from '../lib/real-address.ts';
import { VISIBLE_ASCII } from '../lib/setting-schemas.ts';
import { isJson, type Json } from './secret-object.ts';

/** What the current context of a kubeconfig says. */
export interface KubeConnection {
  readonly server: string;
  readonly caCert?: string | undefined;
  readonly serverName?: string | undefined;
  readonly token?: string | undefined;
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
}

/**
 * What would run a program, read a file of this machine, act as somebody else, leave the checked route or trust everybody.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
const REFUSED_OF_CLUSTER = ['certificate-authority', 'insecure-skip-tls-verify', 'proxy-url'] as const;
const REFUSED_OF_USER = [
  'exec',
  'auth-provider',
  'tokenFile',
  'client-certificate',
  'client-key',
  'username',
  'password',
  'as',
  'as-uid',
  'as-groups',
  'as-user-extra',
] as const;

/** The connection, or what is wrong with the text as a sentence that quotes none of its values. */
export function readKubeconfig(text: string): KubeConnection | string {
  const config = parseYaml(text);
  const context = named(config?.contexts, config?.['current-context'])?.context;
  if (!config || !isJson(context)) return 'expected a kubeconfig in YAML with a current-context that it defines';
  const cluster = named(config.clusters, context.cluster)?.cluster;
  const user = named(config.users, context.user)?.user;
  if (!isJson(cluster) || !isJson(user)) return 'expected the cluster and the user of the current context';
  const refused = refusedOf(cluster, REFUSED_OF_CLUSTER) ?? refusedOf(user, REFUSED_OF_USER);
  if (refused !== undefined) return `${refused} is not supported: only data that the text itself holds`;
  return connection(cluster, user);
}

function connection(cluster: Json, user: Json): KubeConnection | string {
  const server = cluster.server;
  if (typeof server !== 'string' || !isApiServer(server))
    return 'expected https://host[:port] as server of the cluster';
  const caCert = pem(cluster['certificate-authority-data']);
  const clientCert = pem(user['client-certificate-data']);
  const clientKey = pem(user['client-key-data']);
  const serverName = cluster['tls-server-name'];
  if ([caCert, clientCert, clientKey].includes('')) return 'expected PEM text in base64 wherever a name ends in -data';
  if (serverName !== undefined && typeof serverName !== 'string') return 'expected a text as tls-server-name';
  const token = user.token;
  if (token !== undefined && !(typeof token === 'string' && VISIBLE_ASCII.test(token)))
    return 'expected visible ASCII characters as token';
  if ((clientCert === undefined) !== (clientKey === undefined)) return 'expected a client certificate with its key';
  if (token === undefined && clientCert === undefined) return 'expected a token or a client certificate of the user';
  return { server, caCert, serverName, token, clientCert, clientKey };
}

/** Only https: everything that is asked carries the credential. */
export function isApiServer(address: string): boolean {
  return realAddress(address)?.startsWith('https://') ?? false;
}

function parseYaml(text: string): Json | undefined {
  try {
    const parsed: unknown = parse(text, { maxAliasCount: 0, prettyErrors: false, logLevel: 'silent' });
    return isJson(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function named(list: unknown, name: unknown): Json | undefined {
  if (!Array.isArray(list) || typeof name !== 'string') return undefined;
  return list.find((item: unknown): item is Json => isJson(item) && item.name === name);
}

function refusedOf(part: Json, names: readonly string[]): string | undefined {
  return names.find((name) => part[name] !== undefined && part[name] !== false && part[name] !== null);
}

/** `''` for what is there and no PEM. */
function pem(base64: unknown): string | undefined {
  if (base64 === undefined || base64 === null) return undefined;
  if (typeof base64 !== 'string') return '';
  const text = Buffer.from(base64, 'base64').toString('utf8');
  return text.includes('-----BEGIN ') ? text : '';
}
