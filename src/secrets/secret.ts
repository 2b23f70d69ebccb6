import type { ActorRef } from '../access/actor.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { SecretType } from './payload/secret-type.ts';

/** Where a secret stands. `pending_approval` of an existing secret is shown, not stored: see {@link shownState}. */
export const SECRET_STATES = [
  'draft',
  'pending_approval',
  'active',
  'rejected',
  'failed',
  'deleted',
  'destroyed',
] as const;
export type SecretState = (typeof SECRET_STATES)[number];

export const VERSION_STATES = ['enabled', 'disabled', 'destroyed'] as const;
export type VersionState = (typeof VERSION_STATES)[number];

/** A secret as stored: everything but its content, which only vaults hold. */
export interface Secret {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  /** Null: shared by all customers of the project. */
  readonly customerId: string | null;
  /** The part of the estate that keeps it; null: people do. */
  readonly systemOwner: string | null;
  /** Folder: "" or segments joined by "/". */
  readonly path: string;
  readonly name: string;
  readonly type: SecretType;
  readonly description: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly state: SecretState;
  readonly pendingChangeId: string | null;
  readonly enabled: boolean;
  readonly protected: boolean;
  /** Its values are handed out to nobody, beside what its project says. */
  readonly writeOnly: boolean;
  readonly expiresAt: Date | null;
  readonly onExpiry: 'disable' | 'delete';
  /** By the database clock, when it was read. */
  readonly expired: boolean;
  readonly sourceProfileId: string;
  readonly sourcePath: string;
  /** 0: no version yet. */
  readonly headVersion: number;
  readonly latestEnabled: number;
  readonly revision: number;
  readonly deletedAt: Date | null;
  readonly destroyAfter: Date | null;
  readonly createdBy: ActorRef;
  readonly updatedBy: ActorRef;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SecretVersion {
  readonly secretId: string;
  readonly version: number;
  readonly state: VersionState;
  readonly description: string;
  readonly fingerprint: string;
  readonly fieldNames: readonly string[];
  readonly facts: Json;
  readonly size: number;
  /** The profile whose vault holds it, and the vault's own version. */
  readonly profileId: string;
  readonly vaultVersion: string;
  /** For whatever reason: the secret, the project, or it was so before. */
  readonly writeOnly: boolean;
  readonly expiresAt: Date | null;
  readonly onExpiry: 'disable' | 'destroy';
  /** By the database clock, when it was read. */
  readonly expired: boolean;
  readonly singleAccess: boolean;
  /** Its single access was given away. */
  readonly accessed: boolean;
  readonly changeId: string;
  /** The entry has moved since, and only its newest version went along. */
  readonly leftBehind: boolean;
  readonly createdBy: ActorRef;
  readonly createdAt: Date;
}

/** While a governed change waits, an active secret reads as pending; its last applied version stays readable. */
export function shownState(secret: Pick<Secret, 'state' | 'pendingChangeId'>): SecretState {
  return secret.state === 'active' && secret.pendingChangeId !== null ? 'pending_approval' : secret.state;
}
