import { AppError } from '../errors.ts';
import type { Change } from './change.ts';

/** Throws `digest_mismatch` unless the change is what somebody was shown: a decision counts for nothing else. */
export function assertShown(change: Change, shown: { readonly revision: number; readonly digest: string }): void {
  if (change.revision === shown.revision && change.digest === shown.digest) return;
  throw new AppError('digest_mismatch', 'The change request is no longer what you were shown; look at it again.', {
    facts: { revision: change.revision },
  });
}
