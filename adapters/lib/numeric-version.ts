import type { VaultVersion } from '../adapter.ts';

/** The number in a version of a vault that counts from 1, or `undefined` when it cannot be one of its versions. */
export function numericVersion(version: VaultVersion): number | undefined {
  return /^[1-9][0-9]{0,14}$/.test(version) ? Number(version) : undefined;
}
