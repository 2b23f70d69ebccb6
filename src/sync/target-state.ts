/**
 * Where a target stands. `pending`: due; `syncing`: a worker is on it; `failed`: tried again by itself; `parked`: cannot
 * succeed until something changes; `drifted`: ours, but not as we left it; `conflict`: a foreign entry is in its place;
 * `paused`: has something to do, and its profile, its project or everything is paused; shown, never stored; `removing`, `removed`: the copy goes, is gone.
 */
export const TARGET_STATES = [
  'pending',
  'syncing',
  'synced',
  'failed',
  'drifted',
  'conflict',
  'paused',
  'parked',
  'removing',
  'removed',
] as const;
export type TargetState = (typeof TARGET_STATES)[number];
