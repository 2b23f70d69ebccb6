import type { VaultAdapter } from '../adapter.ts';
import { isBelow } from '../lib/safe-path.ts';
import type { SecretsApi } from './api.ts';
import type { KubernetesAttributes } from './attributes.ts';
import { KUBERNETES_CAPABILITIES, KUBERNETES_SHARED_CAPABILITIES } from './capabilities.ts';
import { checkPlace } from './check-place.ts';
import { createEntrySecrets } from './entry-secrets.ts';
import { createSharedSecret } from './shared-secret.ts';

/** Secrets of one namespace: https://kubernetes.io/docs/concepts/configuration/secret/ */
export function createKubernetesAdapter(
  api: SecretsApi,
  attributes: KubernetesAttributes,
  end: () => Promise<void>,
): VaultAdapter {
  const shared = attributes.layout === 'shared';
  const layout = shared ? createSharedSecret(api, attributes) : createEntrySecrets(api, attributes);
  return {
    kind: 'kubernetes',
    capabilities: shared ? KUBERNETES_SHARED_CAPABILITIES : KUBERNETES_CAPABILITIES,
    check: ({ signal }) => checkPlace(api, attributes, signal),
    head: (path, { signal }) => layout.head(path, signal),
    read: (path, { signal }) => layout.read(path, signal),
    write: (path, fields, options) => layout.write(path, fields, options),
    label: (path, labels, options) => layout.label(path, labels, options),
    remove: (path, options) => layout.remove(path, options),
    async *list(prefix, { signal }) {
      for await (const path of layout.list(signal)) if (isBelow(prefix, path)) yield path;
    },
    close: end,
  };
}
