import type { Capabilities } from '../adapter.ts';

/**
 * Versions: AWS keeps the 100 newest and all of the last day, and drops older ones by itself; none can be destroyed at will.
 * `maxBytes` keeps the worst case (base64 of everything, in JSON) below the 65,536 bytes that a secret holds.
 */
export const AWS_CAPABILITIES: Capabilities = {
  access: 'read-write',
  versions: true,
  destroyVersions: false,
  compareAndSet: true,
  operationId: true,
  labels: true,
  softDelete: true,
  maxBytes: 48_000,
  nameRules: null,
};
