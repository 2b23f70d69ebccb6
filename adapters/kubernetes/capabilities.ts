import type { Capabilities } from '../adapter.ts';

/**
 * A Secret holds 1 MiB; half of it leaves room for the request, in which values are base64. There is no history and no
 * bin, and nothing keeps an operation id, so that a repeated write is a second version.
 */
export const KUBERNETES_CAPABILITIES: Capabilities = {
  access: 'read-write',
  versions: false,
  destroyVersions: false,
  compareAndSet: true,
  operationId: false,
  labels: true,
  softDelete: false,
  maxBytes: 524_288,
  nameRules: '^(?!\\.$|\\.\\.)[-._a-zA-Z0-9]{1,253}$',
};

/** With layout `shared` all entries together have 1 MiB. */
export const KUBERNETES_SHARED_CAPABILITIES: Capabilities = { ...KUBERNETES_CAPABILITIES, maxBytes: 65_536 };
