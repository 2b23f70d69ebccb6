import { type Event, type Events, possibleEvents } from './outer-steps.ts';
import { isQuiet, problemOf } from './properties.ts';
import { type Choose, type Model, newWorld, RULES, type Rule, type Traits, type World } from './world.ts';

/** Kinds of vault that the algorithm has to get along with. */
export const VAULTS = {
  /** Versions are never reused, one request does it all. */
  unique: { compareAndSet: true, numbered: false },
  /** As key/value version 2. */
  numbered: { compareAndSet: true, numbered: true },
  /** Without compare-and-set, and with requests later than anybody waits for: the drift scan has to repair that. */
  unguarded: { compareAndSet: false, numbered: false },
} as const satisfies Record<string, Traits>;
export type VaultName = keyof typeof VAULTS;

export function modelOf(vault: VaultName, without?: Rule): Model {
  const rules = new Set<Rule>(RULES);
  if (without !== undefined) rules.delete(without);
  return { traits: VAULTS[vault], has: (rule) => rules.has(rule) };
}

/** Small deterministic generator (mulberry32), so that a seed tells the whole run. */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WILD_STEPS = 120;
const MOST_STEPS = 1_000;

/** One run under chance: first everything may happen, then faults stop and things settle. Undefined: no property was broken. */
export function runOnce(model: Model, seed: number): string | undefined {
  const random = generator(seed);
  const choose: Choose = (n) => Math.floor(random() * n);
  const left = {
    changes: 1 + choose(7),
    faults: choose(8),
    crashes: choose(3),
    pauses: choose(12),
    foreign: choose(3) === 0 ? 1 + choose(2) : 0,
    switches: choose(4) === 0 ? 2 : 0,
    restores: choose(4) === 0 ? 1 : 0,
  };
  const world = newWorld(2 + choose(2), left, { liar: choose(4) === 0, policy: choose(4) === 0 ? 'repair' : 'alert' });
  for (let step = 0; step < MOST_STEPS; step++) {
    if (step === WILD_STEPS) calmDown(world);
    const event = nextEvent(world, model, choose, step < WILD_STEPS);
    if (event === undefined) {
      if (step >= WILD_STEPS) return isQuiet(world, model) ? undefined : 'nothing can happen any more';
      step = WILD_STEPS - 1;
      continue;
    }
    event(choose);
    if (world.violation !== null) return world.violation;
    if (isQuiet(world, model)) {
      const problem = problemOf(world, model);
      if (problem !== undefined) return problem;
      if (step > WILD_STEPS) return undefined;
    }
  }
  return 'never comes to rest';
}

/** How often each of them has its turn while anything may happen, if it can do something. */
const WEIGHTS = {
  workers: 12,
  crashes: 1,
  sleeps: 1,
  flights: 1,
  changes: 2,
  switches: 1,
  foreign: 1,
  restores: 1,
  time: 2,
} as const satisfies Record<keyof Events, number>;
const SOURCES = Object.keys(WEIGHTS) as (keyof Events)[];

/** In the wild time passes whatever else could happen; later only when nothing else can. */
function nextEvent(world: World, model: Model, choose: Choose, wild: boolean): Event | undefined {
  const events = possibleEvents(world, model);
  const able = SOURCES.filter((source) => events[source].length > 0 && (wild || source !== 'time'));
  if (able.length === 0) return events.time[0];
  const turns = able.flatMap((each) => Array.from({ length: WEIGHTS[each] }, () => each));
  const source = turns[choose(turns.length)] ?? 'time';
  return events[source][choose(events[source].length)];
}

function calmDown(world: World): void {
  world.left = { changes: 0, faults: 0, crashes: 0, pauses: 0, foreign: 0, switches: 0, restores: 0 };
  if (world.enabled) return;
  world.enabled = true;
  if (['pending', 'failed', 'syncing', 'removing'].includes(world.row.state)) world.row.next = world.now;
}

/** A seed with which a property is broken, and how. */
export interface Finding {
  readonly seed: number;
  readonly problem: string;
}

/** Runs `runs` seeds from `seed` on and ends at the first finding. */
export function explore(model: Model, seed: number, runs: number): Finding | undefined {
  for (let run = 0; run < runs; run++) {
    const problem = runOnce(model, seed + run);
    if (problem !== undefined) return { seed: seed + run, problem };
  }
  return undefined;
}
