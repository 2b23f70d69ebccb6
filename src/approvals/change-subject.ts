import type { Actor } from '../access/actor.ts';
import type { Sql } from '../db.ts';
import type { PolicySnapshot } from './approval-policy.ts';
import type { Change } from './change.ts';
import type { SubjectType } from './change-operation.ts';

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
  /** What policies ask of this change as they are now. */
  policies(db: Sql, change: Change): Promise<readonly PolicySnapshot[]>;
  /** May the requester still do this, with the rights held now? */
  mayStill(requester: Actor, change: Change): boolean;
  /** Locks the subject and looks whether the change still applies. Called in the transaction that begins its execution. */
  obstacle(tx: Sql, change: Change): Promise<Obstacle | undefined>;
  /** Puts the subject back as it was, because the change ended without an effect. Same transaction as the end. */
  released(tx: Sql, change: Change): Promise<void>;
  /** The opposite: an ended change is opened again. Throws when the subject or its places are taken meanwhile. */
  reopened(tx: Sql, change: Change): Promise<void>;
}

/** One subject out of many: each change goes to the owner of its type. */
export function subjectByType(
  owners: Readonly<Partial<Record<SubjectType, ChangeSubject>>>,
  ofAllOthers: ChangeSubject,
): ChangeSubject {
  const owner = (change: Change) => owners[change.subjectType] ?? ofAllOthers;
  return {
    policies: (db, change) => owner(change).policies(db, change),
    mayStill: (requester, change) => owner(change).mayStill(requester, change),
    obstacle: (tx, change) => owner(change).obstacle(tx, change),
    released: (tx, change) => owner(change).released(tx, change),
    reopened: (tx, change) => owner(change).reopened(tx, change),
  };
}
