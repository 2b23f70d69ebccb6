/** States that one can look for. Paused ones are stored in the state they wait in. */
export const STATE_CHOICES = ['pending', 'failed', 'drifted', 'conflict', 'parked', 'removing', 'synced'] as const;

/** What narrows the map, as the address holds it. */
export interface MapSearch {
  readonly name?: string;
  readonly state?: (typeof STATE_CHOICES)[number];
  readonly profile?: string;
}

export interface SyncSearch extends MapSearch {
  /** The copy that is open. */
  readonly secret?: string;
  readonly copy?: string;
}

export function syncSearch(search: Readonly<Record<string, unknown>>): SyncSearch {
  const { name, profile, secret, copy } = search;
  const state = STATE_CHOICES.find((choice) => choice === search.state);
  return {
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(state === undefined ? {} : { state }),
    ...(typeof profile === 'string' ? { profile } : {}),
    ...(typeof secret === 'string' && typeof copy === 'string' ? { secret, copy } : {}),
  };
}
