import type { ActorRef } from '../access/actor.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { SecretType } from '../secrets/payload/secret-type.ts';

/**
 * `listing → running → completed`; `cancelling → cancelled` from any of them; `failed` when it cannot go on. A completed one may
 * still have items that wait for approval.
 */
export const IMPORT_STATES = ['listing', 'running', 'cancelling', 'completed', 'cancelled', 'failed'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/**
 * How an item is shown. `ready`: what a preview ends with. From `waiting` (for approval) on its change request says:
 * `importing`, `imported`, or `failed`. `cancelled`: the import ended before its turn.
 */
export const ITEM_STATES = [
  'pending',
  'ready',
  'waiting',
  'importing',
  'imported',
  'skipped',
  'failed',
  'cancelled',
] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** What it means for an item that its name or its entry is taken. */
export type OnCollision = 'skip' | 'fail';

/** Entries of a vault that are to become secrets of one project, where they lie. */
export interface Import {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly profileId: string;
  /** Says what would be made, and makes nothing. */
  readonly preview: boolean;
  /** Entries below this folder; null: those that were named. */
  readonly prefix: string | null;
  /** Write the ownership marker on the entries. */
  readonly marker: boolean;
  readonly onCollision: OnCollision;
  readonly state: ImportState;
  readonly code: string | null;
  readonly comment: string;
  readonly requester: ActorRef;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
}

/** An import whose lease this process holds. */
export interface LeasedImport extends Import {
  readonly leaseToken: number;
  readonly attempts: number;
  readonly cancelledBy: ActorRef | null;
  /** The profile's entries still are where they were when it began. */
  readonly inPlace: boolean;
}

/** An entry to import, with what was asked for; absent: proposed and guessed. */
export interface WantedEntry {
  readonly entry: string;
  readonly name?: string | undefined;
  readonly path?: string | undefined;
  readonly type?: SecretType | undefined;
}

/** An item whose turn it is. */
export interface DueItem {
  readonly position: number;
  readonly entry: string;
  readonly wantedName: string | null;
  readonly wantedPath: string | null;
  readonly wantedType: SecretType | null;
  readonly attempts: number;
}

/** What was found at an entry, without any value. */
export interface Found {
  /** Why it is of its type. */
  readonly because?: string;
  readonly fieldNames?: readonly string[];
  readonly facts?: Json;
  /** What was expected and is not so. */
  readonly expected?: string;
  /** Of a preview: types it cannot have, with what they expect. */
  readonly cannotBe?: readonly { readonly type: SecretType; readonly expected: string }[];
}

/** An item as it is shown. */
export interface ImportItem {
  readonly position: number;
  readonly entry: string;
  readonly state: ItemState;
  readonly code: string | null;
  readonly path: string | null;
  readonly name: string | null;
  readonly type: SecretType | null;
  readonly found: Found | null;
  readonly changeId: string | null;
  readonly secretId: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
}

/** How an item came out, but for one whose change was opened. */
export interface ItemEnd {
  readonly state: 'ready' | 'skipped' | 'failed';
  readonly code?: string;
  readonly path?: string;
  readonly name?: string;
  readonly type?: SecretType;
  readonly found?: Found;
}
