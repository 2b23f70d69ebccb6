import { createHash } from 'node:crypto';
import { type Event, possibleEvents } from './outer-steps.ts';
import { isQuiet, problemOf } from './properties.ts';
import { type Choose, type Left, type Model, newWorld, SETTLE, type World } from './world.ts';

export interface Coverage {
  readonly states: number;
  /** Of them those in which nothing is under way and every property was checked. */
  readonly quiet: number;
  readonly problem: string | undefined;
  /** Nothing was left out. */
  readonly complete: boolean;
}

/** Every state that can be reached within the bound, each once; at most `limit` of them. */
export function exploreAll(model: Model, bound: Left, limit: number): Coverage {
  const first = newWorld(2, bound, { liar: false, policy: 'alert' });
  const open = [JSON.stringify(first)];
  const known = new Set([keyOf(first)]);
  let quiet = 0;
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    for (const world of successors(text, model)) {
      if (world.violation !== null) return { states: known.size, quiet, problem: world.violation, complete: false };
      const key = keyOf(world);
      if (known.has(key)) continue;
      known.add(key);
      if (isQuiet(world, model)) {
        quiet += 1;
        const problem = problemOf(world, model);
        if (problem !== undefined) return { states: known.size, quiet, problem, complete: false };
      }
      if (known.size >= limit) return { states: known.size, quiet, problem: undefined, complete: false };
      open.push(JSON.stringify(world));
    }
  }
  return { states: known.size, quiet, problem: undefined, complete: true };
}

/** The worlds one event later: each event with each of its outcomes. */
function successors(text: string, model: Model): World[] {
  const found: World[] = [];
  const plans: number[][] = [[]];
  for (let plan = plans.pop(); plan !== undefined; plan = plans.pop()) {
    const world = JSON.parse(text) as World;
    const taken: number[] = [];
    const choose: Choose = (n) => {
      const choice = plan[taken.length] ?? 0;
      if (taken.length >= plan.length) for (let other = 1; other < n; other++) plans.push([...taken, other]);
      taken.push(choice);
      return choice;
    };
    const { sleeps: _orders, ...happenings } = possibleEvents(world, model);
    const events: Event[] = Object.values(happenings).flat();
    const event = events[choose(events.length)];
    if (event === undefined) continue;
    event(choose);
    found.push(world);
  }
  return found;
}

/** What makes two worlds behave alike: times count from now, tokens and looks only by whether they still hold. */
function keyOf(world: World): string {
  const { now, row, workers, flights, changed } = world;
  const ahead = (time: number | null) => (time === null ? null : Math.max(0, time - now));
  const alike = {
    ...world,
    now: 0,
    staleUntil: ahead(world.staleUntil),
    changed: 0,
    seen: world.seen === changed,
    row: timeless(row, ahead),
    workers: workers.map((worker) => ({
      ...worker,
      deadline: ahead(worker.deadline + 1),
      looked: worker.looked === changed,
      held: worker.held && { ...timeless(worker.held, ahead), holds: worker.held.token === row.token },
    })),
    flights: flights.map((flight) => ({ ...flight, landsBy: ahead(flight.landsBy + 1) })),
  };
  return createHash('sha1').update(JSON.stringify(alike)).digest('base64');
}

function timeless(row: World['row'], ahead: (time: number | null) => number | null) {
  return {
    ...row,
    token: 0,
    next: ahead(row.next),
    lease: ahead(row.lease === null ? null : row.lease + 1),
    settle: ahead(row.settle),
    written: ahead(row.written + SETTLE),
    scan: null,
  };
}
