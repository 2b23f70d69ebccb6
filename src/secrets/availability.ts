import { AppError } from '../errors.ts';

/** What somebody or something wants of a secret. */
export const ACTS = ['read', 'write', 'sync', 'delete'] as const;
export type Act = (typeof ACTS)[number];

/** What can be switched off: the source's profile, the secret, and the version that is wanted. */
export interface Enabled {
  readonly profile: boolean;
  readonly secret: boolean;
  readonly version: boolean;
}

/**
 * What stops what, the first one that is off being named. The whole of it is this table.
 *
 * - A disabled profile starts no call, for whatever it is wanted.
 * - A disabled secret is neither read nor written. What was written before is still carried to its copies, and it can be deleted.
 * - A disabled version is neither read nor carried anywhere; its copies stay as they are. A new version does not mind it.
 */
const STOPPED_BY = {
  read: ['secret', 'version', 'profile'],
  write: ['profile', 'secret'],
  sync: ['version', 'profile'],
  delete: ['profile'],
} as const satisfies Record<Act, readonly (keyof Enabled)[]>;

/** What is off and in the way; undefined: nothing is. */
export function stoppedBy(act: Act, enabled: Enabled): keyof Enabled | undefined {
  const stops: readonly (keyof Enabled)[] = STOPPED_BY[act];
  return stops.find((part) => !enabled[part]);
}

const REFUSALS = {
  profile: ['profile_disabled', 'The vault profile of the secret is disabled.'],
  secret: ['secret_disabled', 'The secret is disabled.'],
  version: ['version_disabled', 'The version is disabled.'],
} as const;

/** Throws `profile_disabled`, `secret_disabled` or `version_disabled`. */
export function assertAvailable(act: Act, enabled: Enabled): void {
  const part = stoppedBy(act, enabled);
  if (part === undefined) return;
  const [code, message] = REFUSALS[part];
  throw new AppError(code, message);
}
