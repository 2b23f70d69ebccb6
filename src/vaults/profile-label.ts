/** What a profile beyond the limit is counted under. */
export const OTHER_PROFILES = 'other';

/** Profiles that get a series of their own in one process, for each metric that has them as a label. */
export const MOST_PROFILES = 200;

/**
 * The label of a profile: its id, for the first {@link MOST_PROFILES} that are seen, then `other`. A tenant that makes
 * profiles by the thousand must not fill the memory of whoever scrapes. Ids and not names: names belong to tenants, change, and
 * are not unique across them.
 */
export function createProfileLabel(most: number = MOST_PROFILES): (profileId: string) => string {
  const known = new Set<string>();
  return (profileId) => {
    if (known.has(profileId)) return profileId;
    if (known.size >= most) return OTHER_PROFILES;
    known.add(profileId);
    return profileId;
  };
}
