import { restoreEvents } from './restore-steps.ts';
import { land, liveEntry } from './vault-steps.ts';
import { fail } from './worker-endings.ts';
import { acknowledged, refused } from './worker-requests.ts';
import { claim, isDue, isScanDue, work } from './worker-steps.ts';
import { type Choose, type Flight, idleWorker, type Model, newRow, type World } from './world.ts';

/** Something that can happen now. */
export type Event = (choose: Choose) => void;

/** Everything that can happen now, by who does it. */
export interface Events {
  readonly workers: readonly Event[];
  readonly crashes: readonly Event[];
  /** Workers that stop for a while, and those that go on. Nobody who tries every order needs them. */
  readonly sleeps: readonly Event[];
  /** Requests that land, or never will. */
  readonly flights: readonly Event[];
  /** Of the secret, through the one door. */
  readonly changes: readonly Event[];
  readonly switches: readonly Event[];
  readonly foreign: readonly Event[];
  /** The database goes back to what it was, and somebody says that all is well again. */
  readonly restores: readonly Event[];
  readonly time: readonly Event[];
}

export function possibleEvents(world: World, model: Model): Events {
  return {
    workers: workerEvents(world, model),
    crashes: crashEvents(world),
    sleeps: sleepEvents(world),
    flights: flightEvents(world, model),
    changes: changeEvents(world),
    switches: switchEvents(world),
    foreign: foreignEvents(world, model),
    restores: restoreEvents(world, model),
    time: timeEvents(world, model),
  };
}

function workerEvents(world: World, model: Model): Event[] {
  const events: Event[] = [];
  const idle = world.workers.find((worker) => worker.step === 'idle');
  if (idle !== undefined && isDue(world)) events.push(() => claim(world, model, idle, false));
  if (idle !== undefined && model.has('driftScan') && isScanDue(world)) {
    events.push(() => claim(world, model, idle, true));
  }
  world.workers.forEach((worker, index) => {
    if (!worker.asleep && worker.step !== 'idle' && worker.step !== 'waiting')
      events.push((choose) => work(world, model, worker, index, choose));
  });
  return events;
}

function crashEvents(world: World): Event[] {
  if (world.left.crashes === 0) return [];
  const busy = world.workers.flatMap(({ step }, index) => (step === 'idle' ? [] : [index]));
  return busy.map((index) => () => crash(world, index));
}

function sleepEvents({ workers, left }: World): Event[] {
  return workers
    .filter(({ step, asleep }) => asleep || (left.pauses > 0 && step !== 'idle'))
    .map((worker) => () => {
      worker.asleep = !worker.asleep;
    });
}

/** Its process is gone; what it sent is under way. */
function crash(world: World, index: number): void {
  world.left.crashes -= 1;
  const worker = world.workers[index];
  if (worker !== undefined) Object.assign(worker, idleWorker());
  for (const flight of world.flights) if (flight.worker === index) flight.worker = null;
}

function flightEvents(world: World, model: Model): Event[] {
  return world.flights.flatMap((flight) => {
    const arrives = () => arrive(world, model, flight);
    return world.left.faults > 0 ? [arrives, () => lose(world, flight)] : [arrives];
  });
}

function arrive(world: World, model: Model, flight: Flight): void {
  world.flights = world.flights.filter((other) => other !== flight);
  const applied = land(world, model, flight.mutation);
  const worker = flight.worker === null ? undefined : world.workers[flight.worker];
  if (worker === undefined) return;
  worker.step = applied ? acknowledged(worker, model, flight.mutation) : refused(worker, flight.mutation);
}

function lose(world: World, flight: Flight): void {
  world.flights = world.flights.filter((other) => other !== flight);
  const worker = flight.worker === null ? undefined : world.workers[flight.worker];
  if (worker !== undefined) worker.step = fail(worker, true);
}

/** What the one door does to the target, as in `src/secrets/operations`. */
function changeEvents(world: World): Event[] {
  const { row, secret, left, now } = world;
  if (left.changes === 0) return [];
  const gone = row.state === 'removing' || row.state === 'removed';
  const events: Event[] = [];
  const wanted = (desired: number | null, state: 'pending' | 'removing') => {
    left.changes -= 1;
    Object.assign(row, { desired, state, code: null, generation: row.generation + 1, next: now });
  };
  if (secret === 'active') {
    events.push(() => {
      world.head = 1 + Math.max(world.head, row.ahead);
      if (gone) left.changes -= 1;
      else wanted(world.head, 'pending');
    });
    if (!gone) {
      events.push(() => {
        world.secret = 'deleted';
        row.onRemove = 'delete-until-restore';
        wanted(null, 'removing');
      });
      events.push(() => {
        row.onRemove = 'delete';
        wanted(null, 'removing');
      });
    }
    if (row.state === 'removed') {
      events.push(() => {
        left.changes -= 1;
        // Whatever was before: from now on somebody wants it there.
        if (world.restored !== null) world.restored.gone = false;
        world.row = { ...newRow(row.id + 1, world.head, now), written: row.written };
      });
    }
  } else {
    events.push(() => {
      world.secret = 'active';
      if (gone && row.onRemove !== 'delete-until-restore') left.changes -= 1;
      else {
        row.onRemove = 'delete';
        wanted(world.head, 'pending');
      }
    });
    events.push(() => {
      row.onRemove = 'delete';
      wanted(null, 'removing');
    });
  }
  return events;
}

/** The profile is disabled and enabled again; enabling makes due what waited. */
function switchEvents(world: World): Event[] {
  const { row, left, now } = world;
  if (left.switches === 0) return [];
  return [
    () => {
      left.switches -= 1;
      world.enabled = !world.enabled;
      const waits = ['pending', 'failed', 'syncing', 'removing'].includes(row.state);
      if (world.enabled && waits) row.next = now;
    },
  ];
}

/** Somebody else at the vault. Without compare-and-set nothing can protect what they do, so there they only delete. */
function foreignEvents(world: World, { traits }: Model): Event[] {
  const { entry, left } = world;
  if (left.foreign === 0) return [];
  const put = (after: World['entry']) => () => {
    left.foreign -= 1;
    world.foreignActed = true;
    world.before = entry;
    world.staleUntil = world.now;
    world.entry = after;
    world.counter = Math.max(world.counter, after?.version ?? 0);
    world.changed += 1;
  };
  const live = liveEntry(entry);
  const content = -1 - left.foreign;
  const version = traits.numbered ? (entry?.version ?? 0) + 1 : world.counter + 1;
  if (live === null) {
    // Where numbers begin anew nobody can tell another's new entry from ours by its number alone.
    if (entry !== null || traits.numbered || !traits.compareAndSet) return [];
    return [put({ version, content, marker: 'none', marked: 0, removed: false })];
  }
  const events = [put(traits.numbered ? { ...live, removed: true } : null)];
  if (!traits.compareAndSet) return events;
  events.push(put({ ...live, version, content }));
  if (!traits.numbered) events.push(put({ version, content, marker: 'other', marked: 0, removed: false }));
  return live.content < 0 ? events : [...events, put({ ...live, marker: 'none', marked: 0 })];
}

/** Time goes on to the next moment that makes a difference. A request that has not landed by its time never does. */
function timeEvents(world: World, model: Model): Event[] {
  const next = nextMoment(world, model);
  const busy = world.workers.some(({ step }) => step !== 'idle');
  if (next === undefined || (busy && world.left.pauses === 0)) return [];
  return [
    () => {
      if (busy) world.left.pauses -= 1;
      world.now = next;
      for (const flight of world.flights.filter(({ landsBy }) => landsBy < next)) lose(world, flight);
    },
  ];
}

function nextMoment({ now, row, flights, workers, staleUntil }: World, { has }: Model): number | undefined {
  const moments = [
    row.next,
    row.lease === null ? null : row.lease + 1,
    row.settle,
    has('driftScan') ? row.scan : null,
    staleUntil,
    ...flights.map(({ landsBy }) => landsBy + 1),
    ...workers.map(({ step, deadline }) => (step === 'idle' ? null : deadline + 1)),
  ].filter((moment): moment is number => moment !== null && moment > now);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
