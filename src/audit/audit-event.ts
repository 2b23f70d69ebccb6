import type { Json } from '../crypto/canonical-json.ts';

/** Every action that is recorded. A new one is added here first; nothing outside the list compiles. */
export const AUDIT_ACTIONS = [
  'organization.created',
  'organization.updated',
  'person.created',
  'person.updated',
  'machine.created',
  'machine.updated',
  'group.created',
  'group.updated',
  'group.deleted',
  'group_member.added',
  'group_member.removed',
  'role_grant.created',
  'role_grant.deleted',
  'token.created',
  'token.revoked',
  'session.begun',
  'session.ended',
  'queue_console.opened',
  'project.created',
  'project.updated',
  'project.deleted',
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'project.paused',
  'project.resumed',
  'consumer.created',
  'consumer.updated',
  'consumer.deleted',
  'consumer.affected',
  'vault.created',
  'vault.updated',
  'vault.deleted',
  'vault_profile.created',
  'vault_profile.updated',
  'vault_profile.enabled',
  'vault_profile.disabled',
  'vault_profile.deleted',
  'vault_profile.paused',
  'vault_profile.resumed',
  'vault_profile.stale',
  'vault_profile.fresh',
  'vault_profile.restore_suspected',
  'vault_profile.restore_settled',
  'vault_profile.fuse_tripped',
  'vault_profile.fuse_released',
  'approval_profile.created',
  'approval_profile.updated',
  'approval_profile.deleted',
  'import.started',
  'import.entry_read',
  'import.completed',
  'import.failed',
  'import.cancelled',
  'approval_profile.unsatisfiable',
  'approval_profile.satisfiable',
  'change.opened',
  'change.edited',
  'change.approved_by_policy',
  'change.reviewed',
  'change.review_refused',
  'change.overridden',
  'change.override_refused',
  'change.override_reviewed',
  'change.unsatisfiable',
  'change.satisfiable',
  'change.approved',
  'change.rejected',
  'change.cancelled',
  'change.expired',
  'change.returned',
  'change.retried',
  'change.applied',
  'change.failed',
  'change.conflict',
  'change.indeterminate',
  'change.drafted',
  'change.rebased',
  'change.compared',
  'change.commented',
  'change.check_reported',
  'change.check_refused',
  'secret.read',
  'secret.read_failed',
  'secret.drift_seen',
  'secret.destroyed',
  'secret.entry_cleared',
  'target.synced',
  'target.removed',
  'target.failed',
  'target.drifted',
  'target.repaired',
  'target.conflict',
  'target.left',
  'target.moved',
  'target.sync_requested',
  'change.expiring_soon',
  'secret.expiring_soon',
  'token.expiring_soon',
  'vault_profile.unreachable',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.secret_rotated',
  'webhook.pinged',
  'webhook.replayed',
  'notification_preferences.updated',
  'sync.paused',
  'sync.resumed',
  'sync.restore_suspected',
  'sync.restore_settled',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * One thing that happened. `details` holds ids, names, numbers and error codes: there is no place for a value, and whoever
 * adds a detail answers for that.
 */
export interface AuditEventInput {
  readonly action: AuditAction;
  readonly objectType: string;
  readonly objectId: string;
  readonly details?: Readonly<Record<string, Json | undefined>>;
}

/** Who did it, as stored. */
export interface AuditActor {
  readonly type: string;
  readonly id: string;
  readonly personId: string;
  readonly name: string;
}

/** A recorded event as it is read back, exported and verified. MACs are hex. */
export interface AuditEvent {
  readonly organizationId: string;
  /** Dense from 1 within the organization. */
  readonly seq: number;
  readonly id: string;
  /** ISO 8601 in UTC with milliseconds, from the database clock. */
  readonly at: string;
  readonly actor: AuditActor;
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly details: Json;
  readonly requestId: string | null;
  readonly keyId: string;
  readonly previousMac: string;
  readonly mac: string;
}
