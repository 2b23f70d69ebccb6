import type { Capabilities } from '../../adapters/adapter.ts';
import type { SecretVersion } from './secret.ts';

/*
 * A database that was restored from a backup has forgotten versions that vaults still hold. New ones are numbered above them, so
 * that a number never means two contents.
 */

const COUNTED = /^[0-9]{1,9}$/;

/** Does the vault count an entry's versions, so that it tells how many were written since one that we know? */
export function tellsVersions(capabilities: Capabilities, known: Pick<SecretVersion, 'vaultVersion'>): boolean {
  return capabilities.versions && COUNTED.test(known.vaultVersion);
}

/** What is known of a secret's numbers: here and at its source. */
export interface NumberedSource {
  /** The newest version here, and the vault's own version of it. */
  readonly head: Pick<SecretVersion, 'version' | 'vaultVersion'>;
  /** The number that the next version gets by what is known here. */
  readonly nextVersion: number;
  /** The vault's version now. */
  readonly vaultVersion: string;
  /** The version that the marker at the source names. */
  readonly marked: number | null;
  readonly capabilities: Capabilities;
}

/**
 * The number for content that was found at the source: above every version that may have been written and forgotten. Where the
 * vault counts, each of ours made at least one of its own; elsewhere the marker tells.
 */
export function numberAbove({ head, nextVersion, vaultVersion, marked, capabilities }: NumberedSource): number {
  const counted = tellsVersions(capabilities, head) && COUNTED.test(vaultVersion);
  const written = counted ? Math.max(0, Number(vaultVersion) - Number(head.vaultVersion)) : 0;
  return Math.max(nextVersion, head.version + written + (written > 0 ? 1 : 0), (marked ?? 0) + 1);
}
