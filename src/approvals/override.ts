import type { ActorRef } from '../access/actor.ts';

/** Who put a change through without the votes, and why. Stays with the change for good. */
export interface Override {
  readonly by: ActorRef;
  readonly reason: string;
  /** ISO 8601, from the database clock. */
  readonly at: string;
  /** It counts for what was shown then, and for no later revision. */
  readonly revision: number;
  readonly digest: string;
}

/** Somebody who could have approved looked at the override afterwards. */
export interface OverrideReview {
  readonly by: ActorRef;
  readonly comment: string;
  readonly at: string;
}

/** Does the override speak for the change as it is now? Whether its author still may is asked apart. */
export function overrideCovers(
  override: Override | null,
  change: { readonly revision: number; readonly digest: string },
): override is Override {
  return override !== null && override.revision === change.revision && override.digest === change.digest;
}
