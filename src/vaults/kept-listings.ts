/** What a vault's listing said, for a short while: for whoever turns its pages. */
export interface KeptListings {
  /** The paths in order, if the listing is still kept. */
  find(key: string): readonly string[] | undefined;
  /** Most paths that one listing may have to be kept. */
  readonly most: number;
  keep(key: string, paths: readonly string[]): void;
}

const KEPT_MS = 30_000;
/** Of all listings together: some megabytes. */
const MOST_PATHS = 50_000;

/** Keeps the newest listings of this process. Another process, or a later page, lists anew: cursors name a path and nothing else. */
export function createKeptListings(now: () => number = () => performance.now()): KeptListings {
  const kept = new Map<string, { readonly paths: readonly string[]; readonly until: number }>();
  let size = 0;

  const drop = (key: string): void => {
    size -= kept.get(key)?.paths.length ?? 0;
    kept.delete(key);
  };
  const dropExpired = (): void => {
    for (const [key, { until }] of kept) if (until <= now()) drop(key);
  };

  return {
    most: MOST_PATHS / 2,
    find(key) {
      dropExpired();
      return kept.get(key)?.paths;
    },
    keep(key, paths) {
      dropExpired();
      drop(key);
      if (paths.length > MOST_PATHS / 2) return;
      for (const oldest of kept.keys()) {
        if (size + paths.length <= MOST_PATHS) break;
        drop(oldest);
      }
      kept.set(key, { paths, until: now() + KEPT_MS });
      size += paths.length;
    },
  };
}
