import type { ChangeExplanation, ChangeRequestDetail, Me } from '../../../client/api-types.ts';

/** Why somebody cannot decide; `undefined`: the vote would count. The API decides in the end. */
export function hindrance(me: Me, change: ChangeRequestDetail, explanation: ChangeExplanation): string | undefined {
  if (change.state !== 'pending_approval') return 'It no longer waits for a decision.';
  const barred = explanation.barred.find(({ id }) => id === me.personId);
  if (barred?.as === 'requester') return 'You asked for it, so others decide.';
  if (barred) return 'You edited it, so others decide.';
  const mine = change.reviews.find(
    ({ reviewer, revision }) => reviewer.personId === me.personId && revision === change.revision,
  );
  if (mine) return mine.decision === 'approve' ? 'You approved this revision.' : 'You rejected this revision.';
  const review = me.rights.some(
    ({ projectId, rights }) =>
      (projectId === null || projectId === change.projectId) && rights.includes('change.review'),
  );
  if (!review) return 'Your role does not review changes.';
  const asked = explanation.approval.some(({ steps }) =>
    steps.some(
      ({ open, satisfied, canDecide }) =>
        open &&
        !satisfied &&
        (canDecide.count > canDecide.people.length || canDecide.people.some(({ id }) => id === me.personId)),
    ),
  );
  return asked ? undefined : 'No step that is open now asks you.';
}
