import {
  approvalWouldCount,
  evaluatePolicy,
  isEligible,
  mayReject,
  type PolicySnapshot,
  stepsOf,
  type Voter,
} from './approval-policy.ts';
import type { Change, Review } from './change.ts';
import { isOpen } from './change-request.ts';
import type { Check } from './check.ts';
import type { Explanation } from './explain-schemas.ts';
import { type MissingCheck, missingChecks } from './required-checks.ts';
import { lackAmong } from './satisfiable-policy.ts';
import { type Standstill, standstillOf } from './standstill.ts';

/** All that an explanation is made from, as things stand. */
export interface Explained {
  readonly change: Change;
  /** What the change must meet: what was asked when it opened, then what is asked since. */
  readonly policies: readonly PolicySnapshot[];
  readonly reviews: readonly Review[];
  /** The newest of each name. */
  readonly checks: readonly Check[];
  /** Everybody who wrote a revision. */
  readonly editors: readonly string[];
  /** Enabled people whom the policies name. */
  readonly voters: readonly Voter[];
  /** Ids of people with these rights there. */
  readonly overriders: readonly string[];
  readonly administrators: readonly string[];
  readonly names: ReadonlyMap<string, string>;
  /** Somebody works on it at this moment. */
  readonly inWork: boolean;
  readonly nextAttemptAt: Date | null;
}

type Way = Explanation['ways'][number];
type People = NonNullable<Way['by']>;

const MOST_PEOPLE = 50;

/** Why a change is where it is, who can move it, and what would change that. */
export function explain(facts: Explained): Explanation {
  const { change, policies, editors, voters } = facts;
  const waits = change.state === 'pending_approval';
  const unsatisfiable = waits ? (lackAmong(policies, voters, editors) ?? null) : null;
  const unchecked = isOpen(change.state) ? missingChecks(policies, facts.checks, change.digest) : [];
  const voted = policies.every((policy) => evaluatePolicy(policy, votersOf(facts)).satisfied);
  const missing = voted ? unchecked : [];
  const standstill = standstillOf(change, {
    missing,
    unsatisfiable,
    inWork: facts.inWork,
    nextAttemptAt: facts.nextAttemptAt,
  });
  return {
    changeId: change.id,
    state: change.state,
    code: change.code,
    ...standstill,
    approval: policies.map((policy) => approvalOf(facts, policy)),
    missingChecks: unchecked.map((check) => ({ ...check })),
    uncounted: uncountedOf(facts),
    barred: editors.map((id) => ({
      ...personOf(facts, id),
      as: id === change.requesterPersonId ? ('requester' as const) : ('editor' as const),
    })),
    ways: waysOf(facts, standstill.waitsFor, unchecked),
    unsatisfiable,
    expiresAt: waits || change.state === 'draft' ? (change.expiresAt?.toISOString() ?? null) : null,
    nextAttemptAt: facts.nextAttemptAt?.toISOString() ?? null,
  };
}

/** Approvals of this revision, as cast. */
function approvalsOf({ change, reviews }: Explained): string[] {
  return decisionsOf(change, reviews)
    .filter((review) => review.decision === 'approve')
    .map((review) => review.personId);
}

function decisionsOf(change: Change, reviews: readonly Review[]): Review[] {
  return reviews.filter((review) => review.revision === change.revision);
}

/** Those who approved, with what they hold now. */
function votersOf(facts: Explained): Voter[] {
  const cast = approvalsOf(facts);
  return cast.flatMap((id) => facts.voters.find((voter) => voter.personId === id) ?? []);
}

/** Who could still decide: not barred and not decided. */
function undecided({ change, reviews, editors, voters }: Explained): Voter[] {
  const decided = new Set(decisionsOf(change, reviews).map((review) => review.personId));
  return voters.filter(({ personId }) => !editors.includes(personId) && !decided.has(personId));
}

function approvalOf(facts: Explained, policy: PolicySnapshot): Explanation['approval'][number] {
  const { profileId, profileVersion, name } = policy;
  const status = evaluatePolicy(policy, votersOf(facts));
  const demanded = stepsOf(policy);
  const left = facts.change.state === 'pending_approval' ? undecided(facts) : [];
  const steps = status.steps.map(({ rule, name: step, required, votes, satisfied, open }, index) => {
    const approvers = demanded[index];
    const able = left.filter((voter) => !satisfied && approvers !== undefined && isEligible(approvers, voter));
    return {
      rule,
      step,
      required,
      votes: votes.map((id) => personOf(facts, id)),
      missing: required - votes.length,
      satisfied,
      open,
      canDecide: peopleOf(
        facts,
        able.map(({ personId }) => personId),
      ),
    };
  });
  const since = facts.change.policies.some(
    (then) => then.profileId === profileId && then.profileVersion === profileVersion,
  )
    ? ('opening' as const)
    : ('now' as const);
  return { profileId, profileVersion, name, since, satisfied: status.satisfied, steps };
}

function uncountedOf(facts: Explained): Explanation['uncounted'] {
  const counted = new Set(
    facts.policies.flatMap((policy) => evaluatePolicy(policy, votersOf(facts)).steps.flatMap((step) => step.votes)),
  );
  const reasonFor = (id: string) => {
    const voter = facts.voters.find(({ personId }) => personId === id);
    if (voter === undefined) return 'not_an_approver' as const;
    if (!voter.mayReview) return 'may_not_review' as const;
    return mayReject(facts.policies, voter) ? ('not_needed' as const) : ('not_an_approver' as const);
  };
  return approvalsOf(facts)
    .filter((id) => !counted.has(id))
    .map((id) => ({ ...personOf(facts, id), reason: reasonFor(id) }));
}

function waysOf(facts: Explained, waitsFor: Standstill['waitsFor'], unchecked: readonly MissingCheck[]): Way[] {
  const { change } = facts;
  const requester = peopleOf(facts, [change.requesterPersonId]);
  switch (waitsFor) {
    case 'submission':
      return [{ way: 'submit', text: 'Its requester submits it.', by: requester }, cancelWay(facts)];
    case 'votes':
    case 'checks':
    case 'people':
      return [...checkWays(unchecked), ...waitingWays(facts, waitsFor === 'people')];
    case 'worker':
    case 'profile':
    case 'vault':
      return [
        { way: 'wait', text: WAIT_TEXTS[waitsFor], by: null },
        ...(change.state === 'approved' ? [cancelWay(facts)] : []),
      ];
    case 'requester':
      return [RETURNS[change.state] ?? RETURNS.failed].map(({ way, text }) => ({ way, text, by: null }));
    default:
      return [];
  }
}

function checkWays(unchecked: readonly MissingCheck[]): Way[] {
  if (unchecked.length === 0) return [];
  const names = [...new Set(unchecked.map(({ name }) => `"${name}"`))].join(', ');
  return [{ way: 'report_check', text: `A machine reports that it is ok, under ${names}.`, by: null }];
}

const WAIT_TEXTS = {
  worker: 'Nobody needs to do anything: a worker takes it up by itself.',
  profile: 'The vault profile is enabled again.',
  vault: 'The vault answers again; it is looked up before anything is sent.',
} as const;

interface Return {
  readonly way: Way['way'];
  readonly text: string;
}

const RETURNS: Partial<Record<Change['state'], Return>> & { readonly failed: Return } = {
  failed: { way: 'retry', text: 'It is tried again, with the same content; the votes are counted anew.' },
  rejected: { way: 'edit', text: 'It is edited and resubmitted as a new revision, which needs votes of its own.' },
  conflict: { way: 'rebase', text: 'It is based on things as they are now, as a new revision with votes of its own.' },
};

function waitingWays(facts: Explained, inVain: boolean): Way[] {
  const { change, policies, overriders, editors } = facts;
  const left = undecided(facts);
  const given = votersOf(facts);
  const counting = left.filter((voter) => approvalWouldCount(policies, given, voter));
  const rejecting = left.filter((voter) => mayReject(policies, voter));
  const overriding = overriders.filter((id) => !editors.includes(id));
  const ids = (voters: readonly Voter[]) => voters.map(({ personId }) => personId);
  const findPeople: Way = {
    way: 'find_people',
    text: 'Somebody gets the role or joins the group that the step names, or comes back. A policy that is loosened does not help: what was asked at the opening is asked still.',
    by: null,
  };
  return [
    ...(counting.length > 0
      ? [{ way: 'approve' as const, text: 'Their approval would count now.', by: peopleOf(facts, ids(counting)) }]
      : []),
    ...(inVain ? [findPeople] : []),
    ...(rejecting.length > 0
      ? [{ way: 'reject' as const, text: 'One rejection ends it.', by: peopleOf(facts, ids(rejecting)) }]
      : []),
    ...(overriding.length > 0
      ? [
          {
            way: 'override' as const,
            text: 'They may put it through without the votes, for a reason that is reviewed afterwards.',
            by: peopleOf(facts, overriding),
          },
        ]
      : []),
    cancelWay(facts),
    ...(change.expiresAt === null
      ? []
      : [{ way: 'wait' as const, text: `It expires at ${change.expiresAt.toISOString()}.`, by: null }]),
  ];
}

function cancelWay(facts: Explained): Way {
  const { change, administrators } = facts;
  const able = [...new Set([change.requesterPersonId, ...administrators])];
  return { way: 'cancel', text: 'It is withdrawn.', by: peopleOf(facts, able) };
}

function personOf({ names }: Explained, id: string): { id: string; name: string } {
  return { id, name: names.get(id) ?? '' };
}

function peopleOf(facts: Explained, ids: readonly string[]): People {
  const people = ids.map((id) => personOf(facts, id)).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { count: people.length, people: people.slice(0, MOST_PEOPLE) };
}
