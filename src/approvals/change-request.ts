import { AppError } from '../errors.ts';

/**
 * The life of a change request. The whole of it is this table: nothing else decides what may follow what.
 *
 * `pending_approval → approved → executing → applied | failed`; while it waits it may also end `rejected`, `cancelled`,
 * `expired` or, when the secret moved on, `conflict`. Before it waits it can be a `draft`. `executing → indeterminate` when the
 * vault's answer was unclear.
 */
export const CHANGE_STATES = [
  'draft',
  'pending_approval',
  'approved',
  'executing',
  'indeterminate',
  'applied',
  'failed',
  'conflict',
  'rejected',
  'cancelled',
  'expired',
] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

export const CHANGE_EVENTS = [
  'submit',
  'quorum',
  'override',
  'reject',
  'cancel',
  'expire',
  'execute',
  'votes_lost',
  'apply',
  'fail',
  'lose_sight',
  'move_base',
  'edit',
  'rebase',
  'retry',
] as const;
export type ChangeEvent = (typeof CHANGE_EVENTS)[number];

/**
 * - `override`: somebody with that right puts it through without the votes.
 * - `submit`: a draft, which holds nothing and asks nobody, becomes a request.
 * - `votes_lost`: at execution the votes no longer suffice (somebody lost a role); it waits again.
 * - `move_base`: the secret or its source is no longer what the change was based on.
 * - `edit`: a new revision; earlier votes do not count for it. A rejected change is resubmitted this way.
 * - `rebase`: a new revision on the subject as it is now, also after a conflict.
 * - `retry`: a failed change runs again; its grant is counted anew before anything happens.
 */
const TRANSITIONS = {
  draft: { submit: 'pending_approval', edit: 'draft', rebase: 'draft', cancel: 'cancelled', expire: 'expired' },
  pending_approval: {
    quorum: 'approved',
    override: 'approved',
    reject: 'rejected',
    cancel: 'cancelled',
    expire: 'expired',
    move_base: 'conflict',
    edit: 'pending_approval',
    rebase: 'pending_approval',
  },
  approved: {
    execute: 'executing',
    cancel: 'cancelled',
    move_base: 'conflict',
    votes_lost: 'pending_approval',
    fail: 'failed',
  },
  executing: {
    apply: 'applied',
    fail: 'failed',
    lose_sight: 'indeterminate',
    move_base: 'conflict',
  },
  indeterminate: { execute: 'executing', apply: 'applied', fail: 'failed', move_base: 'conflict' },
  applied: {},
  failed: { retry: 'approved' },
  conflict: { rebase: 'pending_approval' },
  rejected: { edit: 'pending_approval' },
  cancelled: {},
  expired: {},
} as const satisfies Record<ChangeState, Partial<Record<ChangeEvent, ChangeState>>>;

const table: Record<ChangeState, Partial<Record<ChangeEvent, ChangeState>>> = TRANSITIONS;

/** States in which a change holds its secret: at most one per secret, by a partial unique index. */
export const OPEN_STATES = [
  'pending_approval',
  'approved',
  'executing',
  'indeterminate',
] as const satisfies readonly ChangeState[];

export function isOpen(state: ChangeState): boolean {
  return (OPEN_STATES as readonly ChangeState[]).includes(state);
}

/** The state after `event`, or `undefined` when it cannot happen in `state`. */
export function nextState(state: ChangeState, event: ChangeEvent): ChangeState | undefined {
  return table[state][event];
}

/** The states in which `event` can happen; SQL updates name them in their `where`. */
export function statesAllowing(event: ChangeEvent): ChangeState[] {
  return CHANGE_STATES.filter((state) => nextState(state, event) !== undefined);
}

const STANDS = {
  draft: 'is still a draft',
  pending_approval: 'waits for approval',
  approved: 'is approved and about to be carried out',
  executing: 'is being carried out',
  indeterminate: 'is under way with an unclear outcome',
  applied: 'has been applied already',
  failed: 'has failed',
  conflict: 'is based on what has changed since',
  rejected: 'has been rejected',
  cancelled: 'has been cancelled',
  expired: 'has expired',
} as const satisfies Record<ChangeState, string>;

const DONE = {
  submit: 'submitted',
  quorum: 'approved',
  override: 'overridden',
  reject: 'rejected',
  cancel: 'cancelled',
  expire: 'let expire',
  execute: 'carried out',
  votes_lost: 'sent back for votes',
  apply: 'applied',
  fail: 'ended as failed',
  lose_sight: 'marked as unclear',
  move_base: 'ended as a conflict',
  edit: 'edited',
  rebase: 'rebased',
  retry: 'retried',
} as const satisfies Record<ChangeEvent, string>;

/** Like {@link nextState}, but throws `invalid_transition` with the current state for the client. */
export function transition(state: ChangeState, event: ChangeEvent): ChangeState {
  const next = nextState(state, event);
  if (next === undefined) {
    const message = `The change request ${STANDS[state]} and cannot be ${DONE[event]}.`;
    throw new AppError('invalid_transition', message, { facts: { state } });
  }
  return next;
}
