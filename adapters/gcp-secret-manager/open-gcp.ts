import type { AdapterPorts, VaultAdapter } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { trimSlashes } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import { createGcpAdapter } from './adapter.ts';
import { createCredentials } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { createSdkClient } from './sdk-client.ts';
import { entryNames } from './secret-names.ts';
import { createSecretService, type NewSecret } from './service.ts';
import type { GcpSecretManagerAttributes, GcpSecretManagerSettings } from './settings.ts';

/** Everything that needs the client library. */
export function openGcp(
  endpoint: Endpoint,
  settings: GcpSecretManagerSettings,
  attributes: GcpSecretManagerAttributes,
  ports: AdapterPorts,
): VaultAdapter {
  const { transport, caCert } = settings;
  const { egress } = ports;
  const newSecret = newSecretOf(settings, attributes);
  const credentials = createCredentials(settings, ports);
  const client = createSdkClient({ endpoint, transport, credentials, caCert, egress });
  const service = createSecretService(client, parentOf(settings), newSecret);
  const names = entryNames(trimSlashes(attributes.prefix ?? ''));
  return guardAdapter(createGcpAdapter({ client, service, names, encoding: attributes.encoding }));
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
