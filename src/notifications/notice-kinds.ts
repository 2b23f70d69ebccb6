import type { Right } from '../access/roles.ts';
import type { AuditAction } from '../audit/audit-event.ts';

/** What people choose by: decisions on changes, and what goes wrong or runs out meanwhile. */
export const NOTICE_CATEGORIES = ['reviews', 'operations'] as const;
export type NoticeCategory = (typeof NOTICE_CATEGORIES)[number];

/**
 * Who gets a mail.
 *
 * - `deciders`: who can move the request now, and was not told of this revision before.
 * - `requester`: who asked for the change, when it had to wait for somebody.
 * - `reviewers`: everybody who could have decided on it.
 * - `participants`: the requester and whoever edited, decided or said something.
 * - `operators`: who administers vaults. `administrators`: who administers policies. `nobody`: other channels only.
 */
export type Audience =
  | 'deciders'
  | 'requester'
  | 'reviewers'
  | 'participants'
  | 'operators'
  | 'administrators'
  | 'nobody';

interface KindFacts {
  /** The audit actions it is told of. */
  readonly actions: readonly AuditAction[];
  readonly category: NoticeCategory;
  /** What somebody must hold, in the notice's project, to see it in the event stream. */
  readonly right: Right;
  readonly mail: readonly Audience[];
  /** Ends the sentence that begins with the subject. */
  readonly says: string;
}

/** Everything that is told, on every channel. */
export const NOTICE_KINDS = {
  'change.waiting': {
    actions: ['change.opened', 'change.edited', 'change.rebased', 'change.returned'],
    category: 'reviews',
    right: 'change.read',
    mail: ['deciders'],
    says: 'waits for approval',
  },
  'change.reviewed': {
    actions: ['change.reviewed'],
    category: 'reviews',
    right: 'change.read',
    mail: ['deciders'],
    says: 'was reviewed',
  },
  'change.commented': {
    actions: ['change.commented'],
    category: 'reviews',
    right: 'change.read',
    mail: ['participants'],
    says: 'was commented on',
  },
  'change.unsatisfiable': {
    actions: ['change.unsatisfiable'],
    category: 'reviews',
    right: 'change.read',
    mail: ['administrators', 'requester'],
    says: 'waits for people who are not there',
  },
  'change.overridden': {
    actions: ['change.overridden'],
    category: 'reviews',
    right: 'change.read',
    mail: ['reviewers', 'requester'],
    says: 'was let through by an override',
  },
  'change.checked': {
    actions: ['change.check_reported'],
    category: 'reviews',
    right: 'change.read',
    mail: ['nobody'],
    says: 'was checked',
  },
  'change.approved': {
    actions: ['change.approved'],
    category: 'reviews',
    right: 'change.read',
    mail: ['requester'],
    says: 'was approved',
  },
  'change.rejected': {
    actions: ['change.rejected'],
    category: 'reviews',
    right: 'change.read',
    mail: ['requester'],
    says: 'was rejected',
  },
  'change.cancelled': {
    actions: ['change.cancelled'],
    category: 'reviews',
    right: 'change.read',
    mail: ['requester'],
    says: 'was withdrawn',
  },
  'change.expiring': {
    actions: ['change.expiring_soon'],
    category: 'reviews',
    right: 'change.read',
    mail: ['deciders', 'requester'],
    says: 'expires soon',
  },
  'change.expired': {
    actions: ['change.expired'],
    category: 'reviews',
    right: 'change.read',
    mail: ['requester'],
    says: 'expired undecided',
  },
  'change.applied': {
    actions: ['change.applied'],
    category: 'reviews',
    right: 'change.read',
    mail: ['requester'],
    says: 'was applied',
  },
  'change.failed': {
    actions: ['change.failed'],
    category: 'reviews',
    right: 'change.read',
    mail: ['requester'],
    says: 'failed',
  },
  'change.conflict': {
    actions: ['change.conflict'],
    category: 'reviews',
    right: 'change.read',
    mail: ['requester'],
    says: 'met a conflict',
  },
  'change.indeterminate': {
    actions: ['change.indeterminate'],
    category: 'operations',
    right: 'change.read',
    mail: ['operators'],
    says: 'has an unclear outcome and is being looked up',
  },
  'target.failed': {
    actions: ['target.failed'],
    category: 'operations',
    right: 'secret.list',
    mail: ['operators'],
    says: 'could not be carried to a target',
  },
  'target.drifted': {
    actions: ['target.drifted'],
    category: 'operations',
    right: 'secret.list',
    mail: ['operators'],
    says: 'is not at a target as it was left there',
  },
  'target.repaired': {
    actions: ['target.repaired'],
    category: 'operations',
    right: 'secret.list',
    mail: ['operators'],
    says: 'was put right at a target',
  },
  'target.conflict': {
    actions: ['target.conflict'],
    category: 'operations',
    right: 'secret.list',
    mail: ['operators'],
    says: 'met a foreign entry at a target',
  },
  'secret.drifted': {
    actions: ['secret.drift_seen'],
    category: 'operations',
    right: 'secret.list',
    mail: ['operators'],
    says: 'was changed at its source by somebody else',
  },
  'secret.expiring': {
    actions: ['secret.expiring_soon'],
    category: 'operations',
    right: 'secret.list',
    mail: ['operators'],
    says: 'holds something that expires soon',
  },
  'consumer.affected': {
    actions: ['consumer.affected'],
    category: 'operations',
    right: 'secret.list',
    mail: [],
    says: 'was changed, and a consumer reads it',
  },
  'approval_profile.unsatisfiable': {
    actions: ['approval_profile.unsatisfiable'],
    category: 'operations',
    right: 'change.read',
    mail: ['administrators'],
    says: 'asks for people who are not there',
  },
  'vault_profile.unreachable': {
    actions: ['vault_profile.unreachable'],
    category: 'operations',
    right: 'vault.read',
    mail: ['operators'],
    says: 'cannot be used at the moment',
  },
  'vault_profile.fuse_tripped': {
    actions: ['vault_profile.fuse_tripped'],
    category: 'operations',
    right: 'vault.read',
    mail: ['operators'],
    says: 'holds removals until somebody lets them go',
  },
  'vault_profile.stale': {
    actions: ['vault_profile.stale'],
    category: 'operations',
    right: 'vault.read',
    mail: ['operators'],
    says: 'misses its freshness objective',
  },
  'vault_profile.fresh': {
    actions: ['vault_profile.fresh'],
    category: 'operations',
    right: 'vault.read',
    mail: ['nobody'],
    says: 'meets its freshness objective again',
  },
  'restore.suspected': {
    actions: ['sync.restore_suspected', 'vault_profile.restore_suspected'],
    category: 'operations',
    right: 'vault.read',
    mail: ['operators'],
    says: 'may know less than its vaults: the database seems to be restored from a backup',
  },
  'token.expiring': {
    actions: ['token.expiring_soon'],
    category: 'operations',
    right: 'access.administer',
    mail: ['administrators'],
    says: 'expires soon',
  },
} as const satisfies Record<string, KindFacts>;

export type NoticeKind = keyof typeof NOTICE_KINDS | 'ping';

/** Kinds to choose from; `ping` is sent on request only. */
export const NOTICE_KIND_NAMES = Object.keys(NOTICE_KINDS) as (keyof typeof NOTICE_KINDS)[];

const PING: KindFacts = {
  actions: [],
  category: 'operations',
  right: 'vault.read',
  mail: [],
  says: 'sends a test',
};

export function kindFacts(kind: NoticeKind): KindFacts {
  return kind === 'ping' ? PING : NOTICE_KINDS[kind];
}

const KIND_OF_ACTION = new Map<string, NoticeKind>(
  NOTICE_KIND_NAMES.flatMap((kind) => kindFacts(kind).actions.map((action) => [action, kind] as const)),
);

/** The kind an audit action is told as; undefined when nobody is told. */
export function kindOfAction(action: string): NoticeKind | undefined {
  return KIND_OF_ACTION.get(action);
}
