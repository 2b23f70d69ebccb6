/* Answers of the API about secrets, as far as the screens read them. */
import type { ActorRef, Change, Facts } from './api-types.ts';

export const SECRET_TYPES = [
  'basic_auth',
  'api_key',
  'jwt_token',
  'private_key',
  'secret_key',
  'key_store',
  'key_value',
  'generic',
] as const;
export type SecretType = (typeof SECRET_TYPES)[number];

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

export interface SecretDetail {
  readonly id: string;
  readonly projectId: string;
  readonly path: string;
  readonly name: string;
  readonly type: SecretType;
  readonly description: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly state: SecretState;
  readonly enabled: boolean;
  readonly protected: boolean;
  readonly sourceProfileId: string;
  readonly sourcePath: string;
  readonly latestVersion: number | null;
  readonly latestEnabledVersion: number | null;
  readonly pendingChangeId: string | null;
  readonly destroyAfter: string | null;
  readonly createdBy: ActorRef;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Version {
  readonly version: number;
  readonly state: 'enabled' | 'disabled' | 'destroyed';
  readonly description: string;
  /** Null for whoever may not read the value. */
  readonly fingerprint: string | null;
  readonly fieldNames: readonly string[];
  readonly facts: Facts;
  readonly vaultVersion: string;
  readonly changeRequestId: string;
  readonly createdBy: ActorRef;
  readonly createdAt: string;
}

/** What every mutation of a secret answers. */
export interface MutationAnswer {
  readonly secretId: string;
  readonly unchanged: boolean;
  readonly version: Version | null;
  readonly changeRequest: Change | null;
}

/** One field of a content: text, or any bytes. */
export type PayloadValue = string | { readonly base64: string };

export interface SecretContent {
  readonly payload: Readonly<Record<string, PayloadValue>>;
}

export interface Project {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface ProfileChoice {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}
