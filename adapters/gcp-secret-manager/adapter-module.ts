import type { AdapterModule } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { realAddress } from '../lib/real-address.ts';
import { VaultError } from '../vault-error.ts';
import { createGcpAdapter, GCP_CAPABILITIES } from './adapter.ts';
import { createCredentials } from './credentials.ts';
import { type Endpoint, endpointOf, publicEndpoint } from './endpoint.ts';
import { createSdkClient } from './sdk-client.ts';
import { createSecretService, entryNames, type NewSecret } from './service.ts';
import {
  GCP_SENSITIVE,
  type GcpSecretManagerAttributes,
  type GcpSecretManagerSettings,
  gcpSecretManagerAttributes,
  gcpSecretManagerSettings,
  trimSlashes,
} from './settings.ts';

export const gcpSecretManagerModule: AdapterModule<GcpSecretManagerSettings, GcpSecretManagerAttributes> = {
  kind: 'gcp-secret-manager',
  title: 'Google Cloud Secret Manager',
  settings: gcpSecretManagerSettings,
  sensitive: GCP_SENSITIVE,
  attributes: gcpSecretManagerAttributes,
  capabilities: GCP_CAPABILITIES,
  place(settings) {
    // All public and private addresses of Google lead to the same secrets; what listens on this machine is something else.
    const { secure, host, port, local } = endpointFor(settings);
    const literal = host.includes(':') ? `[${host}]` : host;
    const server = local ? (realAddress(`${secure ? 'https' : 'http'}://${literal}:${port}`) ?? '') : 'googleapis.com';
    return ['gcp-secret-manager', server, settings.projectId, settings.location ?? 'global'].join('/');
  },
  locate: ({ prefix = '' }, path) => entryNames(trimSlashes(prefix)).idOf(path, 'locate'),
  async open(settings, attributes, ports) {
    const endpoint = endpointFor(settings);
    const { transport, caCert } = settings;
    const { egress } = ports;
    const newSecret = newSecretOf(settings, attributes);
    const credentials = createCredentials(settings, ports);
    const client = createSdkClient({ endpoint, transport, credentials, caCert, egress });
    const service = createSecretService(client, parentOf(settings), newSecret);
    const names = entryNames(trimSlashes(attributes.prefix ?? ''));
    return guardAdapter(createGcpAdapter({ client, service, names, encoding: attributes.encoding }));
  },
};

function endpointFor({ endpoint, location }: GcpSecretManagerSettings): Endpoint {
  if (endpoint === undefined) return publicEndpoint(location);
  const given = endpointOf(endpoint);
  if (!given) throw new VaultError('invalid_argument', 'open');
  return given;
}

function parentOf({ projectId, location }: GcpSecretManagerSettings): string {
  return location === undefined ? `projects/${projectId}` : `projects/${projectId}/locations/${location}`;
}

/** A regional secret stays in its location and takes no replication. */
function newSecretOf(
  { location }: GcpSecretManagerSettings,
  { labels, replication }: GcpSecretManagerAttributes,
): NewSecret {
  if (location === undefined) {
    const replicas = replication === 'automatic' ? undefined : replication.map((place) => ({ location: place }));
    return { labels, replication: replicas ? { userManaged: { replicas } } : { automatic: {} } };
  }
  if (replication !== 'automatic') throw new VaultError('invalid_argument', 'open');
  return { labels };
}
