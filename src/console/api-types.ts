/* Answers of the API as far as the screens read them. The schemas of the API say more. */

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface ActorRef {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly personId: string;
}

export interface Me extends ActorRef {
  readonly organization: { readonly id: string; readonly name: string; readonly slug: string };
  readonly grants: readonly { readonly role: string; readonly projectId: string | null }[];
  readonly rights: readonly { readonly projectId: string | null; readonly rights: readonly string[] }[];
}

export type ChangeState =
  | 'draft'
  | 'pending_approval'
  | 'approved'
  | 'executing'
  | 'indeterminate'
  | 'applied'
  | 'failed'
  | 'conflict'
  | 'rejected'
  | 'cancelled'
  | 'expired';

export interface Change {
  readonly id: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly projectId: string | null;
  readonly secretId: string | null;
  readonly operation: string;
  readonly state: ChangeState;
  readonly revision: number;
  readonly digest: string;
  readonly baseVersion: number;
  readonly plan: Readonly<Record<string, unknown>>;
  readonly comment: string;
  readonly requester: ActorRef;
  readonly code: string | null;
  readonly resultVersion: number | null;
  readonly override: {
    readonly by: ActorRef;
    readonly reason: string;
    readonly at: string;
    readonly review: { readonly by: ActorRef; readonly comment: string; readonly at: string } | null;
  } | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
}

export interface Review {
  readonly id: string;
  readonly revision: number;
  readonly reviewer: ActorRef;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
  readonly createdAt: string;
}

export interface ChangeDetail extends Change {
  readonly reviews: readonly Review[];
  readonly editors: readonly string[];
}

export interface ChangeCounts {
  readonly waitingForMe: number;
  readonly mineOpen: number;
  readonly mineDrafts: number;
  readonly mineWithoutEffect: number;
  readonly waiting: number;
  readonly overridesToReview: number;
  readonly countedUpTo: number;
}

export interface Comment {
  readonly id: string;
  readonly revision: number;
  readonly author: ActorRef;
  readonly text: string;
  readonly createdAt: string;
}

interface PersonRef {
  readonly id: string;
  readonly name: string;
}

export interface PeopleRef {
  readonly count: number;
  readonly people: readonly PersonRef[];
}

export interface ExplainedStep {
  readonly rule: string;
  readonly step: string;
  readonly required: number;
  readonly votes: readonly PersonRef[];
  readonly missing: number;
  readonly satisfied: boolean;
  readonly open: boolean;
  readonly canDecide: PeopleRef;
}

export interface Explanation {
  readonly waitsFor: string;
  readonly summary: string;
  readonly approval: readonly {
    readonly profileId: string;
    readonly name: string;
    readonly since: 'opening' | 'now';
    readonly satisfied: boolean;
    readonly steps: readonly ExplainedStep[];
  }[];
  readonly barred: readonly { readonly id: string; readonly name: string; readonly as: 'requester' | 'editor' }[];
  readonly ways: readonly { readonly way: string; readonly text: string; readonly by: PeopleRef | null }[];
}

export type Facts = Readonly<Record<string, unknown>>;

export interface FieldEvidence {
  readonly name: string;
  readonly presence: 'added' | 'removed' | 'kept';
  readonly value: 'changed' | 'unchanged' | 'withheld' | null;
  readonly equalsVersions: readonly number[] | null;
  readonly strength: { readonly before: string | null; readonly after: string | null };
  readonly facts: { readonly before: Facts | null; readonly after: Facts | null };
}

export interface Destination {
  readonly profileId: string;
  readonly profileName: string;
  readonly vaultKind: string;
  readonly profileEnabled: boolean;
  readonly role: 'source' | 'target';
  readonly remotePath: string;
  readonly isNew: boolean;
  readonly action: string;
}

export interface EvidenceWarning {
  readonly code: string;
  readonly fields: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface Evidence {
  readonly revision: number;
  readonly digest: string;
  readonly comparison: 'shown' | 'reviewers_only' | 'rate_limited';
  readonly content: {
    readonly fields: readonly FieldEvidence[];
    readonly equals: 'current' | 'older' | 'none' | 'withheld';
    readonly equalsVersion: number | null;
    readonly facts: { readonly before: Facts | null; readonly after: Facts };
  } | null;
  readonly destinations: readonly Destination[];
  readonly warnings: readonly EvidenceWarning[];
}

export interface Secret {
  readonly id: string;
  readonly projectId: string;
  readonly path: string;
  readonly name: string;
  readonly type: string;
}

export interface Target {
  readonly id: string;
  readonly profileId: string;
  readonly profileName: string;
  readonly remotePath: string;
  readonly state: string;
  readonly desiredVersion: number | null;
  readonly observedVersion: number | null;
  readonly code: string | null;
  readonly nextAttemptAt: string | null;
}

export interface AuditEvent {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly actor: { readonly name: string };
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
}
