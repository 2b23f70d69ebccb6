import type { Capabilities } from '../adapter.ts';

/**
 * `compareAndSet` holds between all who write through Keyferry; see `write-entry.ts` for those who do not. `maxBytes` leaves
 * room for what an encoding adds at worst: a third, and a little for each field.
 */
export const GCP_CAPABILITIES: Capabilities = {
  access: 'read-write',
  versions: true,
  destroyVersions: true,
  compareAndSet: true,
  operationId: false,
  labels: true,
  softDelete: true,
  maxBytes: 48_000,
  nameRules: null,
};
