import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemActor } from '../../../src/access/actor.ts';
import type { Db } from '../../../src/db.ts';
import { createEventStreamService } from '../../../src/notifications/event-stream-service.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Counts how often somebody looks into an empty trail. */
function emptyTrail() {
  let looks = 0;
  const query = async () => {
    looks++;
    return [];
  };
  const events = createEventStreamService({ db: { query } as unknown as Db, publicUrl: 'http://x', checkMs: 60_000 });
  const sink = { waiting: 0, write() {} };
  return {
    looks: () => looks,
    events,
    /** A stream of somebody of the organization; ends it and waits until it is over. */
    follow(organizationId: string) {
      const left = new AbortController();
      const over = events.open(systemActor(organizationId, 'watcher'), undefined, left.signal)(sink);
      return async () => {
        left.abort();
        await over;
      };
    },
  };
}

test('a trail is looked at for as long as somebody listens, and no longer', async () => {
  const trail = emptyTrail();
  const leave = [trail.follow('one'), trail.follow('one')];
  await vi.advanceTimersByTimeAsync(2_100);
  const [first, second] = leave;
  await first?.();
  const before = trail.looks();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(trail.looks()).toBe(before + 4);
  await second?.();
  const atTheEnd = trail.looks();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(trail.looks()).toBe(atTheEnd);
  const again = trail.follow('one');
  await vi.advanceTimersByTimeAsync(2_100);
  expect(trail.looks()).toBeGreaterThan(atTheEnd + 3);
  await again();
});

test('whoever left before the stream began takes no place', async () => {
  const { events } = emptyTrail();
  const somebody = systemActor('one', 'watcher');
  for (let i = 0; i < 20; i++) await events.open(somebody, undefined, AbortSignal.abort())({ waiting: 0, write() {} });
  expect(() => events.open(somebody, undefined, new AbortController().signal)).not.toThrow();
});
