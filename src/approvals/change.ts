import type { ActorRef } from '../access/actor.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { ChangeOperation, PolicySnapshot } from './approval-policy.ts';
import type { ChangeState } from './change-request.ts';

/** A change request as it is stored. The payload is apart: sealed, and only while the change is open. */
export interface Change {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly secretId: string;
  readonly operation: ChangeOperation;
  readonly state: ChangeState;
  /** Rises with every edit; votes belong to one revision. */
  readonly revision: number;
  /** The secret's newest version when the change was made. */
  readonly baseVersion: number;
  readonly profileId: string;
  readonly profileRevision: number;
  /** What to do, in the words of whoever owns the operation. Never a value. */
  readonly plan: Json;
  readonly sealedPayload: Buffer | null;
  readonly digest: string;
  /** Who must agree; nobody when empty. */
  readonly policies: readonly PolicySnapshot[];
  readonly requester: ActorRef;
  readonly requesterPersonId: string;
  readonly comment: string;
  readonly code: string | null;
  readonly resultVersion: number | null;
  readonly attempts: number;
  readonly leaseToken: number;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
}

/** What whoever owns an operation hands over to have it recorded, judged and, when nobody needs to agree, begun. */
export interface ChangeDraft {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly secretId: string;
  readonly operation: ChangeOperation;
  readonly baseVersion: number;
  readonly profileId: string;
  readonly profileRevision: number;
  readonly plan: Json;
  /** Canonical bytes of the payload, when the change carries one. */
  readonly payload?: Uint8Array;
  readonly policies: readonly PolicySnapshot[];
  readonly comment: string;
}

export interface Review {
  readonly id: string;
  readonly revision: number;
  readonly personId: string;
  readonly actor: ActorRef;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
  readonly createdAt: Date;
}
