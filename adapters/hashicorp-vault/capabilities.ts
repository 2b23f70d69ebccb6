import type { Capabilities } from '../adapter.ts';

/**
 * Versions: Vault keeps the newest 10 unless the mount or key says otherwise. `maxBytes` keeps the worst case (every byte
 * escaped sixfold in JSON) below Consul's 512 KiB per value. Field names are any text.
 */
export const HASHICORP_CAPABILITIES: Capabilities = {
  access: 'read-write',
  versions: true,
  destroyVersions: true,
  compareAndSet: true,
  operationId: false,
  labels: true,
  softDelete: true,
  maxBytes: 65_536,
  nameRules: null,
};
