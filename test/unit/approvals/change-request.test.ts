import { expect, test } from 'vitest';
import {
  CHANGE_EVENTS,
  CHANGE_STATES,
  type ChangeState,
  isOpen,
  nextState,
  OPEN_STATES,
  statesAllowing,
  transition,
} from '../../../src/approvals/change-request.ts';

/** Written out once more, state by state and event by event in their order, so that a change of the table has to be meant. */
const EVENTS =
  'submit            quorum    override  reject    cancel     expire   execute    votes_lost        apply    fail    lose_sight     move_base  edit              rebase            retry';
const TABLE: Record<ChangeState, string> = {
  draft:
    'pending_approval  -         -         -         cancelled  expired  -          -                 -        -       -              -          draft             draft             -',
  pending_approval:
    '-                 approved  approved  rejected  cancelled  expired  -          -                 -        -       -              conflict   pending_approval  pending_approval  -',
  approved:
    '-                 -         -         -         cancelled  -        executing  pending_approval  -        failed  -              conflict   -                 -                 -',
  executing:
    '-                 -         -         -         -          -        -          -                 applied  failed  indeterminate  conflict   -                 -                 -',
  indeterminate:
    '-                 -         -         -         -          -        executing  -                 applied  failed  -              conflict   -                 -                 -',
  applied: '- - - - - - - - - - - - - - -',
  failed: '- - - - - - - - - - - - - - approved',
  conflict: '- - - - - - - - - - - - - pending_approval -',
  rejected: '- - - - - - - - - - - - pending_approval - -',
  cancelled: '- - - - - - - - - - - - - - -',
  expired: '- - - - - - - - - - - - - - -',
};

const cells = CHANGE_STATES.flatMap((state) =>
  CHANGE_EVENTS.map((event, at) => ({ state, event, next: TABLE[state].split(/ +/)[at] ?? '' })),
);

test('the table above names every event', () => {
  expect(EVENTS.split(/ +/)).toEqual([...CHANGE_EVENTS]);
  expect(cells).toHaveLength(CHANGE_STATES.length * CHANGE_EVENTS.length);
  expect(cells.every((cell) => cell.next !== '')).toBe(true);
});

test.each(cells)('$state + $event → $next', ({ state, event, next }) => {
  if (next === '-') {
    expect(nextState(state, event)).toBeUndefined();
    expect(() => transition(state, event)).toThrow(
      expect.objectContaining({
        code: 'invalid_transition',
        facts: { state },
        message: expect.stringMatching(/^The change request (is|has|waits) [a-z ]+ and cannot be [a-z ]+\.$/),
      }),
    );
    expect(statesAllowing(event)).not.toContain(state);
  } else {
    expect(nextState(state, event)).toBe(next);
    expect(transition(state, event)).toBe(next);
    expect(statesAllowing(event)).toContain(state);
  }
});

test.each([
  ['applied', 'quorum', 'The change request has been applied already and cannot be approved.'],
  ['draft', 'reject', 'The change request is still a draft and cannot be rejected.'],
  ['expired', 'override', 'The change request has expired and cannot be overridden.'],
] as const)('what %s says to %s is meant for people', (state, event, message) => {
  expect(() => transition(state, event)).toThrow(expect.objectContaining({ message }));
});

test('a change holds its secret exactly while something can still happen to it by itself', () => {
  expect(CHANGE_STATES.filter(isOpen)).toEqual([...OPEN_STATES]);
  for (const state of CHANGE_STATES.filter((each) => !isOpen(each))) {
    const ways = CHANGE_EVENTS.filter((event) => nextState(state, event) !== undefined);
    const asked = state === 'draft' ? ['submit', 'cancel', 'expire', 'edit', 'rebase'] : ['edit', 'rebase', 'retry'];
    expect(
      ways.every((event) => asked.includes(event)),
      state,
    ).toBe(true);
  }
});

test('nothing is applied without having been approved', () => {
  const into = (target: string) => cells.filter((cell) => cell.next === target).map((cell) => cell.state);
  expect(new Set(into('applied'))).toEqual(new Set(['executing', 'indeterminate']));
  expect(new Set(into('executing'))).toEqual(new Set(['approved', 'indeterminate']));
  expect(into('indeterminate')).toEqual(['executing']);
  expect(new Set(into('approved'))).toEqual(new Set(['pending_approval', 'failed']));
});
