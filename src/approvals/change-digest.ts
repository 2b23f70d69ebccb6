import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson, type Json } from '../crypto/canonical-json.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { lengthPrefixed } from '../crypto/length-prefixed.ts';
import type { PolicySnapshot } from './approval-policy.ts';
import type { ChangeOperation, SubjectType } from './change-operation.ts';

/** Everything a grant covers. Changing any of it gives another digest, and votes name the digest they were cast for. */
export interface DigestedChange {
  readonly id: string;
  readonly organizationId: string;
  readonly revision: number;
  readonly operation: ChangeOperation;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  readonly projectId: string | null;
  readonly baseVersion: number;
  readonly profileId: string | null;
  readonly profileRevision: number | null;
  readonly plan: Json;
  readonly policies: readonly PolicySnapshot[];
  readonly requesterPersonId: string;
}

/** `<key id>:<64 hex digits>`: HMAC-SHA-256 over the change and its payload (canonical bytes; empty when it has none). */
export function changeDigest(
  keyring: Keyring,
  change: DigestedChange,
  payload: Uint8Array | undefined,
  keyId: string = keyring.activeKeyId,
): string {
  const covered: Json = [
    change.id,
    change.revision,
    change.operation,
    change.subjectType,
    change.subjectId,
    change.projectId,
    change.baseVersion,
    change.profileId,
    change.profileRevision,
    change.plan,
    change.policies as unknown as Json,
    change.requesterPersonId,
  ];
  const key = keyring.derive('change-digest', change.organizationId, keyId);
  const mac = createHmac('sha256', key).update(lengthPrefixed([canonicalJson(covered), payload ?? '']));
  return `${keyId}:${mac.digest('hex')}`;
}

/** Does the change, as it is now, still have the digest it was approved under? */
export function digestMatches(
  keyring: Keyring,
  change: DigestedChange,
  payload: Uint8Array | undefined,
  digest: string,
): boolean {
  const keyId = digest.slice(0, digest.indexOf(':'));
  if (!keyring.keyIds.includes(keyId)) return false;
  const [left, right] = [Buffer.from(changeDigest(keyring, change, payload, keyId)), Buffer.from(digest)];
  return left.length === right.length && timingSafeEqual(left, right);
}
