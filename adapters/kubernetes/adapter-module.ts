import type { AdapterModule } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { type KubernetesAttributes, kubernetesAttributes, SYSTEM_NAMESPACES } from './attributes.ts';
import { KUBERNETES_CAPABILITIES } from './capabilities.ts';
import { connectionOf, realServer } from './connection.ts';
import { misfitOfAttributes } from './misfit.ts';
import { dataKeyOf, secretNameOf } from './names.ts';
import { KUBERNETES_SENSITIVE, type KubernetesSettings, kubernetesSettings } from './settings.ts';

export const kubernetesModule: AdapterModule<KubernetesSettings, KubernetesAttributes> = {
  kind: 'kubernetes',
  title: 'Kubernetes Secrets',
  settings: kubernetesSettings,
  sensitive: KUBERNETES_SENSITIVE,
  attributes: kubernetesAttributes,
  capabilities: KUBERNETES_CAPABILITIES,
  hosts(settings): Readonly<Record<string, string>> {
    if (settings.kubeconfig === undefined) return {};
    return { kubeconfig: new URL(connectionOf(settings).origin).hostname };
  },
  place(settings, { namespace }) {
    return `kubernetes/${realServer(connectionOf(settings))}/${namespace}`;
  },
  locate({ layout, secretName }, path) {
    const key = layout === 'shared' ? dataKeyOf(path) : secretNameOf(path);
    if (key === undefined) throw new VaultError('invalid_argument', 'locate');
    return layout === 'shared' ? `${secretName}/${key}` : key;
  },
  misfit: misfitOfAttributes,
  async open(settings, attributes, ports) {
    if (settings.authMethod === 'ambient' && !ports.allowAmbient) throw new VaultError('permission_denied', 'open');
    const closed = [...SYSTEM_NAMESPACES, ...settings.refusedNamespaces];
    if (closed.includes(attributes.namespace)) throw new VaultError('invalid_argument', 'open');
    const { openKubernetes } = await import('./open-kubernetes.ts');
    return openKubernetes(settings, attributes, ports);
  },
};
