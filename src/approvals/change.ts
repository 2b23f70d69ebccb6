import type { ActorRef } from '../access/actor.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { ConditionFacts } from './applicable-rules.ts';
import type { PolicySnapshot } from './approval-policy.ts';
import type { ChangeOperation, SubjectType } from './change-operation.ts';
import type { ChangeState } from './change-request.ts';
import type { Override, OverrideReview } from './override.ts';
import type { ChangeLack } from './satisfiable-policy.ts';

/** A change request as it is stored. The payload is apart: sealed, and only while the change is open. */
export interface Change {
  readonly id: string;
  readonly organizationId: string;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  /** Of a secret; null for what belongs to the whole organization. */
  readonly projectId: string | null;
  /** Of a customer's secret; null for a shared one. */
  readonly customerId: string | null;
  /** The subject, when it is a secret. */
  readonly secretId: string | null;
  /** Asked for in one call with others: none takes effect before all are granted. */
  readonly groupId: string | null;
  readonly operation: ChangeOperation;
  readonly state: ChangeState;
  /** Was opened as a draft. */
  readonly drafted: boolean;
  /** Rises with every edit; votes belong to one revision. */
  readonly revision: number;
  /** The secret's newest version, or the revision of another subject, when the change was made. */
  readonly baseVersion: number;
  /** The source profile of a secret. */
  readonly profileId: string | null;
  readonly profileRevision: number | null;
  /** What to do, in the words of whoever owns the operation. Never a value. */
  readonly plan: Json;
  readonly sealedPayload: Buffer | null;
  readonly digest: string;
  /** What conditions of policies saw when it opened. */
  readonly conditionFacts: readonly ConditionFacts[];
  /** Who must agree; nobody when empty. */
  readonly policies: readonly PolicySnapshot[];
  /** While it waits: what nobody who is there can meet any more. */
  readonly unsatisfiable: (ChangeLack & { readonly since: string }) | null;
  readonly override: Override | null;
  readonly overrideReview: OverrideReview | null;
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
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  readonly projectId: string | null;
  readonly customerId: string | null;
  readonly secretId: string | null;
  readonly operation: ChangeOperation;
  readonly baseVersion: number;
  readonly profileId: string | null;
  readonly profileRevision: number | null;
  readonly plan: Json;
  /** Canonical bytes of the payload, when the change carries one. */
  readonly payload?: Uint8Array;
  /** It was found in a vault: whoever asks does not know it. */
  readonly payloadUnseen?: boolean;
  readonly policies: readonly PolicySnapshot[];
  /** What conditions of policies look at; absent for what stands for all that lies behind it. */
  readonly conditionFacts?: readonly ConditionFacts[];
  readonly comment: string;
  /** Only recorded: it waits for its author to submit it, and holds nothing until then. */
  readonly asDraft?: boolean;
  /** See {@link Change.groupId}. It is begun by a worker, also when nobody has to agree. */
  readonly groupId?: string;
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
