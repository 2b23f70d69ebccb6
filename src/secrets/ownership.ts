import type { Labels } from '../../adapters/adapter.ts';

const SECRET_LABEL = 'keyferry-secret';
const PROFILE_LABEL = 'keyferry-profile';
const VERSION_LABEL = 'keyferry-version';

/**
 * The marker that every entry we create carries from its first write on, where the vault can hold labels. `version` is the
 * secret's: it tells a database that was restored from a backup what it has forgotten.
 */
export function ownershipLabels(secretId: string, profileId: string, version: number): Labels {
  return { [SECRET_LABEL]: secretId, [PROFILE_LABEL]: profileId, [VERSION_LABEL]: String(version) };
}

/** The version of the secret that the marker names; null when it names none. */
export function markedVersion(labels: Labels): number | null {
  const text = labels[VERSION_LABEL];
  return text !== undefined && /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : null;
}

/** Whose entry is it, by its marker? `none`: it carries none. */
export function markerOwner(labels: Labels, secretId: string): 'ours' | 'other' | 'none' {
  const owner = labels[SECRET_LABEL];
  if (owner === undefined) return 'none';
  return owner === secretId ? 'ours' : 'other';
}

/** The secret whose marker an entry carries, of this or any other Keyferry; undefined without one. */
export function markedSecret(labels: Labels): string | undefined {
  return labels[SECRET_LABEL];
}
