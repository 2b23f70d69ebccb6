import type { Change, ChangeDraft } from '../approvals/change.ts';
import { SECRET_OPERATIONS, type SecretOperation } from '../approvals/change-operation.ts';
import { AppError } from '../errors.ts';

interface AboutSecret {
  readonly subjectType: 'secret';
  readonly projectId: string;
  readonly secretId: string;
  readonly operation: SecretOperation;
  /** The source profile, and its revision when the change was made. */
  readonly profileId: string;
  readonly profileRevision: number;
}

/** A change whose subject is a secret. */
export type SecretChange = Change & AboutSecret;

export type SecretChangeDraft = ChangeDraft & AboutSecret;

export function isSecretChange(change: Change): change is SecretChange {
  return change.subjectType === 'secret' && (SECRET_OPERATIONS as readonly string[]).includes(change.operation);
}

/** Throws `invalid_transition` for a change of something else. */
export function asSecretChange(change: Change): SecretChange {
  if (isSecretChange(change)) return change;
  throw new AppError('invalid_transition', 'This change is not about a secret; ask for it anew instead.');
}
