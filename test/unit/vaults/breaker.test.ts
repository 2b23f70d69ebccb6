import { expect, test } from 'vitest';
import { BreakerOpen, createBreaker } from '../../../src/vaults/breaker.ts';

function scripted(options: { readonly longestPauseMs?: number } = {}) {
  const clock = { now: 0 };
  const changes: string[] = [];
  const breaker = createBreaker({
    ...options,
    now: () => clock.now,
    random: () => 0.5,
    onChange: (state, code) => changes.push(code === undefined ? state : `${state} ${code}`),
  });
  const fail = (times: number) => {
    for (let i = 0; i < times; i++) {
      breaker.admit('head');
      breaker.record('unavailable');
    }
  };
  return { clock, changes, breaker, fail };
}

test('opens after five failures in a row, refuses without a call, and lets one probe through', () => {
  const { clock, changes, breaker, fail } = scripted();
  fail(4);
  breaker.record('ok');
  fail(5);
  expect(changes).toEqual(['open unavailable']);
  expect(() => breaker.admit('head')).toThrow(BreakerOpen);
  clock.now = 1_000;
  breaker.admit('head');
  expect(breaker.state).toBe('half_open');
  expect(() => breaker.admit('head')).toThrow(BreakerOpen);
  breaker.record('not_found');
  expect(changes).toEqual(['open unavailable', 'half_open', 'closed']);
  breaker.admit('head');
});

test.each([
  [undefined, [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000]],
  [3_000, [1_000, 2_000, 3_000, 3_000, 3_000, 3_000, 3_000, 3_000]],
])('each failed probe doubles the pause, up to twenty seconds or what it was told (%s)', (longestPauseMs, wanted) => {
  const { clock, breaker, fail } = scripted(longestPauseMs === undefined ? {} : { longestPauseMs });
  fail(5);
  const pauses: number[] = [];
  for (let probe = 0; probe < 8; probe++) {
    const from = clock.now;
    for (;;) {
      try {
        breaker.admit('head');
        break;
      } catch {
        clock.now += 500;
      }
    }
    pauses.push(clock.now - from);
    breaker.record('timeout');
  }
  expect(pauses).toEqual(wanted);
});

test('what says nothing about the vault neither opens nor closes, and a probe that we ended is tried again', () => {
  const { clock, breaker, fail } = scripted();
  for (let i = 0; i < 10; i++) breaker.record('aborted');
  expect(breaker.state).toBe('closed');
  fail(5);
  clock.now = 1_000;
  breaker.admit('head');
  breaker.record('closed');
  expect(breaker.state).toBe('open');
  breaker.admit('head');
  breaker.record('ok');
  expect(breaker.state).toBe('closed');
});

test('a refusal says how long, and that nothing was sent', () => {
  const { breaker, fail } = scripted();
  fail(5);
  try {
    breaker.admit('write');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'unavailable', operation: 'write', maybeApplied: false, retryAfterMs: 1_000 });
  }
});
