// Made from the API's own document: `npm run client-types`. A test fails when it is not current.

type None = Readonly<Record<never, never>>;

export type AcceptOutside = {
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type ActorRef = {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  /** The person who answers for it: the owner of a machine. */
  readonly personId: string;
};

export type AddTarget = {
  readonly profileId: string;
  /** What to do about an entry that is already there and not ours: stop, adopt it if it is equal, or overwrite it. */
  readonly onConflict?: 'fail' | 'adopt' | 'overwrite' | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

/** When the rule applies: each list is met by any of its entries, an empty one by everything, and all must be met. What has no project, folder, tags or type (a vault, a profile, a policy) meets conditions on them. A change that takes a secret out of the reach of a rule is asked of it whatever operations it names. */
export type ApprovalConditions = {
  readonly operations?: readonly ('create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token')[] | undefined;
  /** Project ids. */
  readonly projects?: readonly string[] | undefined;
  /** Customer ids. A secret that customers share meets none. */
  readonly customers?: readonly string[] | undefined;
  /** Folders, with all below them. */
  readonly paths?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Types of secrets. */
  readonly types?: readonly string[] | undefined;
};

/** When the rule applies: each list is met by any of its entries, an empty one by everything, and all must be met. What has no project, folder, tags or type (a vault, a profile, a policy) meets conditions on them. A change that takes a secret out of the reach of a rule is asked of it whatever operations it names. */
export type ApprovalConditionsOutput = {
  readonly operations: readonly ('create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token')[];
  /** Project ids. */
  readonly projects: readonly string[];
  /** Customer ids. A secret that customers share meets none. */
  readonly customers: readonly string[];
  /** Folders, with all below them. */
  readonly paths: readonly string[];
  readonly tags: readonly string[];
  /** Types of secrets. */
  readonly types: readonly string[];
};

export type ApprovalLack = {
  readonly rule: string;
  readonly step: string;
  readonly required: number;
  /** Different people who could decide it, beside those whom earlier steps need. */
  readonly available: number;
};

export type ApprovalPolicyInput = {
  /** Every rule that applies to a change is asked: all their steps, by different people, within the shortest expiry. */
  readonly rules?: readonly ApprovalRule[] | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly operations?: readonly ('create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token')[] | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly order?: 'sequential' | 'any' | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly steps?: readonly ApprovalStep[] | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly expiresAfterHours?: number | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly requiredChecks?: readonly string[] | undefined;
};

export type ApprovalProfile = {
  readonly id: string;
  readonly name: string;
  /** Rises with every change of the policy; running requests keep theirs. */
  readonly version: number;
  /** Every rule that applies to a change is asked: all their steps, by different people, within the shortest expiry. */
  readonly rules: readonly ApprovalRuleOutput[];
  /** Of the only rule, when there is one without further conditions. */
  readonly operations?: readonly ('create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token')[] | undefined;
  /** Steps one after the other, or in any order. */
  readonly order?: 'sequential' | 'any' | undefined;
  readonly steps?: readonly ApprovalStepOutput[] | undefined;
  /** An undecided request expires after so many hours. */
  readonly expiresAfterHours?: number | undefined;
  /** Checks whose newest result on the content must be `ok` before a change of a secret takes effect. Administration is asked of people alone. */
  readonly requiredChecks?: readonly string[] | undefined;
  readonly unsatisfiable: Unsatisfiable | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type ApprovalProfilePage = {
  readonly items: readonly ApprovalProfile[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type ApprovalRule = {
  readonly name: string;
  readonly when?: ApprovalConditions | undefined;
  /** Steps one after the other, or in any order. */
  readonly order?: 'sequential' | 'any' | undefined;
  readonly steps: readonly ApprovalStep[];
  /** Checks whose newest result on the content must be `ok` before a change of a secret takes effect. Administration is asked of people alone. */
  readonly requiredChecks?: readonly string[] | undefined;
  /** An undecided request expires after so many hours. */
  readonly expiresAfterHours?: number | undefined;
};

export type ApprovalRuleOutput = {
  readonly name: string;
  readonly when: ApprovalConditionsOutput;
  /** Steps one after the other, or in any order. */
  readonly order: 'sequential' | 'any';
  readonly steps: readonly ApprovalStepOutput[];
  /** Checks whose newest result on the content must be `ok` before a change of a secret takes effect. Administration is asked of people alone. */
  readonly requiredChecks: readonly string[];
  /** An undecided request expires after so many hours. */
  readonly expiresAfterHours: number;
};

export type ApprovalStep = {
  readonly name: string;
  /** Who may decide: any of these who also holds the right change.review. */
  readonly approvers: {
    readonly users?: readonly string[] | undefined;
    readonly groups?: readonly string[] | undefined;
    readonly roles?: readonly ('viewer' | 'reader' | 'read_write' | 'write_only' | 'approver' | 'auditor' | 'operator' | 'system' | 'break_glass' | 'compliance' | 'admin')[] | undefined;
  };
  /** Approvals by different people. */
  readonly required?: number | undefined;
};

export type ApprovalStepOutput = {
  readonly name: string;
  /** Who may decide: any of these who also holds the right change.review. */
  readonly approvers: {
    readonly users: readonly string[];
    readonly groups: readonly string[];
    readonly roles: readonly ('viewer' | 'reader' | 'read_write' | 'write_only' | 'approver' | 'auditor' | 'operator' | 'system' | 'break_glass' | 'compliance' | 'admin')[];
  };
  /** Approvals by different people. */
  readonly required: number;
};

export type AuditEvent = {
  readonly organizationId: string;
  readonly seq: number;
  readonly id: string;
  readonly at: string;
  readonly actor: {
    readonly type: string;
    readonly id: string;
    readonly personId: string;
    readonly name: string;
  };
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
  readonly keyId: string;
  readonly previousMac: string;
  readonly mac: string;
};

export type AuditEventPage = {
  readonly items: readonly AuditEvent[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type AuditVerification = {
  readonly intact: boolean;
  readonly events: number;
  /** Compare with an anchor kept elsewhere. */
  readonly head: {
    readonly seq: number;
    readonly mac: string;
  };
  readonly brokenAt?: number | undefined;
  readonly reason?: string | undefined;
};

export type BeginSession = {
  /** An API token of a person. */
  readonly token: string;
};

export type ChangeCheck = {
  readonly name: string;
  /** `not_available`: the check could not be made, which is not `ok` either. */
  readonly conclusion: 'ok' | 'not_ok' | 'not_available';
  readonly summary: string;
  readonly url: string | null;
  readonly revision: number;
  /** It is about what is up for decision now; an edit makes it stale. */
  readonly current: boolean;
  readonly reporter: ActorRef;
  readonly reportedAt: string;
};

export type ChangeCheckList = {
  readonly items: readonly ChangeCheck[];
};

export type ChangeComment = {
  readonly id: string;
  readonly revision: number;
  readonly author: ActorRef;
  readonly text: string;
  readonly createdAt: string;
};

export type ChangeCommentPage = {
  readonly items: readonly ChangeComment[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type ChangeCounts = {
  /** Up to `countedUpTo`. */
  readonly waitingForMe: number;
  /** Up to `countedUpTo`. */
  readonly mineOpen: number;
  /** Up to `countedUpTo`. */
  readonly mineDrafts: number;
  /** Failed, in conflict or rejected: up to `countedUpTo`. */
  readonly mineWithoutEffect: number;
  /** Up to `countedUpTo`. */
  readonly waiting: number;
  /** Up to `countedUpTo`. */
  readonly overridesToReview: number;
  /** Where counting ends: this number means as many or more. */
  readonly countedUpTo: number;
};

export type ChangeExplanation = {
  readonly changeId: string;
  readonly state: 'draft' | 'pending_approval' | 'approved' | 'executing' | 'indeterminate' | 'applied' | 'failed' | 'conflict' | 'rejected' | 'cancelled' | 'expired';
  readonly code: string | null;
  readonly waitsFor: 'submission' | 'votes' | 'checks' | 'people' | 'worker' | 'profile' | 'vault' | 'requester' | 'nothing';
  /** Why it is where it is, in a sentence. */
  readonly summary: string;
  readonly approval: readonly {
    readonly profileId: string;
    readonly profileVersion: number;
    readonly name: string;
    /** `now`: attached, tightened or changed since the request opened. Both must be met. */
    readonly since: 'opening' | 'now';
    readonly satisfied: boolean;
    readonly steps: readonly {
      readonly rule: string;
      readonly step: string;
      readonly required: number;
      /** Whose approvals count here. */
      readonly votes: readonly PersonRef[];
      readonly missing: number;
      readonly satisfied: boolean;
      /** Votes are taken for it now. */
      readonly open: boolean;
      /** Who could approve here and has not decided; requester and editors are not among them. */
      readonly canDecide: PeopleRef;
    }[];
  }[];
  readonly missingChecks: readonly MissingCheck[];
  /** Approvals that count nowhere as things stand. */
  readonly uncounted: readonly {
    readonly id: string;
    readonly name: string;
    readonly reason: 'may_not_review' | 'not_an_approver' | 'not_needed';
  }[];
  readonly barred: readonly {
    readonly id: string;
    readonly name: string;
    readonly as: 'requester' | 'editor';
  }[];
  readonly ways: readonly {
    readonly way: 'approve' | 'reject' | 'cancel' | 'override' | 'find_people' | 'submit' | 'edit' | 'rebase' | 'retry' | 'report_check' | 'wait';
    readonly text: string;
    /** Who can; null when it is up to no person. */
    readonly by: PeopleRef | null;
  }[];
  readonly unsatisfiable: {
    readonly profileId: string;
    readonly profile: string;
    readonly rule: string;
    readonly step: string;
    readonly required: number;
    /** Different people who could decide it, beside those whom earlier steps need. */
    readonly available: number;
  } | null;
  readonly expiresAt: string | null;
  /** When it is tried again by itself. */
  readonly nextAttemptAt: string | null;
};

export type ChangeRequest = {
  readonly id: string;
  readonly subjectType: 'secret' | 'vault' | 'vault_profile' | 'approval_profile' | 'organization' | 'role_grant' | 'group' | 'group_member' | 'person' | 'machine' | 'token';
  /** What it is about: an id of that type. */
  readonly subjectId: string;
  /** Of a customer's secret. */
  readonly customerId: string | null;
  /** Null for what belongs to the whole organization. */
  readonly projectId: string | null;
  /** The subject, when it is a secret. */
  readonly secretId: string | null;
  /** Asked for in one call with others: none takes effect before all of them are granted. */
  readonly groupId: string | null;
  readonly operation: 'create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token';
  readonly state: 'draft' | 'pending_approval' | 'approved' | 'executing' | 'indeterminate' | 'applied' | 'failed' | 'conflict' | 'rejected' | 'cancelled' | 'expired';
  readonly revision: number;
  /** Covers everything a decision is about; a review echoes it. */
  readonly digest: string;
  readonly baseVersion: number;
  /** What will be done, without any value. */
  readonly plan: Readonly<Record<string, unknown>>;
  readonly comment: string;
  readonly requester: ActorRef;
  /** Why it failed, conflicts or waits. */
  readonly code: string | null;
  readonly resultVersion: number | null;
  readonly attempts: number;
  readonly unsatisfiable: UnsatisfiableChange | null;
  /** Put through without the votes. */
  readonly override: Override | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
};

export type ChangeRequestDetail = {
  readonly id: string;
  readonly subjectType: 'secret' | 'vault' | 'vault_profile' | 'approval_profile' | 'organization' | 'role_grant' | 'group' | 'group_member' | 'person' | 'machine' | 'token';
  /** What it is about: an id of that type. */
  readonly subjectId: string;
  /** Of a customer's secret. */
  readonly customerId: string | null;
  /** Null for what belongs to the whole organization. */
  readonly projectId: string | null;
  /** The subject, when it is a secret. */
  readonly secretId: string | null;
  /** Asked for in one call with others: none takes effect before all of them are granted. */
  readonly groupId: string | null;
  readonly operation: 'create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token';
  readonly state: 'draft' | 'pending_approval' | 'approved' | 'executing' | 'indeterminate' | 'applied' | 'failed' | 'conflict' | 'rejected' | 'cancelled' | 'expired';
  readonly revision: number;
  /** Covers everything a decision is about; a review echoes it. */
  readonly digest: string;
  readonly baseVersion: number;
  /** What will be done, without any value. */
  readonly plan: Readonly<Record<string, unknown>>;
  readonly comment: string;
  readonly requester: ActorRef;
  /** Why it failed, conflicts or waits. */
  readonly code: string | null;
  readonly resultVersion: number | null;
  readonly attempts: number;
  readonly unsatisfiable: UnsatisfiableChange | null;
  /** Put through without the votes. */
  readonly override: Override | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
  readonly approval: readonly {
    readonly profileId: string;
    readonly profileVersion: number;
    readonly name: string;
    readonly satisfied: boolean;
    readonly steps: readonly {
      readonly rule: string;
      readonly name: string;
      readonly required: number;
      /** Ids of people whose approval counts here. */
      readonly votes: readonly string[];
      readonly satisfied: boolean;
      /** Votes are taken for it now. */
      readonly open: boolean;
    }[];
  }[];
  readonly reviews: readonly {
    readonly id: string;
    readonly revision: number;
    readonly reviewer: ActorRef;
    readonly decision: 'approve' | 'reject';
    readonly comment: string;
    readonly createdAt: string;
  }[];
  /** Ids of everybody who wrote a revision; none of them may decide. */
  readonly editors: readonly string[];
  /** With `wait=synced`, once the change is applied: how many copies are verified at its version, and which are not. */
  readonly sync?: {
    readonly version: number | null;
    readonly reached: boolean;
    readonly needed: number;
    readonly verified: number;
    readonly laggards: readonly {
      /** Null: the profile holds no copy of the secret. */
      readonly targetId: string | null;
      readonly profileId: string;
      readonly profileName: string | null;
      readonly state: string | null;
      readonly code: string | null;
      readonly observedVersion: number | null;
    }[];
  } | undefined;
};

export type ChangeRequestPage = {
  readonly items: readonly ChangeRequest[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type ChangeSource = {
  readonly profileId: string;
  /** The old source goes on as a target, or loses its copy. */
  readonly oldSource: 'target' | 'drop';
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type ChangeSyncPlan = {
  /** What the grant is for; null when nobody had to agree. */
  readonly granted: GrantedPlan | null;
  /** What it would do now; null once it has ended. */
  readonly now: GrantedPlan | null;
  /** Where both part; of a change that ended as `plan_changed`: why it stopped. */
  readonly difference: readonly {
    readonly targetId: string;
    readonly was: PlannedTarget | null;
    readonly is: PlannedTarget | null;
  }[];
  /** How far every target is by now: after a restore, which copies are back. */
  readonly targets: readonly {
    readonly targetId: string;
    readonly profileId: string;
    readonly state: 'pending' | 'syncing' | 'synced' | 'failed' | 'drifted' | 'conflict' | 'paused' | 'parked' | 'removing' | 'removed';
    readonly code: string | null;
    readonly desiredVersion: number | null;
    readonly observedVersion: number | null;
    /** What is wanted there is proved to be there, or to be gone. */
    readonly arrived: boolean;
  }[];
};

export type CheckVault = {
  /** As a vault profile would say them. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
};

export type Consumer = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly webhookId: string | null;
  readonly references: readonly {
    /** As the secret is called now: `folder/name@3`. */
    readonly reference: string;
    readonly secretId: string;
    readonly customerId: string | null;
  }[];
  readonly createdBy: ActorRef;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type ConsumerPage = {
  readonly items: readonly Consumer[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type ContentEvidence = {
  readonly fields: readonly FieldEvidence[];
  readonly equals: 'current' | 'older' | 'none' | 'withheld';
  /** The newest older version with this very content. */
  readonly equalsVersion: number | null;
  readonly facts: {
    readonly before: Readonly<Record<string, unknown>> | null;
    /** What is no secret: algorithm, size, expiry. Times in UTC. */
    readonly after: Readonly<Record<string, unknown>>;
  };
};

export type CreateApprovalProfile = {
  readonly name: string;
  /** Every rule that applies to a change is asked: all their steps, by different people, within the shortest expiry. */
  readonly rules?: readonly ApprovalRule[] | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly operations?: readonly ('create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token')[] | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly order?: 'sequential' | 'any' | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly steps?: readonly ApprovalStep[] | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly expiresAfterHours?: number | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly requiredChecks?: readonly string[] | undefined;
};

export type CreateChangeComment = {
  readonly text: string;
};

export type CreateConsumer = {
  /** Id or slug of the project. */
  readonly project: string;
  readonly name: string;
  readonly description?: string | undefined;
  /** The webhook that is told; null: those that are told of `consumer.affected` in the project. */
  readonly webhookId?: string | null | undefined;
  /** Id or slug: names are those of this customer's secrets, else of those that are shared. */
  readonly customer?: string | undefined;
  /** The shared secret of a name, where the customer has none. */
  readonly fallback?: boolean | undefined;
  /** `folder/name`, with `@3`, `@latest` or `@latest_enabled` (the default) behind it. */
  readonly references?: readonly string[] | undefined;
  /** Instead: a template; what it refers to is kept, and the text is not. */
  readonly template?: string | undefined;
};

export type CreateCustomer = {
  /** Stands in paths at vaults; cannot change. Not `shared`. */
  readonly slug: string;
  readonly name: string;
};

export type CreateImport = {
  /** Id or slug. */
  readonly project: string;
  readonly entries?: readonly ImportEntry[] | undefined;
  /** Everything below this folder, at most 10000 entries; empty for the whole place. */
  readonly prefix?: '' | string | undefined;
  /** Write the ownership marker on each entry. Nothing else is ever written by an import. */
  readonly marker?: boolean | undefined;
  /** What it means for an item that its name or its entry is taken: passed over, or failed. */
  readonly onCollision?: 'skip' | 'fail' | undefined;
  /** Only say what would be made. */
  readonly dryRun?: boolean | undefined;
  readonly comment?: string | undefined;
};

export type CreateImportReview = {
  readonly decision: 'approve' | 'reject';
  /** As shown to the reviewer. */
  readonly digest: string;
  readonly comment?: string | undefined;
};

export type CreateMachine = {
  readonly name: string;
  /** Default: whoever creates it. Cannot change later. */
  readonly ownerId?: string | undefined;
};

export type CreateOrganization = {
  readonly slug: string;
  readonly name: string;
  readonly administrator: CreatePerson;
};

export type CreateOverride = {
  /** Why it cannot wait. Everybody who may see the change can read it. */
  readonly reason: string;
  /** As shown. */
  readonly revision: number;
  /** As shown. */
  readonly digest: string;
};

export type CreatePerson = {
  readonly name: string;
  readonly email: string;
};

export type CreateProject = {
  /** Stands in paths at vaults; cannot change. */
  readonly slug: string;
  readonly name: string;
  readonly description?: string | undefined;
  /** Secret names must be plain identifiers (letters, digits, "_"), as templates need. */
  readonly plainIdentifiers?: boolean | undefined;
  /** Values of its secrets are handed out to nobody by any way. Ceasing to be so does not show what was written before. */
  readonly writeOnly?: boolean | undefined;
  /** `required`: people, not machines, must give a `reason` with every reading of a value; it stands in the audit trail. */
  readonly revealReason?: 'optional' | 'required' | undefined;
  /** How many secrets the project may hold; null: no limit. */
  readonly maxSecrets?: number | null | undefined;
  /** How many versions each secret may have, without destroyed ones; null: no limit. */
  readonly maxVersions?: number | null | undefined;
};

export type CreateReview = {
  readonly decision: 'approve' | 'reject';
  /** As shown to the reviewer. */
  readonly revision: number;
  /** As shown to the reviewer. */
  readonly digest: string;
  readonly comment?: string | undefined;
};

export type CreateReviews = {
  readonly reviews: readonly {
    readonly changeRequestId: string;
    readonly decision: 'approve' | 'reject';
    /** As shown to the reviewer. */
    readonly revision: number;
    /** As shown to the reviewer. */
    readonly digest: string;
    readonly comment?: string | undefined;
  }[];
};

export type CreateRoleGrant = {
  readonly subjectType: 'person' | 'group' | 'machine';
  readonly subjectId: string;
  readonly role: 'viewer' | 'reader' | 'read_write' | 'write_only' | 'approver' | 'auditor' | 'operator' | 'system' | 'break_glass' | 'compliance' | 'admin';
  /** The project it counts in; null: the whole organization. */
  readonly projectId?: string | null | undefined;
  /** Only for the secrets of this customer of the project. Roles that administer, decide or audit cannot be limited so. */
  readonly customerId?: string | null | undefined;
  /** With a customer: for the secrets that the project shares, too. */
  readonly shared?: boolean | undefined;
};

export type CreateSecret = {
  /** Id or slug of the project. */
  readonly project: string;
  /** Id or slug of the customer whose secret it is; without it, all of them share it. */
  readonly customer?: string | undefined;
  /** Folder of the secret; empty for the top. */
  readonly path?: string | undefined;
  /** Name of the secret within its path. */
  readonly name: string;
  readonly type: 'basic_auth' | 'api_key' | 'jwt_token' | 'private_key' | 'secret_key' | 'key_store' | 'key_value' | 'generic';
  /** Marks it as owned by the system, for good. Needs the right secret.system; so does every change of it. */
  readonly systemOwner?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly sourceProfileId: string;
  readonly targets?: readonly {
    readonly profileId: string;
    /** What to do about an entry that is already there and not ours: stop, adopt it if it is equal, or overwrite it. */
    readonly onConflict?: 'fail' | 'adopt' | 'overwrite' | undefined;
  }[] | undefined;
  /** Values are handed out to nobody by any way. Ceasing to be so does not show what was written before. */
  readonly writeOnly?: boolean | undefined;
  readonly lifetime?: SecretLifetime | undefined;
  /** The content. Each field is text, or any bytes as `{"base64": "…"}`. At most 64 KiB in all. */
  readonly payload?: Readonly<Record<string, string | {
    readonly base64: string;
  }>> | undefined;
  /** By field, over its bytes: `crc32c:` and 8 hex digits, or `sha256:` and 64. One that does not match refuses the request. */
  readonly checksums?: Readonly<Record<string, string>> | undefined;
  readonly versionDescription?: string | undefined;
  readonly versionLifetime?: VersionLifetime | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type CreateToken = {
  readonly name: string;
  /** For another person; needs `access.administer`. */
  readonly userId?: string | undefined;
  /** For a machine; needs `access.administer`. */
  readonly machineId?: string | undefined;
  /** Default: never. */
  readonly expiresAt?: string | undefined;
};

export type CreateVault = {
  readonly name: string;
  /** As `GET /v1/vault-kinds` names them. */
  readonly kind: string;
  /** As `GET /v1/vault-kinds` describes them for the kind. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
};

export type CreateVaultProfile = {
  readonly name: string;
  readonly vaultId: string;
  /** Where secrets lie below the mount: a template over {organization}, {project}, {path}, {name} and {type}. {project}, {path} and {name} are needed so that no two secrets share a place. */
  readonly naming?: string | undefined;
  /** What the kind of the vault lets a profile say, as `GET /v1/vault-kinds` describes it. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** Calls to the vault at once, per process. */
  readonly concurrency?: number | undefined;
  /** Calls to the vault per second, per process; null for no limit. */
  readonly ratePerSecond?: number | null | undefined;
  /** How long a copy may be out of step before that is reported; null: nobody said. */
  readonly freshnessSeconds?: number | null | undefined;
  /** Copies that may be removed within an hour before the rest is held until somebody lets it go; null for no limit. */
  readonly maxDeletes?: number | null | undefined;
  /** The same as a share of the copies that were there, rounded down; the smaller of both counts. */
  readonly maxDeletePercent?: number | null | undefined;
  readonly drift?: {
    /** What follows from a copy that is not as it was left. `alert`: its target says so. `repair`: the approved version is written again. `propose`: a content found there is proposed as a new version, in the name of whoever chose this, who needs the right to edit secrets in the whole organization; the rest is only shown. */
    readonly policy?: 'alert' | 'repair' | 'propose' | undefined;
    /** Between two looks at a copy that is in step; null for none. A kind of vault without compare-and-set needs them. */
    readonly intervalMinutes?: number | null | undefined;
    /** Over all copies of the profile. */
    readonly looksPerMinute?: number | undefined;
  } | undefined;
  /** Who must agree to changes through this profile. */
  readonly approvalProfileId?: string | null | undefined;
};

export type CreateWebhook = {
  readonly name: string;
  /** http or https. Must be public, or listed by the operator in KEYFERRY_WEBHOOK_ALLOW. Kept sealed and never shown: the URL of a chat is its credential. */
  readonly url: string;
  /** `keyferry`: JSON for programs. `slack`: also Mattermost. `teams`: a message with an adaptive card. */
  readonly format?: 'keyferry' | 'slack' | 'teams' | undefined;
  /** Which notices; all of them when empty. */
  readonly kinds?: readonly ('change.waiting' | 'change.reviewed' | 'change.commented' | 'change.unsatisfiable' | 'change.overridden' | 'change.checked' | 'change.approved' | 'change.rejected' | 'change.cancelled' | 'change.expiring' | 'change.expired' | 'change.applied' | 'change.failed' | 'change.conflict' | 'change.indeterminate' | 'target.failed' | 'target.drifted' | 'target.repaired' | 'target.conflict' | 'secret.drifted' | 'secret.expiring' | 'consumer.affected' | 'approval_profile.unsatisfiable' | 'vault_profile.unreachable' | 'vault_profile.fuse_tripped' | 'vault_profile.stale' | 'vault_profile.fresh' | 'restore.suspected' | 'token.expiring')[] | undefined;
  /** Of which projects; of all, and of what belongs to none, when empty. */
  readonly projectIds?: readonly string[] | undefined;
  /** `hourly` and `daily` gather everything of that time (days end at 07:00 UTC) in one message. */
  readonly pace?: 'immediate' | 'hourly' | 'daily' | undefined;
  readonly enabled?: boolean | undefined;
  /** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks has it. Default: a new one. */
  readonly secret?: string | undefined;
};

export type CreatedOrganization = {
  readonly organization: Organization;
  readonly administrator: Person;
  /** The administrator's first token: shown in this answer only. */
  readonly token: string;
};

export type CreatedToken = {
  readonly id: string;
  readonly name: string;
  /** The person it belongs to, or null. */
  readonly userId: string | null;
  /** The machine it belongs to, or null. */
  readonly machineId: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly createdAt: string;
  /** The token itself: shown in this answer only. */
  readonly token: string;
};

export type CreatedWebhook = {
  readonly id: string;
  readonly name: string;
  /** `keyferry`: JSON for programs. `slack`: also Mattermost. `teams`: a message with an adaptive card. */
  readonly format: 'keyferry' | 'slack' | 'teams';
  /** Scheme, host and port of the URL. */
  readonly origin: string;
  readonly kinds: readonly string[];
  /** Of which projects; of all, and of what belongs to none, when empty. */
  readonly projectIds: readonly string[];
  /** `hourly` and `daily` gather everything of that time (days end at 07:00 UTC) in one message. */
  readonly pace: 'immediate' | 'hourly' | 'daily';
  readonly enabled: boolean;
  /** A replay is still being prepared. */
  readonly replaying: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Signs every message. Shown this once. */
  readonly secret: string;
};

export type Customer = {
  readonly id: string;
  readonly projectId: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: string;
};

export type CustomerPage = {
  readonly items: readonly Customer[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type DeleteFuseRelease = {
  readonly profileId: string;
  readonly released: number;
  /** Copies whose removal stays held. */
  readonly held: number;
};

export type DeleteSecret = {
  /** How long it can be restored. */
  readonly recoveryDays?: number | undefined;
  /** What happens to the targets' copies. */
  readonly copies?: 'delete' | 'keep' | undefined;
  /** Consumers that may be left without what they refer to, by id; `true`: all there are. */
  readonly confirm?: true | readonly string[] | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type DestroySecret = {
  /** What happens to the targets' copies. */
  readonly copies?: 'delete' | 'keep' | undefined;
  /** Consumers that may be left without what they refer to, by id; `true`: all there are. */
  readonly confirm?: true | readonly string[] | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type DestroyVersion = {
  /** Consumers that may be left without what they refer to, by id; `true`: all there are. */
  readonly confirm?: true | readonly string[] | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type EditChangeRequest = {
  /** The content. Each field is text, or any bytes as `{"base64": "…"}`. At most 64 KiB in all. */
  readonly payload?: Readonly<Record<string, string | {
    readonly base64: string;
  }>> | undefined;
  readonly versionDescription?: string | undefined;
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is its revision. */
  readonly expectedRevision?: number | undefined;
};

export type EditSecret = {
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Values are handed out to nobody by any way. Ceasing to be so does not show what was written before. */
  readonly writeOnly?: boolean | undefined;
  /** Null: it lasts. */
  readonly lifetime?: SecretLifetime | null | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type EditVersion = {
  readonly description?: string | undefined;
  /** Null: it lasts. */
  readonly lifetime?: EditedLifetime | null | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

/** When it is over with the version. Whether it may be read once stays. */
export type EditedLifetime = {
  readonly expiresAt?: string | undefined;
  /** Counted from the moment the change takes effect. */
  readonly ttlSeconds?: number | undefined;
  readonly action?: 'disable' | 'destroy' | undefined;
};

export type Eligibility = {
  /** The first step that the people who are there cannot meet, all steps taken together. */
  readonly unsatisfiable: PlacedLack | null;
  readonly rules: readonly {
    readonly rule: string;
    readonly steps: readonly {
      readonly step: string;
      readonly required: number;
      /** Who could approve here, in one of the projects of the rule or anywhere. */
      readonly canDecide: PeopleRef;
      /** Whom the step names though they lack the right change.review. */
      readonly mayNotReview: PeopleRef;
    }[];
  }[];
};

export type Evidence = {
  readonly changeRequestId: string;
  readonly revision: number;
  /** What a review of just this evidence echoes. */
  readonly digest: string;
  readonly operation: 'create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token';
  /** Whether values are equal to earlier ones is told to people who may decide on this change, and not too often. */
  readonly comparison: 'shown' | 'reviewers_only' | 'rate_limited';
  /** The customer whose secret it is; null: shared by all customers of the project, or no secret at all. */
  readonly customer: {
    readonly id: string;
    readonly slug: string;
    readonly name: string;
  } | null;
  /** Null when the change carries no content. */
  readonly content: ContentEvidence | null;
  /** Every place that holds the value now or will: who else reads it, and what happens there. */
  readonly destinations: readonly EvidenceDestination[];
  /** Who reads the secret, and at which version. */
  readonly consumers: readonly SecretUse[];
  readonly warnings: readonly EvidenceWarning[];
  /** Results of external checkers, the newest of each name. */
  readonly checks: readonly ChangeCheck[];
  readonly missingChecks: readonly MissingCheck[];
};

export type EvidenceDestination = {
  readonly profileId: string;
  readonly profileName: string;
  readonly vaultKind: string;
  readonly profileEnabled: boolean;
  readonly role: 'source' | 'target';
  readonly remotePath: string;
  /** The value has not been there before. */
  readonly isNew: boolean;
  /** What the change means there, as the ledger stands. */
  readonly action: 'create' | 'update' | 'adopt' | 'none' | 'remove' | 'keep_copy' | 'conflict' | 'drifted';
};

export type EvidenceWarning = {
  readonly code: 'placeholder' | 'empty' | 'low_strength' | 'surrounding_whitespace' | 'surrounding_quotes' | 'double_base64' | 'same_value_in_fields' | 'key_does_not_match_certificate' | 'control_characters' | 'field_removed' | 'nothing_changes' | 'value_reused' | 'weaker_value' | 'expired' | 'not_yet_valid' | 'expires_sooner' | 'weak_key' | 'weaker_key' | 'form_changed' | 'destination_conflict';
  readonly fields: readonly string[];
  readonly before?: unknown | undefined;
  readonly after?: unknown | undefined;
};

export type ExpiringSecret = {
  readonly secretId: string;
  readonly projectId: string;
  readonly path: string;
  readonly name: string;
  readonly type: string;
  /** The newest enabled one. */
  readonly version: number;
  readonly expiresAt: string;
};

export type ExpiringSecrets = {
  readonly items: readonly ExpiringSecret[];
};

export type FieldEvidence = {
  readonly name: string;
  readonly presence: 'added' | 'removed' | 'kept';
  /** Null for a field that is not on both sides. Withheld for everybody when one of the two is easy to guess. */
  readonly value: 'changed' | 'unchanged' | 'withheld' | null;
  /** Older versions in which the field had this very value. Null: withheld. */
  readonly equalsVersions: readonly number[] | null;
  readonly strength: {
    readonly before: 'low' | 'fair' | 'strong' | null;
    readonly after: 'low' | 'fair' | 'strong' | null;
  };
  readonly facts: {
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
  };
};

export type Folder = {
  /** The whole path. */
  readonly path: string;
  /** Right in it. */
  readonly secrets: number;
  /** In it and in all folders below. */
  readonly secretsInAll: number;
};

export type FolderPage = {
  readonly items: readonly Folder[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type GrantedPlan = {
  /** Over the decisions: two plans that do the same have the same. */
  readonly digest: string;
  readonly targets: readonly PlannedTarget[];
};

export type Group = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
};

export type GroupName = {
  readonly name: string;
};

export type GroupPage = {
  readonly items: readonly Group[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type Health = {
  readonly status: 'ok';
};

export type Import = {
  readonly id: string;
  readonly projectId: string;
  readonly profileId: string;
  readonly dryRun: boolean;
  readonly prefix: string | null;
  readonly marker: boolean;
  readonly onCollision: 'skip' | 'fail';
  readonly state: 'listing' | 'running' | 'cancelling' | 'completed' | 'cancelled' | 'failed';
  /** Why it failed or waits. */
  readonly code: string | null;
  readonly counts: ImportCounts;
  readonly comment: string;
  readonly requester: ActorRef;
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
};

/** Items by their state. Of a listing: those found so far. */
export type ImportCounts = {
  readonly total: number;
  readonly pending: number;
  readonly ready: number;
  readonly waiting: number;
  readonly importing: number;
  readonly imported: number;
  readonly skipped: number;
  readonly failed: number;
  readonly cancelled: number;
};

export type ImportDetail = {
  readonly id: string;
  readonly projectId: string;
  readonly profileId: string;
  readonly dryRun: boolean;
  readonly prefix: string | null;
  readonly marker: boolean;
  readonly onCollision: 'skip' | 'fail';
  readonly state: 'listing' | 'running' | 'cancelling' | 'completed' | 'cancelled' | 'failed';
  /** Why it failed or waits. */
  readonly code: string | null;
  readonly counts: ImportCounts;
  readonly comment: string;
  readonly requester: ActorRef;
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
  /** Covers every change request of the import; a review of all of them echoes it. Null without any. */
  readonly digest: string | null;
};

export type ImportEntry = {
  /** As `GET …/entries` lists it. */
  readonly entry: string;
  /** Proposed when absent. */
  readonly name?: string | undefined;
  /** Folder of the secret; proposed when absent. */
  readonly path?: string | undefined;
  /** Guessed from the content when absent, and shown. */
  readonly type?: 'basic_auth' | 'api_key' | 'jwt_token' | 'private_key' | 'secret_key' | 'key_store' | 'key_value' | 'generic' | undefined;
};

/** What was found at the entry, without any value. */
export type ImportFound = {
  /** Why it is of its type. */
  readonly because?: string | undefined;
  readonly fieldNames?: readonly string[] | undefined;
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
  /** What was expected of the content and is not so. */
  readonly expected?: string | undefined;
  /** Of a dry run: types the content cannot have, with what they expect. */
  readonly cannotBe?: readonly {
    readonly type: 'basic_auth' | 'api_key' | 'jwt_token' | 'private_key' | 'secret_key' | 'key_store' | 'key_value' | 'generic';
    readonly expected: string;
  }[] | undefined;
};

export type ImportItem = {
  readonly position: number;
  readonly entry: string;
  readonly state: 'pending' | 'ready' | 'waiting' | 'importing' | 'imported' | 'skipped' | 'failed' | 'cancelled';
  readonly code: string | null;
  readonly path: string | null;
  readonly name: string | null;
  readonly type: 'basic_auth' | 'api_key' | 'jwt_token' | 'private_key' | 'secret_key' | 'key_store' | 'key_value' | 'generic' | null;
  readonly found: ImportFound | null;
  readonly changeRequestId: string | null;
  readonly secretId: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
};

export type ImportItemPage = {
  readonly items: readonly ImportItem[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type ImportPage = {
  readonly items: readonly Import[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type ImportReview = {
  /** Changes that were decided on by this request. */
  readonly decided: number;
  /** Changes that moved meanwhile; look at them again. */
  readonly refused: number;
  /** Changes that still wait for this decision: repeat the request. */
  readonly left: number;
};

export type ItemError = {
  readonly code: 'invalid_input' | 'template_invalid' | 'malformed_json' | 'payload_too_large' | 'unsupported_media_type' | 'method_not_allowed' | 'unauthenticated' | 'forbidden' | 'system_owned' | 'not_found' | 'already_exists' | 'in_use' | 'protected' | 'quota_exceeded' | 'version_conflict' | 'revision_conflict' | 'change_in_progress' | 'invalid_transition' | 'digest_mismatch' | 'not_eligible' | 'policy_unsatisfiable' | 'remote_path_taken' | 'content_drifted' | 'version_content_unavailable' | 'profile_disabled' | 'secret_disabled' | 'version_disabled' | 'write_only' | 'read_once' | 'reason_required' | 'expired' | 'idempotency_key_reused' | 'request_in_progress' | 'vault_conflict' | 'vault_rejected' | 'vault_denied' | 'vault_busy' | 'vault_unavailable' | 'too_many_streams' | 'backlog_full' | 'unavailable' | 'internal';
  readonly status: number;
  readonly title: string;
  readonly detail: string;
};

export type Machine = {
  readonly id: string;
  readonly name: string;
  /** The person who answers for it: in approvals the two are one. */
  readonly ownerId: string;
  readonly disabled: boolean;
  readonly createdAt: string;
};

export type MachinePage = {
  readonly items: readonly Machine[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type Me = {
  readonly type: 'person' | 'machine' | 'system';
  readonly id: string;
  readonly name: string;
  /** The person who answers for what is done: of a machine, its owner. */
  readonly personId: string;
  readonly tokenId: string | null;
  readonly organization: Organization;
  readonly groupIds: readonly string[];
  readonly grants: readonly {
    readonly role: 'viewer' | 'reader' | 'read_write' | 'write_only' | 'approver' | 'auditor' | 'operator' | 'system' | 'break_glass' | 'compliance' | 'admin';
    /** A project; null: the whole organization. */
    readonly projectId: string | null;
    /** Only for the secrets of this customer; null: for all of the project. */
    readonly customerId: string | null;
    readonly shared: boolean;
  }[];
  readonly rights: readonly {
    /** A project; null: the whole organization. */
    readonly projectId: string | null;
    /** Only for the secrets of this customer; null: for all of the project. */
    readonly customerId: string | null;
    readonly rights: readonly ('secret.list' | 'secret.read_value' | 'secret.create' | 'secret.edit' | 'secret.delete' | 'secret.restore' | 'secret.sync' | 'secret.system' | 'change.read' | 'change.review' | 'change.override' | 'compliance.report' | 'vault.read' | 'vault.administer' | 'policy.administer' | 'project.administer' | 'access.administer' | 'webhook.administer' | 'audit.read' | 'installation.administer')[];
  }[];
};

/** A check that a policy asks for and that is not `ok` yet. */
export type MissingCheck = {
  readonly name: string;
  readonly profileId: string;
  readonly profile: string;
  readonly why: 'not_reported' | 'stale' | 'not_ok' | 'not_available';
};

export type Mutation = {
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type MutationAnswer = {
  readonly secretId: string;
  /** The content is what the newest version holds; nothing was done. */
  readonly unchanged: boolean;
  readonly version: SecretVersion | null;
  readonly changeRequest: ChangeRequest | null;
};

export type NewSecretVersion = {
  /** The content. Each field is text, or any bytes as `{"base64": "…"}`. At most 64 KiB in all. */
  readonly payload: Readonly<Record<string, string | {
    readonly base64: string;
  }>>;
  /** By field, over its bytes: `crc32c:` and 8 hex digits, or `sha256:` and 64. One that does not match refuses the request. */
  readonly checksums?: Readonly<Record<string, string>> | undefined;
  readonly versionDescription?: string | undefined;
  readonly versionLifetime?: VersionLifetime | undefined;
  /** Disable the version that was the newest until then, in the same step. */
  readonly disablePrevious?: boolean | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type NoticeDelivery = {
  readonly id: string;
  /** The `webhook-id` it is sent under, every time; null while it waits for its digest. */
  readonly messageId: string | null;
  readonly kind: string;
  readonly noticeId: string;
  /** Number of the audit event. */
  readonly seq: number;
  /** `pending`: not tried yet. `failed`: tried, and will be again. `parked`: nobody tries any more. */
  readonly state: 'pending' | 'failed' | 'delivered' | 'parked';
  readonly attempts: number;
  /** The receiver's status code at the last attempt. */
  readonly status: number | null;
  /** Why the last attempt failed. */
  readonly code: string | null;
  readonly nextAttemptAt: string | null;
  readonly deliveredAt: string | null;
  readonly createdAt: string;
};

export type NoticeDeliveryPage = {
  readonly items: readonly NoticeDelivery[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type NotificationPreferences = {
  /** Requests that wait for you, and what becomes of your own. */
  readonly reviews: 'immediate' | 'hourly' | 'daily' | 'off';
  /** Targets, vaults and what runs out, for whoever looks after them. */
  readonly operations: 'immediate' | 'hourly' | 'daily' | 'off';
};

export type Organization = {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Its administrators may create organizations. */
  readonly isOperator: boolean;
  /** Who must agree anywhere in the organization, beside the policies of vault profiles. */
  readonly approvalProfileId: string | null;
  readonly createdAt: string;
};

export type OrganizationPage = {
  readonly items: readonly Organization[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type Override = {
  readonly by: ActorRef;
  readonly reason: string;
  readonly at: string;
  /** The revision it was for; it counts for no later one. */
  readonly revision: number;
  /** Open until somebody who could have approved has looked at it. */
  readonly review: {
    readonly by: ActorRef;
    readonly comment: string;
    readonly at: string;
  } | null;
};

export type Pause = {
  /** Null: not paused. */
  readonly pausedAt: string | null;
};

export type PeopleRef = {
  readonly count: number;
  /** The first of them by name. */
  readonly people: readonly PersonRef[];
};

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly disabled: boolean;
  readonly createdAt: string;
};

export type PersonPage = {
  readonly items: readonly Person[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type PersonRef = {
  readonly id: string;
  readonly name: string;
};

export type PlacedLack = {
  readonly rule: string;
  readonly step: string;
  readonly required: number;
  /** Different people who could decide it, beside those whom earlier steps need. */
  readonly available: number;
  /** Place of the rule in the policy, from 0. */
  readonly ruleAt: number;
  /** Place of the step in the rule, from 0. */
  readonly stepAt: number;
  /** The project of the rule where people are missing. */
  readonly projectId: string | null;
};

export type PlannedTarget = {
  readonly targetId: string;
  readonly profileId: string;
  readonly remotePath: string;
  readonly action: 'create' | 'update' | 'delete' | 'adopt' | 'skip' | 'conflict';
  /** Why it is skipped or in conflict. */
  readonly code: string | null;
  /** What will be there; null: nothing. */
  readonly version: number | null;
};

export type PreviewEligibility = {
  readonly policy: ApprovalPolicyInput;
  /** As if this person asked for the change. When absent, anybody who can ask for changes may. */
  readonly requesterId?: string | undefined;
};

export type Problem = {
  /** `urn:keyferry:problem:<code>` */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Stable; switch on this. */
  readonly code: 'invalid_input' | 'template_invalid' | 'malformed_json' | 'payload_too_large' | 'unsupported_media_type' | 'method_not_allowed' | 'unauthenticated' | 'forbidden' | 'system_owned' | 'not_found' | 'already_exists' | 'in_use' | 'protected' | 'quota_exceeded' | 'version_conflict' | 'revision_conflict' | 'change_in_progress' | 'invalid_transition' | 'digest_mismatch' | 'not_eligible' | 'policy_unsatisfiable' | 'remote_path_taken' | 'content_drifted' | 'version_content_unavailable' | 'profile_disabled' | 'secret_disabled' | 'version_disabled' | 'write_only' | 'read_once' | 'reason_required' | 'expired' | 'idempotency_key_reused' | 'request_in_progress' | 'vault_conflict' | 'vault_rejected' | 'vault_denied' | 'vault_busy' | 'vault_unavailable' | 'too_many_streams' | 'backlog_full' | 'unavailable' | 'internal';
  readonly detail: string;
  readonly requestId: string;
  /** What was expected where: a JSON pointer into the body, or below `/path`, `/query` or `/header`. Never what was given. */
  readonly errors?: readonly {
    readonly pointer: string;
    readonly expected: string;
  }[] | undefined;
};

export type Project = {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  /** Secret names must be plain identifiers (letters, digits, "_"), as templates need. */
  readonly plainIdentifiers: boolean;
  /** Values of its secrets are handed out to nobody by any way. Ceasing to be so does not show what was written before. */
  readonly writeOnly: boolean;
  /** `required`: people, not machines, must give a `reason` with every reading of a value; it stands in the audit trail. */
  readonly revealReason: 'optional' | 'required';
  /** How many secrets the project may hold; null: no limit. */
  readonly maxSecrets: number | null;
  /** How many versions each secret may have, without destroyed ones; null: no limit. */
  readonly maxVersions: number | null;
  /** What counts towards its quotas. Null in lists. */
  readonly usage: {
    readonly secrets: number;
  } | null;
  /** No copy of its secrets is carried anywhere since then. */
  readonly pausedAt: string | null;
  readonly createdAt: string;
};

export type ProjectPage = {
  readonly items: readonly Project[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type ReadAnswer = {
  /** In the order asked for: each has its content or why there is none. */
  readonly items: readonly {
    readonly content: SecretContent | null;
    readonly error: ItemError | null;
  }[];
};

export type ReadSecrets = {
  readonly items: readonly ({
    readonly secretId: string;
    /** A number, `latest` or `latest_enabled`. */
    readonly version?: string | undefined;
    /** Only this field. */
    readonly field?: string | undefined;
  } | {
    readonly project: string;
    /** Folder, name and version of a secret: a name such as `folder/name`, with or without `@3`, `@latest` or `@latest_enabled` behind it. */
    readonly reference: string;
    /** Id or slug: that customer's secret. Without it, the shared one. */
    readonly customer?: string | undefined;
    /** The shared secret of this name, when the customer has none. */
    readonly fallback?: boolean | undefined;
    /** Only this field. */
    readonly field?: string | undefined;
  })[];
  /** Why it is read, for the audit trail; never a value. Projects may ask people for it. */
  readonly reason?: string | undefined;
  /** For reading everything there is: a version that may be read once is not used up, and refused with `read_once`. */
  readonly leaveReadOnce?: boolean | undefined;
};

export type Readiness = {
  readonly status: 'ready' | 'not_ready';
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
};

export type RebaseChangeRequest = EditChangeRequest;

export type ReleaseDeleteFuse = {
  /** How many of the held removals may begin. */
  readonly release: number;
  /** Why they are meant to go. It stands in the audit trail. */
  readonly reason: string;
};

export type RemoveTarget = {
  readonly copy?: 'delete' | 'keep' | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type RenameSecret = {
  /** Name of the secret within its path. */
  readonly name?: string | undefined;
  /** Folder of the secret; empty for the top. */
  readonly path?: string | undefined;
  /** Consumers that may be left without what they refer to, by id; `true`: all there are. */
  readonly confirm?: true | readonly string[] | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type RenderTemplate = {
  /** Id or slug of the project whose secrets `.Secrets` gives. */
  readonly project: string;
  /** Id or slug: that customer's secrets. Without it, those that the project shares. */
  readonly customer?: string | undefined;
  /** The shared secret of a name, where the customer has none. */
  readonly fallback?: boolean | undefined;
  /** A Go `text/template`. */
  readonly template: string;
  /** What errors call the template, for example its file name. */
  readonly name?: string | undefined;
  /** `text` prints values as they are. The others write each value so that a reader of the file gets exactly this value. */
  readonly format?: 'text' | 'env' | 'json' | 'yaml' | 'shell' | undefined;
  /** Refuse a value that would have to be quoted or escaped where it stands, instead of doing so. */
  readonly strict?: boolean | undefined;
  /** Read no value; name everything that is wrong with the template. Needs to see secrets only. */
  readonly check?: boolean | undefined;
  /** Why it is read, for the audit trail; never a value. Projects may ask people for it. */
  readonly reason?: string | undefined;
};

export type RenderedTemplate = {
  /** Null for a check. */
  readonly output: string | null;
  /** The secrets that were used. */
  readonly secrets: readonly {
    /** With its folder: `folder/name`. */
    readonly name: string;
    readonly version: number;
    /** Whose it is; null: shared. */
    readonly customerId: string | null;
    /** The fields that the template looks at. */
    readonly fields: readonly string[];
  }[];
};

export type ReplayApprovalProfile = {
  /** A draft; the current policy when absent. */
  readonly policy?: ApprovalPolicyInput | undefined;
  /** Only changes that were opened from then on. */
  readonly since?: string | undefined;
  /** At most so many, the newest. */
  readonly limit?: number | undefined;
};

export type ReplayPolicy = {
  readonly policy: ApprovalPolicyInput;
  /** Only changes that were opened from then on. */
  readonly since?: string | undefined;
  /** At most so many, the newest. */
  readonly limit?: number | undefined;
};

export type ReplayReport = {
  readonly counts: {
    readonly changes: number;
    readonly wouldNotWait: number;
    readonly wouldWait: number;
    readonly wouldBeApproved: number;
    readonly wouldBeRejected: number;
    /** Neither approved nor rejected by the votes they got. */
    readonly wouldStillWait: number;
    readonly unsatisfiable: number;
    /** Would wait and did not. */
    readonly newlyAsked: number;
    /** Waited and would not. */
    readonly noLongerAsked: number;
  };
  /** Why this policy would be refused when saved. */
  readonly unsatisfiable: ApprovalLack | null;
  readonly items: readonly ReplayedChange[];
};

export type ReplayWebhook = {
  /** Everything since then that the webhook asks for. */
  readonly since: string;
};

export type ReplayedChange = {
  readonly changeId: string;
  readonly operation: 'create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token';
  readonly subjectType: 'secret' | 'vault' | 'vault_profile' | 'approval_profile' | 'organization' | 'role_grant' | 'group' | 'group_member' | 'person' | 'machine' | 'token';
  readonly subjectId: string;
  readonly requester: ActorRef;
  readonly createdAt: string;
  /** What became of it. */
  readonly state: 'draft' | 'pending_approval' | 'approved' | 'executing' | 'indeterminate' | 'applied' | 'failed' | 'conflict' | 'rejected' | 'cancelled' | 'expired';
  /** Policies of that time asked about it. */
  readonly waited: boolean;
  /** This one would ask about it. */
  readonly wouldWait: boolean;
  /** The rules that would apply. */
  readonly rules: readonly string[];
  /** The votes it got would suffice, without a rejection that counts. */
  readonly wouldBeApproved: boolean;
  /** Somebody rejected it who could do so here. */
  readonly wouldBeRejected: boolean;
  /** A step that nobody but its requester and editors could meet. */
  readonly unsatisfiable: ApprovalLack | null;
};

export type ReportCheck = {
  readonly name: string;
  /** `not_available`: the check could not be made, which is not `ok` either. */
  readonly conclusion: 'ok' | 'not_ok' | 'not_available';
  readonly summary?: string | undefined;
  /** Where more can be read. */
  readonly url?: string | undefined;
  /** Of the change request as it was checked. */
  readonly digest: string;
};

export type ResolveTarget = {
  /** `adopt` takes an equal entry over; `overwrite` replaces it; `leave` lets it stand and parks the target until somebody decides otherwise or the place is free. */
  readonly way: 'adopt' | 'overwrite' | 'leave';
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type RetryChangeRequest = {
  /** The content. Each field is text, or any bytes as `{"base64": "…"}`. At most 64 KiB in all. */
  readonly payload?: Readonly<Record<string, string | {
    readonly base64: string;
  }>> | undefined;
};

export type ReviewOverride = {
  readonly comment: string;
};

export type ReviewResults = {
  readonly items: readonly ({
    readonly changeRequestId: string;
    /** What the review alone would have been answered with. */
    readonly status: number;
    readonly changeRequest: ChangeRequest | null;
    /** Why it was refused. */
    readonly problem: {
      readonly code: 'invalid_input' | 'template_invalid' | 'malformed_json' | 'payload_too_large' | 'unsupported_media_type' | 'method_not_allowed' | 'unauthenticated' | 'forbidden' | 'system_owned' | 'not_found' | 'already_exists' | 'in_use' | 'protected' | 'quota_exceeded' | 'version_conflict' | 'revision_conflict' | 'change_in_progress' | 'invalid_transition' | 'digest_mismatch' | 'not_eligible' | 'policy_unsatisfiable' | 'remote_path_taken' | 'content_drifted' | 'version_content_unavailable' | 'profile_disabled' | 'secret_disabled' | 'version_disabled' | 'write_only' | 'read_once' | 'reason_required' | 'expired' | 'idempotency_key_reused' | 'request_in_progress' | 'vault_conflict' | 'vault_rejected' | 'vault_denied' | 'vault_busy' | 'vault_unavailable' | 'too_many_streams' | 'backlog_full' | 'unavailable' | 'internal';
      readonly detail: string;
    } | null;
  })[];
};

export type RoleGrant = {
  readonly id: string;
  readonly subjectType: 'person' | 'group' | 'machine';
  readonly subjectId: string;
  readonly role: 'viewer' | 'reader' | 'read_write' | 'write_only' | 'approver' | 'auditor' | 'operator' | 'system' | 'break_glass' | 'compliance' | 'admin';
  /** The project it counts in; null: the whole organization. */
  readonly projectId: string | null;
  /** Only for the secrets of this customer of the project. Roles that administer, decide or audit cannot be limited so. */
  readonly customerId: string | null;
  /** With a customer: for the secrets that the project shares, too. */
  readonly shared: boolean;
  readonly createdAt: string;
};

export type RoleGrantPage = {
  readonly items: readonly RoleGrant[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type RoleList = {
  readonly items: readonly {
    readonly role: 'viewer' | 'reader' | 'read_write' | 'write_only' | 'approver' | 'auditor' | 'operator' | 'system' | 'break_glass' | 'compliance' | 'admin';
    readonly summary: string;
    readonly rights: readonly ('secret.list' | 'secret.read_value' | 'secret.create' | 'secret.edit' | 'secret.delete' | 'secret.restore' | 'secret.sync' | 'secret.system' | 'change.read' | 'change.review' | 'change.override' | 'compliance.report' | 'vault.read' | 'vault.administer' | 'policy.administer' | 'project.administer' | 'access.administer' | 'webhook.administer' | 'audit.read' | 'installation.administer')[];
  }[];
};

export type Rollback = {
  readonly version: number;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
};

export type RotateWebhookSecret = {
  /** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks has it. Default: a new one. */
  readonly secret?: string | undefined;
  /** How long the old one signs beside it. */
  readonly overlapHours?: number | undefined;
};

export type RotatedWebhookSecret = {
  /** Signs from now on. Shown this once. */
  readonly secret: string;
  /** Until then the old one signs beside it. */
  readonly previousValidUntil: string;
};

export type Secret = {
  readonly id: string;
  readonly projectId: string;
  /** Null: shared by all customers of the project. */
  readonly customerId: string | null;
  /** The part of the estate that keeps it, so that nobody else changes it; null: people do. */
  readonly systemOwner: string | null;
  readonly path: string;
  readonly name: string;
  readonly type: 'basic_auth' | 'api_key' | 'jwt_token' | 'private_key' | 'secret_key' | 'key_store' | 'key_value' | 'generic';
  readonly description: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly state: 'draft' | 'pending_approval' | 'active' | 'rejected' | 'failed' | 'deleted' | 'destroyed';
  readonly enabled: boolean;
  readonly protected: boolean;
  /** Its values are handed out to nobody. Its project may say so for all of its secrets. */
  readonly writeOnly: boolean;
  /** When it is over with it. */
  readonly expiresAt: string | null;
  readonly onExpiry: 'disable' | 'delete' | null;
  readonly sourceProfileId: string;
  readonly sourcePath: string;
  /** Null: no version yet. */
  readonly latestVersion: number | null;
  readonly latestEnabledVersion: number | null;
  /** The change request that waits for approval. */
  readonly pendingChangeId: string | null;
  readonly deletedAt: string | null;
  /** Until then the secret can be restored. */
  readonly destroyAfter: string | null;
  readonly createdBy: ActorRef;
  readonly updatedBy: ActorRef;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type SecretContent = {
  readonly secretId: string;
  readonly name: string;
  readonly type: 'basic_auth' | 'api_key' | 'jwt_token' | 'private_key' | 'secret_key' | 'key_store' | 'key_value' | 'generic';
  /** The version the selector came out at. */
  readonly version: number;
  readonly payload: Readonly<Record<string, string | {
    readonly base64: string;
  }>>;
};

/** When it is over with the secret, without anybody asking. */
export type SecretLifetime = {
  readonly expiresAt?: string | undefined;
  /** Counted from the moment the change takes effect. */
  readonly ttlSeconds?: number | undefined;
  readonly action?: 'disable' | 'delete' | undefined;
};

export type SecretPage = {
  readonly items: readonly Secret[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

/** What the secret is to be, when there is none of that name yet; else only its type counts. */
export type SecretToCreate = {
  readonly type: 'basic_auth' | 'api_key' | 'jwt_token' | 'private_key' | 'secret_key' | 'key_store' | 'key_value' | 'generic';
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly sourceProfileId: string;
  readonly targets?: readonly {
    readonly profileId: string;
    /** What to do about an entry that is already there and not ours: stop, adopt it if it is equal, or overwrite it. */
    readonly onConflict?: 'fail' | 'adopt' | 'overwrite' | undefined;
  }[] | undefined;
};

export type SecretUse = {
  /** Of the consumer. */
  readonly id: string;
  readonly name: string;
  /** A number, `latest` or `latest_enabled`. */
  readonly selector: string;
  /** What the selector comes out at now. */
  readonly version: number | null;
};

export type SecretUses = {
  readonly items: readonly SecretUse[];
};

export type SecretVersion = {
  readonly version: number;
  readonly state: 'enabled' | 'disabled' | 'destroyed';
  readonly description: string;
  /** Keyed hash of the content: equal means same value. Null for actors who may not read the value. */
  readonly fingerprint: string | null;
  readonly fieldNames: readonly string[];
  /** What may be known of the content by its type, such as key size or expiry. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly vaultProfileId: string;
  /** The source vault's own version. */
  readonly vaultVersion: string;
  /** Handed out to nobody, whatever its secret is by now. */
  readonly writeOnly: boolean;
  /** When it is over with it. */
  readonly expiresAt: string | null;
  readonly onExpiry: 'disable' | 'destroy' | null;
  /** May be read once. */
  readonly singleAccess: boolean;
  /** Its single access was given away. */
  readonly accessed: boolean;
  readonly changeRequestId: string;
  readonly createdBy: ActorRef;
  readonly createdAt: string;
};

export type SecretVersionPage = {
  readonly items: readonly SecretVersion[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type Session = {
  readonly id: string;
  readonly userId: string;
  /** The token it was opened with; the session ends when that does. */
  readonly tokenId: string | null;
  readonly createdAt: string;
  /** Last use, to the minute. 60 minutes without end it. */
  readonly seenAt: string;
  /** Its end in any case, at most 12 hours after its begin. */
  readonly expiresAt: string;
  /** The request came with it. */
  readonly current: boolean;
};

export type SessionPage = {
  readonly items: readonly Session[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type SyncMapCopy = {
  readonly targetId: string;
  readonly profileId: string;
  readonly state: 'pending' | 'syncing' | 'synced' | 'failed' | 'drifted' | 'conflict' | 'paused' | 'parked' | 'removing' | 'removed';
  /** Null: the copy must be absent. */
  readonly desiredVersion: number | null;
  /** What was last proved to be there. */
  readonly observedVersion: number | null;
  /** Why it is not in step. */
  readonly code: string | null;
  readonly lagSeconds: number | null;
};

export type SyncMapPage = {
  readonly items: readonly SyncMapRow[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type SyncMapRow = {
  readonly secretId: string;
  readonly projectId: string;
  readonly path: string;
  readonly name: string;
  readonly sourceProfileId: string;
  /** Null: no version yet. */
  readonly latestVersion: number | null;
  readonly copies: readonly SyncMapCopy[];
};

export type SyncOverview = {
  /** Null: not paused. */
  readonly pausedAt: string | null;
  /** Copies that workers are at now, anywhere. 0 while paused: drained. */
  readonly underWay: number;
  /** Copies of this organization that are out of step, counted up to the limit. */
  readonly backlog: number;
  /** From here on new content is refused with `backlog_full`. */
  readonly backlogLimit: number;
  /** Does the database seem to be older than the vaults? */
  readonly restore: {
    readonly suspected: boolean;
    readonly since: string | null;
    readonly reason: 'database_changed' | 'copy_ahead' | null;
    /** Profiles with copies that name a version unknown here, and how many still do. */
    readonly profiles: readonly {
      readonly id: string;
      readonly name: string;
      readonly since: string;
      readonly ahead: number;
    }[];
    /** Copies that are not there and are not made anew before somebody settles this. */
    readonly missing: number;
    readonly advice: string | null;
  };
};

export type SyncPlan = {
  /** Over the decisions: two plans that do the same have the same. */
  readonly digest: string;
  readonly items: readonly SyncPlanLine[];
  readonly nextCursor: string | null;
};

export type SyncPlanLine = {
  readonly targetId: string;
  readonly profileId: string;
  readonly remotePath: string;
  readonly action: 'create' | 'update' | 'delete' | 'adopt' | 'skip' | 'conflict';
  /** Why it is skipped or in conflict. */
  readonly code: string | null;
  /** What will be there; null: nothing. */
  readonly version: number | null;
  readonly secretId: string;
  readonly secretName: string;
  readonly profileName: string;
  /** Seen now, known from the ledger, or not to be seen now for the reason in `code`. */
  readonly basis: 'observed' | 'ledger' | 'unknown';
};

export type SyncRate = {
  readonly profileId: string;
  /** Copies that came to where they should be, or were removed as they should. */
  readonly settled: number;
  /** Copies that began to fail, or failed in another way than before. */
  readonly failed: number;
  /** Copies whose entry was found to be changed by others, or not to be ours. */
  readonly toDecide: number;
};

export type SyncRateList = {
  /** So much time is counted, up to now. */
  readonly seconds: number;
  readonly items: readonly SyncRate[];
};

export type Target = {
  readonly id: string;
  readonly secretId: string;
  readonly profileId: string;
  readonly profileName: string;
  readonly remotePath: string;
  readonly state: 'pending' | 'syncing' | 'synced' | 'failed' | 'drifted' | 'conflict' | 'paused' | 'parked' | 'removing' | 'removed';
  /** Null: the copy must be absent. */
  readonly desiredVersion: number | null;
  /** What was last proved to be there. */
  readonly observedVersion: number | null;
  /** Ours by its marker and unknown here: the database is older than this copy. The next version is numbered above. */
  readonly aheadVersion: number | null;
  /** Why it is not in step. */
  readonly code: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  /** Out of step since then. */
  readonly dueSince: string | null;
  /** What the vault last said it took; null for a removal. That is no proof: see `observedVersion`. */
  readonly writtenVersion: number | null;
  readonly writtenAt: string | null;
  /** When `observedVersion` was last proved. */
  readonly syncedAt: string | null;
  /** When the drift scan looks again. */
  readonly nextScanAt: string | null;
};

export type TargetList = {
  readonly items: readonly Target[];
};

export type Token = {
  readonly id: string;
  readonly name: string;
  /** The person it belongs to, or null. */
  readonly userId: string | null;
  /** The machine it belongs to, or null. */
  readonly machineId: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly createdAt: string;
};

export type TokenPage = {
  readonly items: readonly Token[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

/** A step that the people who are there cannot meet. */
export type Unsatisfiable = {
  readonly rule: string;
  readonly step: string;
  readonly required: number;
  /** Different people who could decide it, beside those whom earlier steps need. */
  readonly available: number;
  readonly since: string;
};

/** What the people who are there cannot meet, so that it waits in vain. */
export type UnsatisfiableChange = {
  readonly profileId: string;
  readonly profile: string;
  readonly rule: string;
  readonly step: string;
  readonly required: number;
  /** Different people who could decide it, beside those whom earlier steps need. */
  readonly available: number;
  readonly since: string;
};

export type UpdateApprovalProfile = {
  readonly name?: string | undefined;
  /** Every rule that applies to a change is asked: all their steps, by different people, within the shortest expiry. */
  readonly rules?: readonly ApprovalRule[] | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly operations?: readonly ('create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token')[] | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly order?: 'sequential' | 'any' | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly steps?: readonly ApprovalStep[] | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly expiresAfterHours?: number | undefined;
  /** Instead of `rules`: one rule without further conditions. */
  readonly requiredChecks?: readonly string[] | undefined;
  readonly expectedVersion?: number | undefined;
};

export type UpdateConsumer = {
  readonly description?: string | undefined;
  /** The webhook that is told; null: those that are told of `consumer.affected` in the project. */
  readonly webhookId?: string | null | undefined;
  /** Id or slug: names are those of this customer's secrets, else of those that are shared. */
  readonly customer?: string | undefined;
  /** The shared secret of a name, where the customer has none. */
  readonly fallback?: boolean | undefined;
  /** `folder/name`, with `@3`, `@latest` or `@latest_enabled` (the default) behind it. */
  readonly references?: readonly string[] | undefined;
  /** Instead: a template; what it refers to is kept, and the text is not. */
  readonly template?: string | undefined;
};

export type UpdateCustomer = {
  readonly name: string;
};

export type UpdateMachine = {
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
};

export type UpdateNotificationPreferences = {
  /** Requests that wait for you, and what becomes of your own. */
  readonly reviews?: 'immediate' | 'hourly' | 'daily' | 'off' | undefined;
  /** Targets, vaults and what runs out, for whoever looks after them. */
  readonly operations?: 'immediate' | 'hourly' | 'daily' | 'off' | undefined;
};

export type UpdateOrganization = {
  readonly name?: string | undefined;
  /** The approval profile that is asked everywhere; null: none. */
  readonly approvalProfileId?: string | null | undefined;
};

export type UpdatePerson = {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** A disabled person, and its machines, can do nothing. */
  readonly disabled?: boolean | undefined;
};

export type UpdateProject = {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Secret names must be plain identifiers (letters, digits, "_"), as templates need. */
  readonly plainIdentifiers?: boolean | undefined;
  /** Values of its secrets are handed out to nobody by any way. Ceasing to be so does not show what was written before. */
  readonly writeOnly?: boolean | undefined;
  /** `required`: people, not machines, must give a `reason` with every reading of a value; it stands in the audit trail. */
  readonly revealReason?: 'optional' | 'required' | undefined;
  /** How many secrets the project may hold; null: no limit. */
  readonly maxSecrets?: number | null | undefined;
  /** How many versions each secret may have, without destroyed ones; null: no limit. */
  readonly maxVersions?: number | null | undefined;
};

export type UpdateVault = {
  readonly name?: string | undefined;
  /** Settings to change; null removes one, others stay. Whoever changes one that is no credential must send the credentials again. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly expectedRevision?: number | undefined;
};

export type UpdateVaultProfile = {
  readonly name?: string | undefined;
  /** For secrets to come; those there are stay where they are, unless `moveCopies` says otherwise. */
  readonly naming?: string | undefined;
  /** With another `naming`: copies move to their new names, and so do values of which the profile is the source, with their newest version. Each is made and proved there before the old one goes. */
  readonly moveCopies?: boolean | undefined;
  /** Attributes to change; null removes one, others stay. When entries lie elsewhere then, all copies are proved again there. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** Calls to the vault at once, per process. */
  readonly concurrency?: number | undefined;
  /** Calls to the vault per second, per process; null for no limit. */
  readonly ratePerSecond?: number | null | undefined;
  /** How long a copy may be out of step before that is reported; null: nobody said. */
  readonly freshnessSeconds?: number | null | undefined;
  /** Copies that may be removed within an hour before the rest is held until somebody lets it go; null for no limit. */
  readonly maxDeletes?: number | null | undefined;
  /** The same as a share of the copies that were there, rounded down; the smaller of both counts. */
  readonly maxDeletePercent?: number | null | undefined;
  readonly drift?: {
    /** What follows from a copy that is not as it was left. `alert`: its target says so. `repair`: the approved version is written again. `propose`: a content found there is proposed as a new version, in the name of whoever chose this, who needs the right to edit secrets in the whole organization; the rest is only shown. */
    readonly policy?: 'alert' | 'repair' | 'propose' | undefined;
    /** Between two looks at a copy that is in step; null for none. A kind of vault without compare-and-set needs them. */
    readonly intervalMinutes?: number | null | undefined;
    /** Over all copies of the profile. */
    readonly looksPerMinute?: number | undefined;
  } | undefined;
  /** Who must agree to changes through this profile. */
  readonly approvalProfileId?: string | null | undefined;
  readonly expectedRevision?: number | undefined;
};

export type UpdateWebhook = {
  readonly name?: string | undefined;
  /** http or https. Must be public, or listed by the operator in KEYFERRY_WEBHOOK_ALLOW. Kept sealed and never shown: the URL of a chat is its credential. */
  readonly url?: string | undefined;
  /** Which notices; all of them when empty. */
  readonly kinds?: readonly ('change.waiting' | 'change.reviewed' | 'change.commented' | 'change.unsatisfiable' | 'change.overridden' | 'change.checked' | 'change.approved' | 'change.rejected' | 'change.cancelled' | 'change.expiring' | 'change.expired' | 'change.applied' | 'change.failed' | 'change.conflict' | 'change.indeterminate' | 'target.failed' | 'target.drifted' | 'target.repaired' | 'target.conflict' | 'secret.drifted' | 'secret.expiring' | 'consumer.affected' | 'approval_profile.unsatisfiable' | 'vault_profile.unreachable' | 'vault_profile.fuse_tripped' | 'vault_profile.stale' | 'vault_profile.fresh' | 'restore.suspected' | 'token.expiring')[] | undefined;
  /** Of which projects; of all, and of what belongs to none, when empty. */
  readonly projectIds?: readonly string[] | undefined;
  /** `hourly` and `daily` gather everything of that time (days end at 07:00 UTC) in one message. */
  readonly pace?: 'immediate' | 'hourly' | 'daily' | undefined;
  /** A disabled one is not told of what happens meanwhile; what waits is delivered once it is enabled. */
  readonly enabled?: boolean | undefined;
};

export type UpsertSecret = {
  /** The content. Each field is text, or any bytes as `{"base64": "…"}`. At most 64 KiB in all. */
  readonly payload: Readonly<Record<string, string | {
    readonly base64: string;
  }>>;
  /** By field, over its bytes: `crc32c:` and 8 hex digits, or `sha256:` and 64. One that does not match refuses the request. */
  readonly checksums?: Readonly<Record<string, string>> | undefined;
  readonly versionDescription?: string | undefined;
  readonly versionLifetime?: VersionLifetime | undefined;
  /** Disable the version that was the newest until then, in the same step. */
  readonly disablePrevious?: boolean | undefined;
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
  /** Refused with 409 unless this is the newest version; 0: none yet. */
  readonly expectedVersion?: number | undefined;
  /** Only record it: nobody is asked and nothing is held until it is submitted. */
  readonly draft?: boolean | undefined;
  readonly create?: SecretToCreate | undefined;
};

export type Vault = {
  readonly id: string;
  readonly name: string;
  /** As `GET /v1/vault-kinds` names them. */
  readonly kind: string;
  /** Settings that are no credentials. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Credentials that are set, never what they are. `unreadable`: they do not open and must be set again. */
  readonly credentials: Readonly<Record<string, 'set' | 'unreadable'>>;
  /** Rises with every change of settings or credentials. */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type VaultCheck = {
  readonly ok: true;
  readonly missingRights: readonly {
    /** In the vendor's words. */
    readonly right: string;
    /** What cannot be done without it. */
    readonly needed: 'list' | 'read' | 'write' | 'label' | 'remove';
  }[];
} | {
  readonly ok: false;
  /** What failed. */
  readonly code: 'not_found' | 'version_conflict' | 'invalid_argument' | 'too_large' | 'unsupported' | 'unauthenticated' | 'permission_denied' | 'rate_limited' | 'limit_exceeded' | 'unavailable' | 'timeout' | 'aborted' | 'closed' | 'unknown';
};

export type VaultEntry = {
  /** Below mount and prefix of the profile. */
  readonly path: string;
  /** The secret of this organization that holds the entry, if one does. */
  readonly secretId: string | null;
};

export type VaultEntryPage = {
  readonly items: readonly VaultEntry[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type VaultKind = {
  /** As `GET /v1/vault-kinds` names them. */
  readonly kind: string;
  readonly title: string;
  /** JSON Schema of the settings. Those with `writeOnly` are credentials and never shown. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Names of the settings that are credentials. */
  readonly sensitive: readonly string[];
  /** JSON Schema of what a vault profile can say about its use of such a vault. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly capabilities: {
    readonly access: 'read' | 'read-write';
    readonly versions: boolean;
    readonly destroyVersions: boolean;
    readonly compareAndSet: boolean;
    readonly operationId: boolean;
    readonly labels: boolean;
    readonly softDelete: boolean;
    readonly maxBytes: number;
    readonly nameRules: string | null;
  };
  /** Mandatory without compare-and-set: only a later look finds a write that came late. */
  readonly driftScan: 'mandatory' | 'optional';
};

export type VaultKinds = {
  readonly items: readonly VaultKind[];
};

export type VaultPage = {
  readonly items: readonly Vault[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type VaultProfile = {
  readonly id: string;
  readonly name: string;
  readonly vaultId: string;
  readonly naming: string;
  /** What the kind of the vault lets a profile say, as `GET /v1/vault-kinds` describes it. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The real place of its entries, however vault and attributes are spelled. */
  readonly place: string;
  /** A disabled profile starts no call; what is due waits. */
  readonly enabled: boolean;
  readonly concurrency: number;
  readonly ratePerSecond: number | null;
  /** How long a copy may be out of step before that is reported; null: nobody said. */
  readonly freshnessSeconds: number | null;
  /** A copy is out of step for longer than that, since then. */
  readonly staleSince: string | null;
  /** No copy is carried there since then; what is due waits. */
  readonly pausedAt: string | null;
  /** A copy there was seen to be ahead of all that is known here: the database seems to be restored. */
  readonly restoreSuspectedAt: string | null;
  readonly drift: VaultProfileDrift;
  readonly check: VaultProfileCheck;
  readonly breaker: VaultProfileBreaker;
  readonly credential: VaultProfileCredential;
  /** Copies that may be removed within an hour before the rest is held until somebody lets it go; null for no limit. */
  readonly maxDeletes: number | null;
  /** The same as a share of the copies that were there, rounded down; the smaller of both counts. */
  readonly maxDeletePercent: number | null;
  readonly fuse: VaultProfileFuse;
  /** Who must agree to changes through this profile. */
  readonly approvalProfileId: string | null;
  /** Rises with every change; a grant is for one revision. */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** Open: the last calls all failed, and until the next probe nobody calls the vault through this profile. */
export type VaultProfileBreaker = {
  readonly state: 'closed' | 'half_open' | 'open';
  readonly code: 'not_found' | 'version_conflict' | 'invalid_argument' | 'too_large' | 'unsupported' | 'unauthenticated' | 'permission_denied' | 'rate_limited' | 'limit_exceeded' | 'unavailable' | 'timeout' | 'aborted' | 'closed' | 'unknown' | null;
  readonly since: string | null;
};

/** What the vault said when it was last asked. */
export type VaultProfileCheck = {
  /** `incomplete`: rights are missing. `failing`: address, login or place are not right; see `code`. */
  readonly state: 'unchecked' | 'ok' | 'incomplete' | 'failing';
  readonly code: 'not_found' | 'version_conflict' | 'invalid_argument' | 'too_large' | 'unsupported' | 'unauthenticated' | 'permission_denied' | 'rate_limited' | 'limit_exceeded' | 'unavailable' | 'timeout' | 'aborted' | 'closed' | 'unknown' | null;
  readonly missingRights: readonly {
    /** In the vendor's words. */
    readonly right: string;
    /** What cannot be done without it. */
    readonly needed: 'list' | 'read' | 'write' | 'label' | 'remove';
  }[];
  readonly checkedAt: string | null;
};

/** Whether the vault accepts our credential. While it is refused no copy is touched and no attempt is counted; work goes on when the vault is saved with another credential, or when a check passes. */
export type VaultProfileCredential = {
  /** `unproved`: the vault has not been asked with these settings yet. */
  readonly state: 'unproved' | 'accepted' | 'refused';
  readonly since: string | null;
};

export type VaultProfileDrift = {
  /** What follows from a copy that is not as it was left. `alert`: its target says so. `repair`: the approved version is written again. `propose`: a content found there is proposed as a new version, in the name of whoever chose this, who needs the right to edit secrets in the whole organization; the rest is only shown. */
  readonly policy: 'alert' | 'repair' | 'propose';
  /** Between two looks at a copy that is in step; null for none. A kind of vault without compare-and-set needs them. */
  readonly intervalMinutes: number | null;
  /** Over all copies of the profile. */
  readonly looksPerMinute: number;
};

export type VaultProfileFreshness = {
  /** How long a copy may be out of step; null: nobody said. */
  readonly objectiveSeconds: number | null;
  /** How long the copy that is out of step longest has been so; 0: none is. */
  readonly lagSeconds: number;
  /** The objective is missed since then. */
  readonly staleSince: string | null;
};

/** Stops removals beyond the limit of the profile. */
export type VaultProfileFuse = {
  readonly tripped: boolean;
  /** Copies whose removal is held. */
  readonly wanted: number;
  /** Copies that were there when it tripped. */
  readonly of: number;
  /** Removals that somebody let go and that have not begun. */
  readonly released: number;
  readonly since: string | null;
};

export type VaultProfilePage = {
  readonly items: readonly VaultProfile[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

/** When it is over with the version, without anybody asking. */
export type VersionLifetime = {
  readonly expiresAt?: string | undefined;
  /** Counted from the moment the version is made, however long its approval takes. */
  readonly ttlSeconds?: number | undefined;
  /** One read gets it; a crash in the middle may lose that read and never gives another. */
  readonly singleAccess?: boolean | undefined;
  /** When it is over. The newest version is disabled, and destroyed once there is a newer one. */
  readonly action?: 'disable' | 'destroy' | undefined;
};

export type WaitingChange = {
  readonly changeRequest: ChangeRequest;
};

export type WaitingCopies = {
  readonly profileId: string;
  /** Copies by the state they are in. */
  readonly states: Readonly<Record<string, number>>;
  /** Out of step for so long. */
  readonly lagSeconds: number;
};

export type WaitingCopiesList = {
  readonly items: readonly WaitingCopies[];
};

export type WaitingToken = {
  readonly changeRequest: ChangeRequest;
  /** The token itself: shown in this answer only. */
  readonly token: string;
};

export type Webhook = {
  readonly id: string;
  readonly name: string;
  /** `keyferry`: JSON for programs. `slack`: also Mattermost. `teams`: a message with an adaptive card. */
  readonly format: 'keyferry' | 'slack' | 'teams';
  /** Scheme, host and port of the URL. */
  readonly origin: string;
  readonly kinds: readonly string[];
  /** Of which projects; of all, and of what belongs to none, when empty. */
  readonly projectIds: readonly string[];
  /** `hourly` and `daily` gather everything of that time (days end at 07:00 UTC) in one message. */
  readonly pace: 'immediate' | 'hourly' | 'daily';
  readonly enabled: boolean;
  /** A replay is still being prepared. */
  readonly replaying: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type WebhookPage = {
  readonly items: readonly Webhook[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
};

export type WriteAnswer = {
  /** Of the change requests: `GET /v1/change-requests?groupId=` lists them. */
  readonly groupId: string;
  /** `applied`: every item is done. `open`: some wait for approval or for a vault, and go on by themselves. `incomplete`: all have ended, some without effect. */
  readonly state: 'applied' | 'open' | 'incomplete';
  /** In the order given. `error`: what an item ended with that had no effect. */
  readonly items: readonly {
    readonly secretId: string;
    /** The content is what the newest version holds; nothing was done. */
    readonly unchanged: boolean;
    readonly version: SecretVersion | null;
    readonly changeRequest: ChangeRequest | null;
    readonly error: ItemError | null;
  }[];
};

export type WriteSecrets = {
  readonly items: readonly ({
    readonly secretId: string;
    /** The content. Each field is text, or any bytes as `{"base64": "…"}`. At most 64 KiB in all. */
    readonly payload: Readonly<Record<string, string | {
      readonly base64: string;
    }>>;
    /** By field, over its bytes: `crc32c:` and 8 hex digits, or `sha256:` and 64. One that does not match refuses the request. */
    readonly checksums?: Readonly<Record<string, string>> | undefined;
    readonly versionDescription?: string | undefined;
    readonly versionLifetime?: VersionLifetime | undefined;
    /** Disable the version that was the newest until then, in the same step. */
    readonly disablePrevious?: boolean | undefined;
    /** Refused with 409 unless this is the newest version; 0: none yet. */
    readonly expectedVersion?: number | undefined;
  } | {
    readonly project: string;
    /** Id or slug: that customer's secret. Without it, the shared one. */
    readonly customer?: string | undefined;
    /** Folder, name and version of a secret: a name such as `folder/name`, with or without `@3`, `@latest` or `@latest_enabled` behind it. */
    readonly reference: string;
    readonly create?: SecretToCreate | undefined;
    /** The content. Each field is text, or any bytes as `{"base64": "…"}`. At most 64 KiB in all. */
    readonly payload: Readonly<Record<string, string | {
      readonly base64: string;
    }>>;
    /** By field, over its bytes: `crc32c:` and 8 hex digits, or `sha256:` and 64. One that does not match refuses the request. */
    readonly checksums?: Readonly<Record<string, string>> | undefined;
    readonly versionDescription?: string | undefined;
    readonly versionLifetime?: VersionLifetime | undefined;
    /** Disable the version that was the newest until then, in the same step. */
    readonly disablePrevious?: boolean | undefined;
    /** Refused with 409 unless this is the newest version; 0: none yet. */
    readonly expectedVersion?: number | undefined;
  })[];
  /** Why, for reviewers and the audit trail. */
  readonly comment?: string | undefined;
};

/** What every operation takes and answers. */
export interface Operations {
  /** What the source holds now becomes the next version */
  readonly acceptSource: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: AcceptOutside | undefined;
    readonly reply: MutationAnswer;
  };
  /** What a drifted target holds becomes the next version, everywhere */
  readonly acceptTarget: {
    readonly params: {
      readonly secretId: string | number;
      readonly targetId: string | number;
    };
    readonly query: None;
    readonly body: AcceptOutside | undefined;
    readonly reply: MutationAnswer;
  };
  /** Say something about a change; a value of its payload is refused */
  readonly addChangeComment: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: CreateChangeComment;
    readonly reply: ChangeComment;
  };
  /** Add a person to a group */
  readonly addGroupMember: {
    readonly params: {
      readonly groupId: string | number;
      readonly userId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: WaitingChange | undefined;
  };
  /** Carry copies to a further vault profile from now on */
  readonly addTarget: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: AddTarget;
    readonly reply: MutationAnswer;
  };
  /** Sign in at a browser: exchange a token for a session */
  readonly beginSession: {
    readonly params: None;
    readonly query: None;
    readonly body: BeginSession;
    readonly reply: Session;
  };
  /** Withdraw a change that has not begun */
  readonly cancelChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: ChangeRequest;
  };
  /** Begin nothing more of an import, and withdraw what waits for approval */
  readonly cancelImport: {
    readonly params: {
      readonly importId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Import;
  };
  /** Move the value to another source; it is proved there first */
  readonly changeSource: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: ChangeSource;
    readonly reply: MutationAnswer;
  };
  /** Ask the vault whether address, credential and place are right, and which rights are missing */
  readonly checkVault: {
    readonly params: {
      readonly vaultId: string | number;
    };
    readonly query: None;
    readonly body: CheckVault | undefined;
    readonly reply: VaultCheck;
  };
  /** Ask the vault now: address, login, place and each right the profile needs */
  readonly checkVaultProfile: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: VaultProfileCheck;
  };
  /** How much waits for me and for others */
  readonly countChangeRequests: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: ChangeCounts;
  };
  /** Say who must agree to which changes */
  readonly createApprovalProfile: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateApprovalProfile;
    readonly reply: ApprovalProfile;
  };
  /** Register what reads secrets: it is shown to who changes them, keeps them from being deleted and is told */
  readonly createConsumer: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateConsumer;
    readonly reply: Consumer;
  };
  /** Add a customer, who can have secrets of its own */
  readonly createCustomer: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
    };
    readonly query: None;
    readonly body: CreateCustomer;
    readonly reply: Customer;
  };
  /** Add a group */
  readonly createGroup: {
    readonly params: None;
    readonly query: None;
    readonly body: GroupName;
    readonly reply: Group;
  };
  /** Add a machine */
  readonly createMachine: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateMachine;
    readonly reply: Machine;
  };
  /** Create an organization with its first administrator */
  readonly createOrganization: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateOrganization;
    readonly reply: CreatedOrganization;
  };
  /** Create a project */
  readonly createProject: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateProject;
    readonly reply: Project;
  };
  /** Give a role to a person, a group or a machine */
  readonly createRoleGrant: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateRoleGrant;
    readonly reply: RoleGrant | WaitingChange;
  };
  /** Create a secret with its first version and its targets in one step */
  readonly createSecret: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateSecret;
    readonly reply: MutationAnswer;
  };
  /** Make a token, for oneself or for somebody else */
  readonly createToken: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateToken;
    readonly reply: CreatedToken | WaitingToken;
  };
  /** Add a person */
  readonly createUser: {
    readonly params: None;
    readonly query: None;
    readonly body: CreatePerson;
    readonly reply: Person;
  };
  /** Add a vault */
  readonly createVault: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateVault;
    readonly reply: Vault;
  };
  /** Add a way to use a vault */
  readonly createVaultProfile: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateVaultProfile;
    readonly reply: VaultProfile;
  };
  /** Write new content: a new version, unless it equals the newest */
  readonly createVersion: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: NewSecretVersion;
    readonly reply: MutationAnswer;
  };
  /** Add a receiver of notices */
  readonly createWebhook: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateWebhook;
    readonly reply: CreatedWebhook;
  };
  /** Delete an approval profile that no vault profile asks for */
  readonly deleteApprovalProfile: {
    readonly params: {
      readonly approvalProfileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: WaitingChange | undefined;
  };
  /** Forget a consumer */
  readonly deleteConsumer: {
    readonly params: {
      readonly consumerId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** Delete a customer that never had secrets */
  readonly deleteCustomer: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
      /** Id or slug of the customer. */
      readonly customer: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** Delete a group with its memberships and role grants */
  readonly deleteGroup: {
    readonly params: {
      readonly groupId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: WaitingChange | undefined;
  };
  /** Delete a project without secrets */
  readonly deleteProject: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** Take a role away, from the next request on */
  readonly deleteRoleGrant: {
    readonly params: {
      readonly grantId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: WaitingChange | undefined;
  };
  /** Delete a secret; it can be restored until its window ends */
  readonly deleteSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: DeleteSecret | undefined;
    readonly reply: MutationAnswer;
  };
  /** Delete a vault that no profile uses */
  readonly deleteVault: {
    readonly params: {
      readonly vaultId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: WaitingChange | undefined;
  };
  /** Delete a vault profile that was never used */
  readonly deleteVaultProfile: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: WaitingChange | undefined;
  };
  /** Delete a webhook and all it still waits for */
  readonly deleteWebhook: {
    readonly params: {
      readonly webhookId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** Destroy a secret for good, at its source and its copies */
  readonly destroySecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: DestroySecret | undefined;
    readonly reply: MutationAnswer;
  };
  /** Destroy an older version's content for good */
  readonly destroyVersion: {
    readonly params: {
      readonly secretId: string | number;
      readonly version: string | number;
    };
    readonly query: None;
    readonly body: DestroyVersion | undefined;
    readonly reply: MutationAnswer;
  };
  /** Refuse reads and writes */
  readonly disableSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: Mutation | undefined;
    readonly reply: MutationAnswer;
  };
  /** Disable a vault profile: no read, write, sync or delete begins through it */
  readonly disableVaultProfile: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: VaultProfile;
  };
  /** Refuse reading and syncing a version */
  readonly disableVersion: {
    readonly params: {
      readonly secretId: string | number;
      readonly version: string | number;
    };
    readonly query: None;
    readonly body: Mutation | undefined;
    readonly reply: MutationAnswer;
  };
  /** Make a new revision of a draft, a waiting or a rejected change; earlier votes no longer count */
  readonly editChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: EditChangeRequest;
    readonly reply: ChangeRequest;
  };
  /** Change description, tags or attributes */
  readonly editSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: EditSecret;
    readonly reply: MutationAnswer;
  };
  /** Change what is said of a version, or how long it lasts */
  readonly editVersion: {
    readonly params: {
      readonly secretId: string | number;
      readonly version: string | number;
    };
    readonly query: None;
    readonly body: EditVersion;
    readonly reply: MutationAnswer;
  };
  /** Allow reads and writes again */
  readonly enableSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: Mutation | undefined;
    readonly reply: MutationAnswer;
  };
  /** Enable a vault profile; what waited is due at once */
  readonly enableVaultProfile: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: VaultProfile;
  };
  /** Allow reading a version again */
  readonly enableVersion: {
    readonly params: {
      readonly secretId: string | number;
      readonly version: string | number;
    };
    readonly query: None;
    readonly body: Mutation | undefined;
    readonly reply: MutationAnswer;
  };
  /** Sign out: end the session that this request comes with */
  readonly endSession: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** Why it is where it is, who can move it, and what would change that */
  readonly explainChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: ChangeExplanation;
  };
  /** Events in the order of the chain, one JSON per line, for checking away from the database */
  readonly exportAuditEvents: {
    readonly params: None;
    readonly query: {
      readonly afterSeq?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** One approval profile with its current policy */
  readonly getApprovalProfile: {
    readonly params: {
      readonly approvalProfileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: ApprovalProfile;
  };
  /** What there is to judge a change by, without any value */
  readonly getChangeEvidence: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Evidence;
  };
  /** One change request with its approval steps and votes; can wait for its outcome */
  readonly getChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: {
      /** Answer when the change has ended, or when every target holds its version; at the latest after `timeout`. */
      readonly wait?: 'applied' | 'synced' | undefined;
      /** Seconds, at most 60. */
      readonly timeout?: string | number | undefined;
      /** With `wait=synced`: how many copies must be verified, or the ids of the profiles where, separated by commas. Default: every copy. */
      readonly quorum?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: ChangeRequestDetail;
  };
  /** One consumer */
  readonly getConsumer: {
    readonly params: {
      readonly consumerId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Consumer;
  };
  /** The value or one field of it, by project, folder and name; `name@3` reads that version */
  readonly getContentByName: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
      /** Name of a secret, with or without `@3`, `@latest` or `@latest_enabled` behind it. */
      readonly reference: string | number;
    };
    readonly query: {
      /** Folder of the secret; empty for the top. */
      readonly path?: string | number | undefined;
      /** Id or slug: that customer's secret. Without it, the shared one. */
      readonly customer?: string | number | undefined;
      /** The shared secret of this name, when the customer has none; `customerId` says which it is. */
      readonly fallback?: boolean | undefined;
      /** Only this field. */
      readonly field?: string | number | undefined;
      /** Why it is read, for the audit trail; never a value. Projects may ask people for it. */
      readonly reason?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: SecretContent;
  };
  /** One customer, by id or slug */
  readonly getCustomer: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
      /** Id or slug of the customer. */
      readonly customer: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Customer;
  };
  /** One group */
  readonly getGroup: {
    readonly params: {
      readonly groupId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Group;
  };
  /** The process runs */
  readonly getHealth: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: Health;
  };
  /** One import and how far it is; can wait for its end */
  readonly getImport: {
    readonly params: {
      readonly importId: string | number;
    };
    readonly query: {
      /** Answer when it has ended; at the latest after `timeout`. */
      readonly wait?: 'ended' | undefined;
      /** Seconds, at most 60. */
      readonly timeout?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: ImportDetail;
  };
  /** One machine */
  readonly getMachine: {
    readonly params: {
      readonly machineId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Machine;
  };
  /** Who the token belongs to and what it may do */
  readonly getMe: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: Me;
  };
  /** Metrics in the Prometheus text format */
  readonly getMetrics: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: string;
  };
  /** What you get by mail, and how fast */
  readonly getNotificationPreferences: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: NotificationPreferences;
  };
  /** One organization */
  readonly getOrganization: {
    readonly params: {
      readonly organizationId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Organization;
  };
  /** One project, by id or slug */
  readonly getProject: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Project;
  };
  /** The process can do its work */
  readonly getReadiness: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: Readiness;
  };
  /** One secret, without its value */
  readonly getSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Secret;
  };
  /** One secret by project, folder and name */
  readonly getSecretByName: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
      /** Name of the secret within its path. */
      readonly name: string | number;
    };
    readonly query: {
      /** Folder of the secret; empty for the top. */
      readonly path?: string | number | undefined;
      /** Id or slug: that customer's secret. Without it, the shared one. */
      readonly customer?: string | number | undefined;
      /** The shared secret of this name, when the customer has none; `customerId` says which it is. */
      readonly fallback?: boolean | undefined;
    };
    readonly body: undefined;
    readonly reply: Secret;
  };
  /** How sync stands: paused or not, the backlog, and whether the database seems to be older than the vaults */
  readonly getSync: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: SyncOverview;
  };
  /** Secrets of all projects you may see, each with all of its copies and how far they are */
  readonly getSyncMap: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** Id or slug. */
      readonly project?: string | number | undefined;
      /** Part of the name. */
      readonly name?: string | number | undefined;
      /** Source or target. */
      readonly profileId?: string | number | undefined;
      /** Secrets with a copy in this state. */
      readonly targetState?: 'pending' | 'syncing' | 'synced' | 'failed' | 'drifted' | 'conflict' | 'paused' | 'parked' | 'removing' | 'removed' | undefined;
    };
    readonly body: undefined;
    readonly reply: SyncMapPage;
  };
  /** What came of copies within the last minute, for each vault profile where anything did */
  readonly getSyncRates: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: SyncRateList;
  };
  /** One token, without the token itself */
  readonly getToken: {
    readonly params: {
      readonly tokenId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Token;
  };
  /** One person */
  readonly getUser: {
    readonly params: {
      readonly userId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Person;
  };
  /** One vault */
  readonly getVault: {
    readonly params: {
      readonly vaultId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Vault;
  };
  /** One vault profile */
  readonly getVaultProfile: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: VaultProfile;
  };
  /** How far copies at this profile lag behind, and how far they may */
  readonly getVaultProfileFreshness: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: VaultProfileFreshness;
  };
  /** One version by number, `latest` or `latest_enabled`, without its content */
  readonly getVersion: {
    readonly params: {
      readonly secretId: string | number;
      readonly version: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: SecretVersion;
  };
  /** One version by project, folder and `name@3`, without its content */
  readonly getVersionByName: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
      /** Name of a secret, with or without `@3`, `@latest` or `@latest_enabled` behind it. */
      readonly reference: string | number;
    };
    readonly query: {
      /** Folder of the secret; empty for the top. */
      readonly path?: string | number | undefined;
      /** Id or slug: that customer's secret. Without it, the shared one. */
      readonly customer?: string | number | undefined;
      /** The shared secret of this name, when the customer has none; `customerId` says which it is. */
      readonly fallback?: boolean | undefined;
    };
    readonly body: undefined;
    readonly reply: SecretVersion;
  };
  /** The value or one field of it, read from the source vault; recorded before it is read */
  readonly getVersionContent: {
    readonly params: {
      readonly secretId: string | number;
      readonly version: string | number;
    };
    readonly query: {
      /** Only this field. */
      readonly field?: string | number | undefined;
      /** Why it is read, for the audit trail; never a value. Projects may ask people for it. */
      readonly reason?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: SecretContent;
  };
  /** How many copies are not where they should be, for each vault profile that has any */
  readonly getWaitingCopies: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: WaitingCopiesList;
  };
  /** One webhook */
  readonly getWebhook: {
    readonly params: {
      readonly webhookId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Webhook;
  };
  /** Make secrets of entries that lie in the vault, where they are */
  readonly importVaultEntries: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: CreateImport;
    readonly reply: Import;
  };
  /** Customers of all projects whose secrets one may list, in order of creation */
  readonly listAllCustomers: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: CustomerPage;
  };
  /** Approval profiles of the organization, in order of creation */
  readonly listApprovalProfiles: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: ApprovalProfilePage;
  };
  /** What happened, newest first */
  readonly listAuditEvents: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly action?: 'organization.created' | 'organization.updated' | 'person.created' | 'person.updated' | 'machine.created' | 'machine.updated' | 'group.created' | 'group.updated' | 'group.deleted' | 'group_member.added' | 'group_member.removed' | 'role_grant.created' | 'role_grant.deleted' | 'token.created' | 'token.revoked' | 'session.begun' | 'session.ended' | 'queue_console.opened' | 'project.created' | 'project.updated' | 'project.deleted' | 'customer.created' | 'customer.updated' | 'customer.deleted' | 'project.paused' | 'project.resumed' | 'consumer.created' | 'consumer.updated' | 'consumer.deleted' | 'consumer.affected' | 'vault.created' | 'vault.updated' | 'vault.deleted' | 'vault_profile.created' | 'vault_profile.updated' | 'vault_profile.enabled' | 'vault_profile.disabled' | 'vault_profile.deleted' | 'vault_profile.paused' | 'vault_profile.resumed' | 'vault_profile.stale' | 'vault_profile.fresh' | 'vault_profile.restore_suspected' | 'vault_profile.restore_settled' | 'vault_profile.fuse_tripped' | 'vault_profile.fuse_released' | 'approval_profile.created' | 'approval_profile.updated' | 'approval_profile.deleted' | 'import.started' | 'import.entry_read' | 'import.completed' | 'import.failed' | 'import.cancelled' | 'approval_profile.unsatisfiable' | 'approval_profile.satisfiable' | 'change.opened' | 'change.edited' | 'change.approved_by_policy' | 'change.reviewed' | 'change.review_refused' | 'change.overridden' | 'change.override_refused' | 'change.override_reviewed' | 'change.unsatisfiable' | 'change.satisfiable' | 'change.approved' | 'change.rejected' | 'change.cancelled' | 'change.expired' | 'change.returned' | 'change.retried' | 'change.applied' | 'change.failed' | 'change.conflict' | 'change.indeterminate' | 'change.drafted' | 'change.rebased' | 'change.compared' | 'change.commented' | 'change.check_reported' | 'change.check_refused' | 'secret.read' | 'secret.read_failed' | 'secret.drift_seen' | 'secret.destroyed' | 'secret.entry_cleared' | 'target.synced' | 'target.removed' | 'target.failed' | 'target.drifted' | 'target.repaired' | 'target.conflict' | 'target.left' | 'target.moved' | 'target.sync_requested' | 'change.expiring_soon' | 'secret.expiring_soon' | 'token.expiring_soon' | 'vault_profile.unreachable' | 'webhook.created' | 'webhook.updated' | 'webhook.deleted' | 'webhook.secret_rotated' | 'webhook.pinged' | 'webhook.replayed' | 'notification_preferences.updated' | 'sync.paused' | 'sync.resumed' | 'sync.restore_suspected' | 'sync.restore_settled' | undefined;
      readonly objectId?: string | number | undefined;
      readonly personId?: string | number | undefined;
      /** What one request did; every error names the id of its request. */
      readonly requestId?: string | number | undefined;
      /** Only events later in the chain than the one of this number. */
      readonly afterSeq?: string | number | undefined;
      readonly from?: string | number | undefined;
      readonly until?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: AuditEventPage;
  };
  /** What external checkers said about a change, the newest of each name */
  readonly listChangeChecks: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: ChangeCheckList;
  };
  /** What was said about a change, oldest first */
  readonly listChangeComments: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: ChangeCommentPage;
  };
  /** Change requests by what they wait for, whose they are, where and how old */
  readonly listChangeRequests: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly state?: 'draft' | 'pending_approval' | 'approved' | 'executing' | 'indeterminate' | 'applied' | 'failed' | 'conflict' | 'rejected' | 'cancelled' | 'expired' | undefined;
      readonly operation?: 'create' | 'import' | 'update' | 'edit_metadata' | 'rename' | 'rollback' | 'delete' | 'restore' | 'destroy' | 'edit_version' | 'enable_version' | 'disable_version' | 'destroy_version' | 'enable' | 'disable' | 'protect' | 'unprotect' | 'change_source' | 'add_target' | 'remove_target' | 'resolve_target' | 'accept_source' | 'edit_vault' | 'delete_vault' | 'edit_vault_profile' | 'delete_vault_profile' | 'edit_approval_profile' | 'delete_approval_profile' | 'edit_organization' | 'grant_role' | 'revoke_role' | 'add_group_member' | 'remove_group_member' | 'delete_group' | 'edit_person' | 'edit_machine' | 'issue_token' | undefined;
      readonly secretId?: string | number | undefined;
      /** Those that were asked for in one call. */
      readonly groupId?: string | number | undefined;
      /** Id or slug. */
      readonly project?: string | number | undefined;
      /** Id of a person. */
      readonly requester?: string | number | undefined;
      readonly subjectType?: 'secret' | 'vault' | 'vault_profile' | 'approval_profile' | 'organization' | 'role_grant' | 'group' | 'group_member' | 'person' | 'machine' | 'token' | undefined;
      /** Only those on which my approval would count now, by the policies they were opened under. */
      readonly waitingFor?: 'me' | undefined;
      /** Only those I asked for, myself or through a machine of mine. */
      readonly mine?: boolean | undefined;
      readonly openedAfter?: string | number | undefined;
      readonly openedBefore?: string | number | undefined;
      readonly overridden?: boolean | undefined;
      /** Overridden, and not yet looked at by somebody who could have approved. */
      readonly overrideOpen?: boolean | undefined;
      readonly sort?: 'newest' | 'oldest' | 'expiring' | undefined;
    };
    readonly body: undefined;
    readonly reply: ChangeRequestPage;
  };
  /** What is made from secrets, in the projects one may list, in order of registration */
  readonly listConsumers: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** Id or slug. */
      readonly project?: string | number | undefined;
      readonly secretId?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: ConsumerPage;
  };
  /** Customers of a project whose secrets one may list, in order of creation */
  readonly listCustomers: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: CustomerPage;
  };
  /** Secrets in use that end soon, or whose token or certificate does or has ended, the first of them first */
  readonly listExpiringSecrets: {
    readonly params: None;
    readonly query: {
      /** How far ahead to look, 1 to 999. */
      readonly days?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: ExpiringSecrets;
  };
  /** Folders right below a folder, with how many of the secrets you may see are in them */
  readonly listFolders: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** Folders right below this one; empty for the top. */
      readonly prefix?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: FolderPage;
  };
  /** People of a group */
  readonly listGroupMembers: {
    readonly params: {
      readonly groupId: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: PersonPage;
  };
  /** Groups of the organization, in order of creation */
  readonly listGroups: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** Only groups that this person is in. */
      readonly userId?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: GroupPage;
  };
  /** What became of each entry, or would become of it: never a value */
  readonly listImportItems: {
    readonly params: {
      readonly importId: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly state?: 'pending' | 'ready' | 'waiting' | 'importing' | 'imported' | 'skipped' | 'failed' | 'cancelled' | undefined;
    };
    readonly body: undefined;
    readonly reply: ImportItemPage;
  };
  /** Imports, newest first */
  readonly listImports: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly profileId?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: ImportPage;
  };
  /** Machines of the organization, in order of creation */
  readonly listMachines: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly disabled?: boolean | undefined;
      readonly ownerId?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: MachinePage;
  };
  /** Your mails of the last 30 days and what became of them, newest first */
  readonly listMyNotifications: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly state?: 'pending' | 'failed' | 'delivered' | 'parked' | undefined;
      readonly kind?: 'change.waiting' | 'change.reviewed' | 'change.commented' | 'change.unsatisfiable' | 'change.overridden' | 'change.checked' | 'change.approved' | 'change.rejected' | 'change.cancelled' | 'change.expiring' | 'change.expired' | 'change.applied' | 'change.failed' | 'change.conflict' | 'change.indeterminate' | 'target.failed' | 'target.drifted' | 'target.repaired' | 'target.conflict' | 'secret.drifted' | 'secret.expiring' | 'consumer.affected' | 'approval_profile.unsatisfiable' | 'vault_profile.unreachable' | 'vault_profile.fuse_tripped' | 'vault_profile.stale' | 'vault_profile.fresh' | 'restore.suspected' | 'token.expiring' | 'ping' | undefined;
    };
    readonly body: undefined;
    readonly reply: NoticeDeliveryPage;
  };
  /** The own organization; all of them for administrators of the installation */
  readonly listOrganizations: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: OrganizationPage;
  };
  /** Projects in which one may list secrets, in order of creation */
  readonly listProjects: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: ProjectPage;
  };
  /** Who holds which role where */
  readonly listRoleGrants: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly subjectId?: string | number | undefined;
      readonly projectId?: string | number | undefined;
      readonly customerId?: string | number | undefined;
      readonly role?: 'viewer' | 'reader' | 'read_write' | 'write_only' | 'approver' | 'auditor' | 'operator' | 'system' | 'break_glass' | 'compliance' | 'admin' | undefined;
    };
    readonly body: undefined;
    readonly reply: RoleGrantPage;
  };
  /** The roles and what each allows */
  readonly listRoles: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: RoleList;
  };
  /** Who reads a secret, and at which version */
  readonly listSecretConsumers: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: SecretUses;
  };
  /** Secrets of all projects you may see, without values */
  readonly listSecrets: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** Id or slug. */
      readonly project?: string | number | undefined;
      /** Id or slug; `shared`: secrets of no customer. */
      readonly customer?: string | number | undefined;
      /** Whose secrets: those that people keep, the system, or both. */
      readonly owner?: 'people' | 'system' | 'all' | undefined;
      /** Part of the name. */
      readonly name?: string | number | undefined;
      readonly type?: 'basic_auth' | 'api_key' | 'jwt_token' | 'private_key' | 'secret_key' | 'key_store' | 'key_value' | 'generic' | undefined;
      readonly tag?: string | number | undefined;
      /** This folder and those below it. */
      readonly path?: string | number | undefined;
      /** Deleted, destroyed and rejected ones only when asked for. */
      readonly state?: 'draft' | 'pending_approval' | 'active' | 'rejected' | 'failed' | 'deleted' | 'destroyed' | undefined;
      /** Source or target. */
      readonly profileId?: string | number | undefined;
      readonly targetState?: 'pending' | 'syncing' | 'synced' | 'failed' | 'drifted' | 'conflict' | 'paused' | 'parked' | 'removing' | 'removed' | undefined;
      readonly sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | undefined;
    };
    readonly body: undefined;
    readonly reply: SecretPage;
  };
  /** Open sessions of browsers: own ones, or all with access.administer */
  readonly listSessions: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly userId?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: SessionPage;
  };
  /** Where copies of a secret are and how far they are */
  readonly listTargets: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: TargetList;
  };
  /** Tokens, without the tokens themselves: own ones, or all with access.administer */
  readonly listTokens: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly userId?: string | number | undefined;
      readonly machineId?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: TokenPage;
  };
  /** People of the organization, in order of creation */
  readonly listUsers: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly disabled?: boolean | undefined;
    };
    readonly body: undefined;
    readonly reply: PersonPage;
  };
  /** What lies in the vault, as the profile sees it: names, never values */
  readonly listVaultEntries: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** Only entries below this folder. */
      readonly prefix?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: VaultEntryPage;
  };
  /** Kinds of vault with their settings and what they can do */
  readonly listVaultKinds: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: VaultKinds;
  };
  /** Vault profiles of the organization, in order of creation */
  readonly listVaultProfiles: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly vaultId?: string | number | undefined;
      readonly enabled?: boolean | undefined;
    };
    readonly body: undefined;
    readonly reply: VaultProfilePage;
  };
  /** Vaults of the organization, in order of creation */
  readonly listVaults: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** As `GET /v1/vault-kinds` names them. */
      readonly kind?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: VaultPage;
  };
  /** Versions of a secret, newest first */
  readonly listVersions: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: SecretVersionPage;
  };
  /** What was and will be sent, newest first */
  readonly listWebhookDeliveries: {
    readonly params: {
      readonly webhookId: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      readonly state?: 'pending' | 'failed' | 'delivered' | 'parked' | undefined;
      readonly kind?: 'change.waiting' | 'change.reviewed' | 'change.commented' | 'change.unsatisfiable' | 'change.overridden' | 'change.checked' | 'change.approved' | 'change.rejected' | 'change.cancelled' | 'change.expiring' | 'change.expired' | 'change.applied' | 'change.failed' | 'change.conflict' | 'change.indeterminate' | 'target.failed' | 'target.drifted' | 'target.repaired' | 'target.conflict' | 'secret.drifted' | 'secret.expiring' | 'consumer.affected' | 'approval_profile.unsatisfiable' | 'vault_profile.unreachable' | 'vault_profile.fuse_tripped' | 'vault_profile.stale' | 'vault_profile.fresh' | 'restore.suspected' | 'token.expiring' | 'ping' | undefined;
    };
    readonly body: undefined;
    readonly reply: NoticeDeliveryPage;
  };
  /** Webhooks of the organization, in order of creation */
  readonly listWebhooks: {
    readonly params: None;
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: WebhookPage;
  };
  /** Put a waiting change of somebody else through without the votes */
  readonly overrideChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: CreateOverride;
    readonly reply: ChangeRequest;
  };
  /** Carry no copy of this project for now */
  readonly pauseProject: {
    readonly params: {
      /** Id or slug. */
      readonly project: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Pause;
  };
  /** Carry no copy anywhere for now */
  readonly pauseSync: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: Pause;
  };
  /** Carry no copy to this profile for now */
  readonly pauseVaultProfile: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Pause;
  };
  /** Send a test */
  readonly pingWebhook: {
    readonly params: {
      readonly webhookId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: NoticeDelivery;
  };
  /** What a change does at every target: as granted, and as it would be now */
  readonly planChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: ChangeSyncPlan;
  };
  /** What a run would do about the targets of all secrets of a project */
  readonly planProject: {
    readonly params: {
      readonly project: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** Look at the vaults (default; needs `secret.sync`, at most 50 items a page), or ask the ledger alone. */
      readonly observe?: boolean | undefined;
    };
    readonly body: undefined;
    readonly reply: SyncPlan;
  };
  /** What a run would do about the targets of a secret */
  readonly planSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** Look at the vaults (default; needs `secret.sync`, at most 50 items a page), or ask the ledger alone. */
      readonly observe?: boolean | undefined;
    };
    readonly body: undefined;
    readonly reply: SyncPlan;
  };
  /** What a run would do about the targets at a vault profile */
  readonly planVaultProfile: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: {
      /** Items in a page, 1 to 200. */
      readonly limit?: string | number | undefined;
      /** `nextCursor` of the page before. */
      readonly cursor?: string | number | undefined;
      /** Look at the vaults (default; needs `secret.sync`, at most 50 items a page), or ask the ledger alone. */
      readonly observe?: boolean | undefined;
    };
    readonly body: undefined;
    readonly reply: SyncPlan;
  };
  /** Who could decide under a draft of a policy, without any effect */
  readonly previewEligibility: {
    readonly params: None;
    readonly query: None;
    readonly body: PreviewEligibility;
    readonly reply: Eligibility;
  };
  /** Protect a secret and its versions from deletion */
  readonly protectSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: Mutation | undefined;
    readonly reply: MutationAnswer;
  };
  /** Write by name: a new version of the secret that has it, or else a new secret */
  readonly putSecret: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
      /** Name of the secret within its path. */
      readonly name: string | number;
    };
    readonly query: {
      /** Folder of the secret; empty for the top. */
      readonly path?: string | number | undefined;
      /** Id or slug: that customer's secret. Without it, the shared one. */
      readonly customer?: string | number | undefined;
    };
    readonly body: UpsertSecret;
    readonly reply: MutationAnswer;
  };
  /** Several values in one call, each with its own rights, its own record and its own outcome */
  readonly readSecrets: {
    readonly params: None;
    readonly query: None;
    readonly body: ReadSecrets;
    readonly reply: ReadAnswer;
  };
  /** Make a new revision on the secret as it is now, of a conflict, a draft or a waiting change */
  readonly rebaseChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: RebaseChangeRequest | undefined;
    readonly reply: ChangeRequest;
  };
  /** Let held removals go: exactly so many */
  readonly releaseDeleteFuse: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: ReleaseDeleteFuse;
    readonly reply: DeleteFuseRelease;
  };
  /** Take a person out of a group */
  readonly removeGroupMember: {
    readonly params: {
      readonly groupId: string | number;
      readonly userId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: WaitingChange | undefined;
  };
  /** Stop carrying copies there, and delete or keep the copy */
  readonly removeTarget: {
    readonly params: {
      readonly secretId: string | number;
      readonly targetId: string | number;
    };
    readonly query: None;
    readonly body: RemoveTarget | undefined;
    readonly reply: MutationAnswer;
  };
  /** Rename a group */
  readonly renameGroup: {
    readonly params: {
      readonly groupId: string | number;
    };
    readonly query: None;
    readonly body: GroupName;
    readonly reply: Group;
  };
  /** Give a secret another name or folder; its entries move, with the newest version */
  readonly renameSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: RenameSecret;
    readonly reply: MutationAnswer;
  };
  /** Render a Go text/template with secrets, or check it without reading any */
  readonly renderTemplate: {
    readonly params: None;
    readonly query: None;
    readonly body: RenderTemplate;
    readonly reply: RenderedTemplate;
  };
  /** Try the policy of an approval profile, or a draft of it, on past changes, without any effect */
  readonly replayApprovalProfile: {
    readonly params: {
      readonly approvalProfileId: string | number;
    };
    readonly query: None;
    readonly body: ReplayApprovalProfile;
    readonly reply: ReplayReport;
  };
  /** Try a draft of a policy on past changes, without any effect */
  readonly replayPolicy: {
    readonly params: None;
    readonly query: None;
    readonly body: ReplayPolicy;
    readonly reply: ReplayReport;
  };
  /** Send everything since a time again, whatever became of it */
  readonly replayWebhook: {
    readonly params: {
      readonly webhookId: string | number;
    };
    readonly query: None;
    readonly body: ReplayWebhook;
    readonly reply: Webhook;
  };
  /** Send one notice again, whatever became of it */
  readonly replayWebhookDelivery: {
    readonly params: {
      readonly webhookId: string | number;
      readonly deliveryId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: NoticeDelivery;
  };
  /** Say what a check of a change came to */
  readonly reportChangeCheck: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: ReportCheck;
    readonly reply: ChangeCheck;
  };
  /** Decide about an entry that is not ours, or no longer as we left it, in a target's place */
  readonly resolveTarget: {
    readonly params: {
      readonly secretId: string | number;
      readonly targetId: string | number;
    };
    readonly query: None;
    readonly body: ResolveTarget;
    readonly reply: MutationAnswer;
  };
  /** Bring a deleted secret and its copies back */
  readonly restoreSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: Mutation | undefined;
    readonly reply: MutationAnswer;
  };
  /** Carry copies of this project again */
  readonly resumeProject: {
    readonly params: {
      /** Id or slug. */
      readonly project: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Pause;
  };
  /** Carry copies again */
  readonly resumeSync: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: Pause;
  };
  /** Carry copies to this profile again */
  readonly resumeVaultProfile: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: Pause;
  };
  /** Run a failed change again, with the same content and under the same grant */
  readonly retryChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: RetryChangeRequest | undefined;
    readonly reply: ChangeRequest;
  };
  /** Approve or reject what was shown */
  readonly reviewChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: CreateReview;
    readonly reply: ChangeRequest;
  };
  /** Decide on several changes, each for itself */
  readonly reviewChangeRequests: {
    readonly params: None;
    readonly query: None;
    readonly body: CreateReviews;
    readonly reply: ReviewResults;
  };
  /** Approve or reject everything that an import would make, as it was shown */
  readonly reviewImport: {
    readonly params: {
      readonly importId: string | number;
    };
    readonly query: None;
    readonly body: CreateImportReview;
    readonly reply: ImportReview;
  };
  /** Record that somebody who could have approved has looked at the override */
  readonly reviewOverride: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: ReviewOverride;
    readonly reply: ChangeRequest;
  };
  /** End a session, from the next request on */
  readonly revokeSession: {
    readonly params: {
      readonly sessionId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** Revoke a token, from the next request on */
  readonly revokeToken: {
    readonly params: {
      readonly tokenId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** Make an older version's content a new version */
  readonly rollbackSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: Rollback;
    readonly reply: MutationAnswer;
  };
  /** Sign with a new secret; the old one signs beside it for a while */
  readonly rotateWebhookSecret: {
    readonly params: {
      readonly webhookId: string | number;
    };
    readonly query: None;
    readonly body: RotateWebhookSecret;
    readonly reply: RotatedWebhookSecret;
  };
  /** The database is as it should be: copies that are missing are made anew */
  readonly settleRestore: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** The copies at this profile are as they should be: missing ones are made anew */
  readonly settleVaultProfileRestore: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** What happens, as it happens: server-sent events of what you may see */
  readonly streamEvents: {
    readonly params: None;
    readonly query: {
      /** Number of the last event you know, for clients that cannot send `Last-Event-ID`. */
      readonly after?: string | number | undefined;
    };
    readonly body: undefined;
    readonly reply: undefined;
  };
  /** Ask for what a draft says */
  readonly submitChangeRequest: {
    readonly params: {
      readonly changeId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: ChangeRequest;
  };
  /** Look at every target now */
  readonly syncSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: TargetList;
  };
  /** Look at one target now */
  readonly syncTarget: {
    readonly params: {
      readonly secretId: string | number;
      readonly targetId: string | number;
    };
    readonly query: None;
    readonly body: undefined;
    readonly reply: TargetList;
  };
  /** Take the protection away */
  readonly unprotectSecret: {
    readonly params: {
      readonly secretId: string | number;
    };
    readonly query: None;
    readonly body: Mutation | undefined;
    readonly reply: MutationAnswer;
  };
  /** Change an approval profile; a changed policy becomes a new version */
  readonly updateApprovalProfile: {
    readonly params: {
      readonly approvalProfileId: string | number;
    };
    readonly query: None;
    readonly body: UpdateApprovalProfile;
    readonly reply: ApprovalProfile | WaitingChange;
  };
  /** Change what a consumer reads or who is told */
  readonly updateConsumer: {
    readonly params: {
      readonly consumerId: string | number;
    };
    readonly query: None;
    readonly body: UpdateConsumer;
    readonly reply: Consumer;
  };
  /** Rename a customer; its slug stays */
  readonly updateCustomer: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
      /** Id or slug of the customer. */
      readonly customer: string | number;
    };
    readonly query: None;
    readonly body: UpdateCustomer;
    readonly reply: Customer;
  };
  /** Rename, disable or enable a machine */
  readonly updateMachine: {
    readonly params: {
      readonly machineId: string | number;
    };
    readonly query: None;
    readonly body: UpdateMachine;
    readonly reply: Machine | WaitingChange;
  };
  /** Choose what you get by mail, and how fast */
  readonly updateNotificationPreferences: {
    readonly params: None;
    readonly query: None;
    readonly body: UpdateNotificationPreferences;
    readonly reply: NotificationPreferences;
  };
  /** Rename the own organization, or say who must agree anywhere in it */
  readonly updateOrganization: {
    readonly params: {
      readonly organizationId: string | number;
    };
    readonly query: None;
    readonly body: UpdateOrganization;
    readonly reply: Organization | WaitingChange;
  };
  /** Change a project; its slug stays */
  readonly updateProject: {
    readonly params: {
      /** Id or slug of the project. */
      readonly project: string | number;
    };
    readonly query: None;
    readonly body: UpdateProject;
    readonly reply: Project;
  };
  /** Rename, disable or enable a person */
  readonly updateUser: {
    readonly params: {
      readonly userId: string | number;
    };
    readonly query: None;
    readonly body: UpdatePerson;
    readonly reply: Person | WaitingChange;
  };
  /** Change name, settings or credentials of a vault */
  readonly updateVault: {
    readonly params: {
      readonly vaultId: string | number;
    };
    readonly query: None;
    readonly body: UpdateVault;
    readonly reply: Vault | WaitingChange;
  };
  /** Change a vault profile */
  readonly updateVaultProfile: {
    readonly params: {
      readonly profileId: string | number;
    };
    readonly query: None;
    readonly body: UpdateVaultProfile;
    readonly reply: VaultProfile | WaitingChange;
  };
  /** Change, disable or enable a webhook */
  readonly updateWebhook: {
    readonly params: {
      readonly webhookId: string | number;
    };
    readonly query: None;
    readonly body: UpdateWebhook;
    readonly reply: Webhook;
  };
  /** Check every link of the chain */
  readonly verifyAuditEvents: {
    readonly params: None;
    readonly query: None;
    readonly body: undefined;
    readonly reply: AuditVerification;
  };
  /** Write several secrets in one call, all or nothing */
  readonly writeSecrets: {
    readonly params: None;
    readonly query: None;
    readonly body: WriteSecrets;
    readonly reply: WriteAnswer;
  };
}

/** Where every operation is. */
export const OPERATIONS = {
  acceptSource: ['POST', '/v1/secrets/{secretId}/accept-source'],
  acceptTarget: ['POST', '/v1/secrets/{secretId}/targets/{targetId}/accept'],
  addChangeComment: ['POST', '/v1/change-requests/{changeId}/comments'],
  addGroupMember: ['PUT', '/v1/groups/{groupId}/members/{userId}'],
  addTarget: ['POST', '/v1/secrets/{secretId}/targets'],
  beginSession: ['POST', '/v1/session'],
  cancelChangeRequest: ['POST', '/v1/change-requests/{changeId}/cancel'],
  cancelImport: ['POST', '/v1/imports/{importId}/cancel'],
  changeSource: ['POST', '/v1/secrets/{secretId}/source-profile'],
  checkVault: ['POST', '/v1/vaults/{vaultId}/check'],
  checkVaultProfile: ['POST', '/v1/vault-profiles/{profileId}/check'],
  countChangeRequests: ['GET', '/v1/change-requests/counts'],
  createApprovalProfile: ['POST', '/v1/approval-profiles'],
  createConsumer: ['POST', '/v1/consumers'],
  createCustomer: ['POST', '/v1/projects/{project}/customers'],
  createGroup: ['POST', '/v1/groups'],
  createMachine: ['POST', '/v1/machines'],
  createOrganization: ['POST', '/v1/organizations'],
  createProject: ['POST', '/v1/projects'],
  createRoleGrant: ['POST', '/v1/role-grants'],
  createSecret: ['POST', '/v1/secrets'],
  createToken: ['POST', '/v1/tokens'],
  createUser: ['POST', '/v1/users'],
  createVault: ['POST', '/v1/vaults'],
  createVaultProfile: ['POST', '/v1/vault-profiles'],
  createVersion: ['POST', '/v1/secrets/{secretId}/versions'],
  createWebhook: ['POST', '/v1/webhooks'],
  deleteApprovalProfile: ['DELETE', '/v1/approval-profiles/{approvalProfileId}'],
  deleteConsumer: ['DELETE', '/v1/consumers/{consumerId}'],
  deleteCustomer: ['DELETE', '/v1/projects/{project}/customers/{customer}'],
  deleteGroup: ['DELETE', '/v1/groups/{groupId}'],
  deleteProject: ['DELETE', '/v1/projects/{project}'],
  deleteRoleGrant: ['DELETE', '/v1/role-grants/{grantId}'],
  deleteSecret: ['DELETE', '/v1/secrets/{secretId}'],
  deleteVault: ['DELETE', '/v1/vaults/{vaultId}'],
  deleteVaultProfile: ['DELETE', '/v1/vault-profiles/{profileId}'],
  deleteWebhook: ['DELETE', '/v1/webhooks/{webhookId}'],
  destroySecret: ['POST', '/v1/secrets/{secretId}/destroy'],
  destroyVersion: ['DELETE', '/v1/secrets/{secretId}/versions/{version}'],
  disableSecret: ['POST', '/v1/secrets/{secretId}/disable'],
  disableVaultProfile: ['POST', '/v1/vault-profiles/{profileId}/disable'],
  disableVersion: ['POST', '/v1/secrets/{secretId}/versions/{version}/disable'],
  editChangeRequest: ['POST', '/v1/change-requests/{changeId}/edit'],
  editSecret: ['PATCH', '/v1/secrets/{secretId}'],
  editVersion: ['PATCH', '/v1/secrets/{secretId}/versions/{version}'],
  enableSecret: ['POST', '/v1/secrets/{secretId}/enable'],
  enableVaultProfile: ['POST', '/v1/vault-profiles/{profileId}/enable'],
  enableVersion: ['POST', '/v1/secrets/{secretId}/versions/{version}/enable'],
  endSession: ['DELETE', '/v1/session'],
  explainChangeRequest: ['GET', '/v1/change-requests/{changeId}/explain'],
  exportAuditEvents: ['GET', '/v1/audit-events/export'],
  getApprovalProfile: ['GET', '/v1/approval-profiles/{approvalProfileId}'],
  getChangeEvidence: ['GET', '/v1/change-requests/{changeId}/evidence'],
  getChangeRequest: ['GET', '/v1/change-requests/{changeId}'],
  getConsumer: ['GET', '/v1/consumers/{consumerId}'],
  getContentByName: ['GET', '/v1/projects/{project}/secrets/{reference}/content'],
  getCustomer: ['GET', '/v1/projects/{project}/customers/{customer}'],
  getGroup: ['GET', '/v1/groups/{groupId}'],
  getHealth: ['GET', '/healthz'],
  getImport: ['GET', '/v1/imports/{importId}'],
  getMachine: ['GET', '/v1/machines/{machineId}'],
  getMe: ['GET', '/v1/me'],
  getMetrics: ['GET', '/metrics'],
  getNotificationPreferences: ['GET', '/v1/me/notifications'],
  getOrganization: ['GET', '/v1/organizations/{organizationId}'],
  getProject: ['GET', '/v1/projects/{project}'],
  getReadiness: ['GET', '/readyz'],
  getSecret: ['GET', '/v1/secrets/{secretId}'],
  getSecretByName: ['GET', '/v1/projects/{project}/secrets/{name}'],
  getSync: ['GET', '/v1/sync'],
  getSyncMap: ['GET', '/v1/sync/map'],
  getSyncRates: ['GET', '/v1/sync/rates'],
  getToken: ['GET', '/v1/tokens/{tokenId}'],
  getUser: ['GET', '/v1/users/{userId}'],
  getVault: ['GET', '/v1/vaults/{vaultId}'],
  getVaultProfile: ['GET', '/v1/vault-profiles/{profileId}'],
  getVaultProfileFreshness: ['GET', '/v1/vault-profiles/{profileId}/freshness'],
  getVersion: ['GET', '/v1/secrets/{secretId}/versions/{version}'],
  getVersionByName: ['GET', '/v1/projects/{project}/secrets/{reference}/version'],
  getVersionContent: ['GET', '/v1/secrets/{secretId}/versions/{version}/content'],
  getWaitingCopies: ['GET', '/v1/sync/waiting'],
  getWebhook: ['GET', '/v1/webhooks/{webhookId}'],
  importVaultEntries: ['POST', '/v1/vault-profiles/{profileId}/import'],
  listAllCustomers: ['GET', '/v1/customers'],
  listApprovalProfiles: ['GET', '/v1/approval-profiles'],
  listAuditEvents: ['GET', '/v1/audit-events'],
  listChangeChecks: ['GET', '/v1/change-requests/{changeId}/checks'],
  listChangeComments: ['GET', '/v1/change-requests/{changeId}/comments'],
  listChangeRequests: ['GET', '/v1/change-requests'],
  listConsumers: ['GET', '/v1/consumers'],
  listCustomers: ['GET', '/v1/projects/{project}/customers'],
  listExpiringSecrets: ['GET', '/v1/expiring-secrets'],
  listFolders: ['GET', '/v1/projects/{project}/folders'],
  listGroupMembers: ['GET', '/v1/groups/{groupId}/members'],
  listGroups: ['GET', '/v1/groups'],
  listImportItems: ['GET', '/v1/imports/{importId}/items'],
  listImports: ['GET', '/v1/imports'],
  listMachines: ['GET', '/v1/machines'],
  listMyNotifications: ['GET', '/v1/me/notifications/deliveries'],
  listOrganizations: ['GET', '/v1/organizations'],
  listProjects: ['GET', '/v1/projects'],
  listRoleGrants: ['GET', '/v1/role-grants'],
  listRoles: ['GET', '/v1/roles'],
  listSecretConsumers: ['GET', '/v1/secrets/{secretId}/consumers'],
  listSecrets: ['GET', '/v1/secrets'],
  listSessions: ['GET', '/v1/sessions'],
  listTargets: ['GET', '/v1/secrets/{secretId}/targets'],
  listTokens: ['GET', '/v1/tokens'],
  listUsers: ['GET', '/v1/users'],
  listVaultEntries: ['GET', '/v1/vault-profiles/{profileId}/entries'],
  listVaultKinds: ['GET', '/v1/vault-kinds'],
  listVaultProfiles: ['GET', '/v1/vault-profiles'],
  listVaults: ['GET', '/v1/vaults'],
  listVersions: ['GET', '/v1/secrets/{secretId}/versions'],
  listWebhookDeliveries: ['GET', '/v1/webhooks/{webhookId}/deliveries'],
  listWebhooks: ['GET', '/v1/webhooks'],
  overrideChangeRequest: ['POST', '/v1/change-requests/{changeId}/override'],
  pauseProject: ['POST', '/v1/projects/{project}/pause'],
  pauseSync: ['POST', '/v1/sync/pause'],
  pauseVaultProfile: ['POST', '/v1/vault-profiles/{profileId}/pause'],
  pingWebhook: ['POST', '/v1/webhooks/{webhookId}/ping'],
  planChangeRequest: ['GET', '/v1/change-requests/{changeId}/plan'],
  planProject: ['GET', '/v1/projects/{project}/plan'],
  planSecret: ['GET', '/v1/secrets/{secretId}/plan'],
  planVaultProfile: ['GET', '/v1/vault-profiles/{profileId}/plan'],
  previewEligibility: ['POST', '/v1/approval-profiles/eligibility'],
  protectSecret: ['POST', '/v1/secrets/{secretId}/protect'],
  putSecret: ['PUT', '/v1/projects/{project}/secrets/{name}'],
  readSecrets: ['POST', '/v1/secrets/read'],
  rebaseChangeRequest: ['POST', '/v1/change-requests/{changeId}/rebase'],
  releaseDeleteFuse: ['POST', '/v1/vault-profiles/{profileId}/fuse'],
  removeGroupMember: ['DELETE', '/v1/groups/{groupId}/members/{userId}'],
  removeTarget: ['DELETE', '/v1/secrets/{secretId}/targets/{targetId}'],
  renameGroup: ['PATCH', '/v1/groups/{groupId}'],
  renameSecret: ['POST', '/v1/secrets/{secretId}/rename'],
  renderTemplate: ['POST', '/v1/render'],
  replayApprovalProfile: ['POST', '/v1/approval-profiles/{approvalProfileId}/replay'],
  replayPolicy: ['POST', '/v1/approval-profiles/replay'],
  replayWebhook: ['POST', '/v1/webhooks/{webhookId}/replay'],
  replayWebhookDelivery: ['POST', '/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay'],
  reportChangeCheck: ['POST', '/v1/change-requests/{changeId}/checks'],
  resolveTarget: ['POST', '/v1/secrets/{secretId}/targets/{targetId}/resolve'],
  restoreSecret: ['POST', '/v1/secrets/{secretId}/restore'],
  resumeProject: ['POST', '/v1/projects/{project}/resume'],
  resumeSync: ['POST', '/v1/sync/resume'],
  resumeVaultProfile: ['POST', '/v1/vault-profiles/{profileId}/resume'],
  retryChangeRequest: ['POST', '/v1/change-requests/{changeId}/retry'],
  reviewChangeRequest: ['POST', '/v1/change-requests/{changeId}/reviews'],
  reviewChangeRequests: ['POST', '/v1/change-requests/reviews'],
  reviewImport: ['POST', '/v1/imports/{importId}/reviews'],
  reviewOverride: ['POST', '/v1/change-requests/{changeId}/override/review'],
  revokeSession: ['DELETE', '/v1/sessions/{sessionId}'],
  revokeToken: ['DELETE', '/v1/tokens/{tokenId}'],
  rollbackSecret: ['POST', '/v1/secrets/{secretId}/rollback'],
  rotateWebhookSecret: ['POST', '/v1/webhooks/{webhookId}/rotate-secret'],
  settleRestore: ['POST', '/v1/sync/restore/settle'],
  settleVaultProfileRestore: ['POST', '/v1/vault-profiles/{profileId}/restore/settle'],
  streamEvents: ['GET', '/v1/events'],
  submitChangeRequest: ['POST', '/v1/change-requests/{changeId}/submit'],
  syncSecret: ['POST', '/v1/secrets/{secretId}/sync'],
  syncTarget: ['POST', '/v1/secrets/{secretId}/targets/{targetId}/sync'],
  unprotectSecret: ['POST', '/v1/secrets/{secretId}/unprotect'],
  updateApprovalProfile: ['PATCH', '/v1/approval-profiles/{approvalProfileId}'],
  updateConsumer: ['PATCH', '/v1/consumers/{consumerId}'],
  updateCustomer: ['PATCH', '/v1/projects/{project}/customers/{customer}'],
  updateMachine: ['PATCH', '/v1/machines/{machineId}'],
  updateNotificationPreferences: ['PATCH', '/v1/me/notifications'],
  updateOrganization: ['PATCH', '/v1/organizations/{organizationId}'],
  updateProject: ['PATCH', '/v1/projects/{project}'],
  updateUser: ['PATCH', '/v1/users/{userId}'],
  updateVault: ['PATCH', '/v1/vaults/{vaultId}'],
  updateVaultProfile: ['PATCH', '/v1/vault-profiles/{profileId}'],
  updateWebhook: ['PATCH', '/v1/webhooks/{webhookId}'],
  verifyAuditEvents: ['GET', '/v1/audit-events/verify'],
  writeSecrets: ['POST', '/v1/secrets/bulk'],
} as const satisfies Readonly<Record<keyof Operations, readonly [method: string, path: string]>>;
