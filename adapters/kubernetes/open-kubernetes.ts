import type { AdapterPorts, VaultAdapter } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { createRestClient } from '../lib/rest-client.ts';
import { createKubernetesAdapter } from './adapter.ts';
import { createSecretsApi } from './api.ts';
import type { KubernetesAttributes } from './attributes.ts';
import { type Connection, connectionOf } from './connection.ts';
import {
  certificateSession,
  type Session,
  serviceAccountAuthority,
  serviceAccountSession,
  tokenSession,
} from './session.ts';
import type { KubernetesSettings } from './settings.ts';

/** Everything that needs an HTTP client. */
export async function openKubernetes(
  settings: KubernetesSettings,
  attributes: KubernetesAttributes,
  { egress }: AdapterPorts,
): Promise<VaultAdapter> {
  const ambient = settings.authMethod === 'ambient';
  const connection = connectionOf(settings);
  const caCert = ambient && connection.caCert === undefined ? await serviceAccountAuthority() : connection.caCert;
  const rest = createRestClient({ ...connection, caCert, egress });
  const session = ambient ? serviceAccountSession() : sessionOf(connection);
  const api = createSecretsApi(rest, session, attributes.namespace);
  return guardAdapter(createKubernetesAdapter(api, attributes, () => rest.close()));
}

function sessionOf({ token }: Connection): Session {
  return token === undefined ? certificateSession() : tokenSession(token);
}
