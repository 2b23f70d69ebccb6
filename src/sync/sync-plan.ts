import type { VaultVersion } from '../../adapters/adapter.ts';

/** What the target's entry was seen to be. */
export type Observed =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      readonly version: VaultVersion;
      /** `unsupported`: this vault cannot carry one, so only the ledger knows. */
      readonly marker: 'ours' | 'other' | 'none' | 'unsupported';
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
  readonly onConflict: 'fail' | 'adopt' | 'overwrite';
}

export type SyncDecision =
  /** Nothing to write: the entry is as desired. `label`: it lacks our marker and gets it. */
  | { readonly action: 'record'; readonly version: VaultVersion; readonly label: boolean }
  | { readonly action: 'create' }
  | { readonly action: 'update'; readonly ifVersion: VaultVersion; readonly label: boolean }
  | { readonly action: 'remove'; readonly ifVersion: VaultVersion }
  | { readonly action: 'forget' }
  /** Not ours: nothing is touched. */
  | { readonly action: 'conflict'; readonly code: 'foreign_entry' }
  /** Ours, but not as we left it: nothing is touched until somebody decides. */
  | { readonly action: 'drifted'; readonly code: 'content_changed' | 'remote_ahead' };

/**
 * Decides what to do about one target. The same function serves previews and the real thing.
 *
 * Rules, in this order: never touch what is not ours unless told to; never write what is there already; never go back behind
 * what the destination holds; never overwrite a change somebody made by hand unless told to.
 */
export function planTarget(observed: Observed, wanted: Wanted): SyncDecision {
  if (observed.kind === 'absent') return wanted.desiredVersion === null ? { action: 'forget' } : { action: 'create' };
  const ours = isOurs(observed, wanted);
  if (wanted.desiredVersion === null) {
    return ours ? { action: 'remove', ifVersion: observed.version } : { action: 'forget' };
  }
  const equal = observed.matches.includes(wanted.desiredVersion);
  if (!ours) return planForeign(observed, wanted, equal);
  const label = observed.marker === 'none';
  if (equal) return { action: 'record', version: observed.version, label };
  const update = { action: 'update', ifVersion: observed.version, label } as const;
  if (wanted.onConflict === 'overwrite') return update;
  const untouched = observed.version === wanted.remoteVersion && wanted.owned;
  const older = observed.matches.some((version) => version < (wanted.desiredVersion ?? 0));
  if (untouched || older) return update;
  return { action: 'drifted', code: observed.matches.length > 0 ? 'remote_ahead' : 'content_changed' };
}

function planForeign(observed: Extract<Observed, { kind: 'present' }>, wanted: Wanted, equal: boolean): SyncDecision {
  if (wanted.onConflict !== 'fail' && equal) return { action: 'record', version: observed.version, label: true };
  if (wanted.onConflict === 'overwrite') return { action: 'update', ifVersion: observed.version, label: true };
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
