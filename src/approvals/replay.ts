import { applicablePolicies, type ConditionFacts } from './applicable-rules.ts';
import { type ApprovalPolicy, evaluatePolicy, mayReject } from './approval-policy.ts';
import type { Change } from './change.ts';
import type { ReplayReport } from './replay-schemas.ts';
import { type Candidate, lackAmong, votersIn } from './satisfiable-policy.ts';

/** A past change with what it takes to decide about it anew. */
export interface PastChange
  extends Pick<
    Change,
    'id' | 'operation' | 'subjectType' | 'subjectId' | 'projectId' | 'state' | 'requester' | 'createdAt'
  > {
  readonly conditionFacts: readonly ConditionFacts[];
  /** Policies asked about it. */
  readonly waited: boolean;
  /** On its last revision. */
  readonly votes: readonly { readonly personId: string; readonly decision: 'approve' | 'reject' }[];
  /** Everybody who wrote a revision. */
  readonly editors: readonly string[];
}

type Replayed = Omit<ReplayReport['items'][number], 'requester' | 'createdAt'>;

/** What would have become of a change under a policy, had the people been those of today. */
export function replayChange(policy: ApprovalPolicy, change: PastChange, candidates: readonly Candidate[]): Replayed {
  const { id: changeId, operation, subjectType, subjectId, state, waited, editors, votes } = change;
  const draft = { ...policy, profileId: '', profileVersion: 0, name: '' };
  const asked = applicablePolicies([draft], operation, change.conditionFacts);
  const voters = votersIn(change.projectId, candidates);
  const cast = (decision: 'approve' | 'reject') => {
    const people = votes.filter((vote) => vote.decision === decision).map((vote) => vote.personId);
    return voters.filter(({ personId }) => people.includes(personId) && !editors.includes(personId));
  };
  const wouldBeRejected = cast('reject').some((voter) => mayReject(asked, voter));
  const approvers = cast('approve');
  const enough = asked.every((one) => evaluatePolicy(one, approvers).satisfied);
  const lack = lackAmong(asked, voters, editors);
  return {
    changeId,
    operation,
    subjectType,
    subjectId,
    state,
    waited,
    wouldWait: asked.length > 0,
    rules: asked.flatMap((one) => one.rules.map((rule) => rule.name)),
    wouldBeApproved: asked.length > 0 && enough && !wouldBeRejected,
    wouldBeRejected,
    unsatisfiable: lack
      ? { rule: lack.rule, step: lack.step, required: lack.required, available: lack.available }
      : null,
  };
}

/** How many of them. */
export function countReplayed(items: readonly Replayed[]): ReplayReport['counts'] {
  const count = (test: (item: Replayed) => boolean) => items.filter(test).length;
  return {
    changes: items.length,
    wouldNotWait: count((item) => !item.wouldWait),
    wouldWait: count((item) => item.wouldWait),
    wouldBeApproved: count((item) => item.wouldBeApproved),
    wouldBeRejected: count((item) => item.wouldBeRejected),
    wouldStillWait: count((item) => item.wouldWait && !item.wouldBeApproved && !item.wouldBeRejected),
    unsatisfiable: count((item) => item.unsatisfiable !== null),
    newlyAsked: count((item) => item.wouldWait && !item.waited),
    noLongerAsked: count((item) => item.waited && !item.wouldWait),
  };
}
