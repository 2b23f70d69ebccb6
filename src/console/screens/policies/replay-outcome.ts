import type { ReplayedChange } from '../../../client/api-types.ts';
import { CHANGE_STATE } from '../../words.ts';

/** What became of a past change, as far as policies had to do with it. */
export function thenText({ waited, state }: ReplayedChange): string {
  return waited ? CHANGE_STATE[state].label : `Nobody was asked: ${CHANGE_STATE[state].label.toLowerCase()}`;
}

/** What the draft would have made of it. */
export function wouldText(item: ReplayedChange): string {
  if (!item.wouldWait) return 'Nobody would be asked';
  if (item.wouldBeRejected) return 'Rejected';
  if (item.wouldBeApproved) return 'Approved by the votes it got';
  if (item.unsatisfiable) return `Nobody could approve step “${item.unsatisfiable.step}”`;
  return 'It would still wait for votes';
}

/** Whether the draft would have decided otherwise than what happened. */
export function isOtherwise({ waited, wouldWait, state, ...item }: ReplayedChange): boolean {
  if (waited !== wouldWait) return true;
  if (!wouldWait) return false;
  if (item.unsatisfiable) return true;
  if (state === 'rejected') return !item.wouldBeRejected;
  const approved = ['approved', 'executing', 'indeterminate', 'applied', 'failed', 'conflict'].includes(state);
  return approved !== item.wouldBeApproved;
}
