import type { VaultVersion } from '../../adapters/adapter.ts';
import { stoppedBy } from '../secrets/availability.ts';
import type { DriftCode } from './drift.ts';

/** What the target's entry was seen to be. */
export type Observed =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      readonly version: VaultVersion;
      /** `unsupported`: this vault cannot carry one, so only the ledger knows. */
      readonly marker: 'ours' | 'other' | 'none' | 'unsupported';
      /** The version of the secret that our marker names, if it was looked at and names one. */
      readonly marked?: number | null;
      /** Versions of the secret with this very content; none when it is foreign or was changed by hand. */
      readonly matches: readonly number[];
    };

/** What we know and want, read after observing. */
export interface Wanted {
  /** Null: the entry must be absent. */
  readonly desiredVersion: number | null;
  /** What we recorded last: the version of the secret and the vault's own version of it. */
  readonly observedVersion: number | null;
  readonly remoteVersion: VaultVersion | null;
  /** An entry of ours was proved there before. */
  readonly owned: boolean;
  /** We began to create the entry and never recorded how that ended. */
  readonly claimed: boolean;
  readonly onConflict: 'fail' | 'adopt' | 'overwrite' | 'leave';
  /** The newest version we know of the secret. */
  readonly headVersion: number;
  /** The database may be older than the vault, and this target is as old: what the vault shows may be news. */
  readonly wary: boolean;
}

export type SyncDecision =
  /** Nothing to write: the entry is as desired. `label`: it lacks our marker or names another version, and gets it. */
  | { readonly action: 'record'; readonly version: VaultVersion; readonly label: boolean }
  | { readonly action: 'create' }
  | { readonly action: 'update'; readonly ifVersion: VaultVersion; readonly label: boolean }
  | { readonly action: 'remove'; readonly ifVersion: VaultVersion }
  | { readonly action: 'forget' }
  /** Not ours: nothing is touched. */
  | { readonly action: 'conflict'; readonly code: 'foreign_entry' }
  /** Ours, but not as we left it: nothing is touched until somebody decides. */
  | { readonly action: 'drifted'; readonly code: Exclude<DriftCode, 'remote_ahead'> }
  /** `aheadVersion`: we wrote that version there and have forgotten it, since the database was restored from a backup. */
  | { readonly action: 'drifted'; readonly code: 'remote_ahead'; readonly aheadVersion?: number }
  /** Somebody decided that what is there stays there. */
  | { readonly action: 'leave'; readonly code: 'foreign_left' | 'change_left' };

/** Why nobody looks at the destination at all: the wanted version is not to be had. Undefined: somebody does. */
export function withheld(
  desiredVersion: number | null,
  version: { readonly state: string } | null,
): `version_${string}` | undefined {
  if (desiredVersion === null) return undefined;
  const enabled = { profile: true, secret: true, version: version?.state === 'enabled' };
  if (stoppedBy('sync', enabled) === undefined) return undefined;
  return `version_${version?.state ?? 'missing'}`;
}

/**
 * Decides what to do about one target. The same function serves previews and the real thing.
 *
 * Rules, in this order: never touch what is not ours unless told to, nor what is newer than all we know; never write what is there already; never go back behind
 * what the destination holds; never overwrite a change somebody made by hand unless told to.
 */
export function planTarget(observed: Observed, wanted: Wanted): SyncDecision {
  if (observed.kind === 'absent') return planAbsent(wanted);
  const ours = isOurs(observed, wanted);
  const marked = observed.marked ?? 0;
  if (observed.marker === 'ours' && marked > wanted.headVersion) {
    return { action: 'drifted', code: 'remote_ahead', aheadVersion: marked };
  }
  if (wanted.desiredVersion === null) {
    const known = observed.matches.length > 0 || observed.version === wanted.remoteVersion;
    if (ours && wanted.wary && !known) return { action: 'drifted', code: 'content_changed' };
    return ours ? { action: 'remove', ifVersion: observed.version } : { action: 'forget' };
  }
  const equal = observed.matches.includes(wanted.desiredVersion);
  if (!ours) return planForeign(observed, wanted, equal);
  const renumbered = observed.marker === 'ours' && marked > 0 && marked !== wanted.desiredVersion;
  const label = observed.marker === 'none' || renumbered;
  if (equal) return { action: 'record', version: observed.version, label };
  const update = { action: 'update', ifVersion: observed.version, label } as const;
  if (wanted.onConflict === 'overwrite') return update;
  const untouched = observed.version === wanted.remoteVersion && wanted.owned;
  const older = observed.matches.some((version) => version < (wanted.desiredVersion ?? 0));
  if (untouched || older) return update;
  if (wanted.onConflict === 'leave') return { action: 'leave', code: 'change_left' };
  return { action: 'drifted', code: observed.matches.length > 0 ? 'remote_ahead' : 'content_changed' };
}

/** After a restore nobody knows whether a copy that is not there was never made or was removed since. */
function planAbsent({ desiredVersion, wary, onConflict }: Wanted): SyncDecision {
  if (desiredVersion === null) return { action: 'forget' };
  if (wary && onConflict !== 'overwrite') return { action: 'drifted', code: 'missing_since_restore' };
  return { action: 'create' };
}

function planForeign(observed: Extract<Observed, { kind: 'present' }>, wanted: Wanted, equal: boolean): SyncDecision {
  const { onConflict } = wanted;
  if (onConflict === 'leave') return { action: 'leave', code: 'foreign_left' };
  if (onConflict !== 'fail' && equal) return { action: 'record', version: observed.version, label: true };
  if (onConflict === 'overwrite') return { action: 'update', ifVersion: observed.version, label: true };
  return { action: 'conflict', code: 'foreign_entry' };
}

/**
 * Our marker makes an entry ours; another's never does. Without any, in a vault that can carry one, an entry is ours only if we
 * recorded or began it and its content is one of ours: else somebody removed our entry and made their own. Where no marker can
 * be, the ledger decides.
 */
function isOurs(observed: Extract<Observed, { kind: 'present' }>, wanted: Wanted): boolean {
  if (observed.marker === 'ours') return true;
  if (observed.marker === 'other') return false;
  if (observed.marker === 'unsupported' && wanted.owned) return true;
  return (wanted.owned || wanted.claimed) && observed.matches.length > 0;
}
