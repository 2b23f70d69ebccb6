import type { AdapterModule } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { createRestClient } from '../lib/rest-client.ts';
import { VaultError } from '../vault-error.ts';
import { createKubernetesAdapter, KUBERNETES_CAPABILITIES } from './adapter.ts';
import { createSecretsApi } from './api.ts';
import { type KubernetesAttributes, kubernetesAttributes, SYSTEM_NAMESPACES } from './attributes.ts';
import { type Connection, connectionOf, realServer } from './connection.ts';
import { dataKeyOf, secretNameOf } from './names.ts';
import {
  certificateSession,
  type Session,
  serviceAccountAuthority,
  serviceAccountSession,
  tokenSession,
} from './session.ts';
import { KUBERNETES_SENSITIVE, type KubernetesSettings, kubernetesSettings } from './settings.ts';

export const kubernetesModule: AdapterModule<KubernetesSettings, KubernetesAttributes> = {
  kind: 'kubernetes',
  title: 'Kubernetes Secrets',
  settings: kubernetesSettings,
  sensitive: KUBERNETES_SENSITIVE,
  attributes: kubernetesAttributes,
  capabilities: KUBERNETES_CAPABILITIES,
  place(settings, { namespace }) {
    return `kubernetes/${realServer(connectionOf(settings))}/${namespace}`;
  },
  locate({ layout, secretName }, path) {
    const key = layout === 'shared' ? dataKeyOf(path) : secretNameOf(path);
    if (key === undefined) throw new VaultError('invalid_argument', 'locate');
    return layout === 'shared' ? `${secretName}/${key}` : key;
  },
  async open(settings, attributes, { egress, allowAmbient }) {
    const ambient = settings.authMethod === 'ambient';
    if (ambient && !allowAmbient) throw new VaultError('permission_denied', 'open');
    const closed = [...SYSTEM_NAMESPACES, ...settings.refusedNamespaces];
    if (closed.includes(attributes.namespace)) throw new VaultError('invalid_argument', 'open');
    const connection = connectionOf(settings);
    const caCert = ambient && connection.caCert === undefined ? await serviceAccountAuthority() : connection.caCert;
    const rest = createRestClient({ ...connection, caCert, egress });
    const session = ambient ? serviceAccountSession() : sessionOf(connection);
    const api = createSecretsApi(rest, session, attributes.namespace);
    return guardAdapter(createKubernetesAdapter(api, attributes, () => rest.close()));
  },
};

function sessionOf({ token }: Connection): Session {
  return token === undefined ? certificateSession() : tokenSession(token);
}
