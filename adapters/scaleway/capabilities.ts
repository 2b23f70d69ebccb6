import type { Capabilities } from '../adapter.ts';

/**
 * No condition and no operation id, so that a scan for drift is a must. Deletion is the only one there is: final after seven
 * days in which an administrator can take it back; we do not. `maxBytes` keeps the worst case (base64 of everything, in
 * JSON) below the 64 KiB of a version.
 */
export const SCALEWAY_CAPABILITIES: Capabilities = {
  access: 'read-write',
  versions: true,
  destroyVersions: false,
  compareAndSet: false,
  operationId: false,
  labels: true,
  softDelete: false,
  maxBytes: 48_000,
  nameRules: null,
};
