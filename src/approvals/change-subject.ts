import type { Actor } from '../access/actor.ts';
import type { Sql } from '../db.ts';
import type { Change } from './change.ts';

/** Why a granted change must not run after all. */
export type Obstacle =
  /** What it was based on has moved: the change ends as `conflict`. */
  | { readonly kind: 'moved'; readonly code: string }
  /** It can run later, for instance when a profile is enabled again. */
  | { readonly kind: 'wait'; readonly code: string };

/**
 * What approvals need from whoever owns the changed things. Approvals know who may decide and when; what a change *does* is
 * known only behind this.
 */
export interface ChangeSubject {
  /** Vault profiles whose policies have a say in this change. */
  policyProfiles(change: Change): readonly string[];
  /** May the requester still do this, with the rights held now? */
  mayStill(requester: Actor, change: Change): boolean;
  /** Locks the secret and looks whether the change still applies. Called in the transaction that begins its execution. */
  obstacle(tx: Sql, change: Change): Promise<Obstacle | undefined>;
  /** Puts the secret back as it was, because the change ended without an effect. Same transaction as the end. */
  released(tx: Sql, change: Change): Promise<void>;
  /** The opposite: an ended change is opened again. Throws when the secret or its places are taken meanwhile. */
  reopened(tx: Sql, change: Change): Promise<void>;
}
