import type { Labels } from '../../adapters/adapter.ts';

const SECRET_LABEL = 'keyferry-secret';
const PROFILE_LABEL = 'keyferry-profile';

/** The marker that every entry we create carries from its first write on, where the vault can hold labels. */
export function ownershipLabels(secretId: string, profileId: string): Labels {
  return { [SECRET_LABEL]: secretId, [PROFILE_LABEL]: profileId };
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
