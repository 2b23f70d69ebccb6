import { land, liveEntry } from './vault-steps.ts';
import { fail, finish, mutation, provedAs } from './worker-endings.ts';
import {
  type Choose,
  type Held,
  LATE,
  type Model,
  type Mutation,
  type Step,
  VERY_LATE,
  type Worker,
  type World,
} from './world.ts';

/* What a worker asks of the vault, and everything that can happen to a request. */

/** A read may be answered by a part of the vault that has not heard yet. */
export function look(world: World, worker: Worker, choose: Choose): World['entry'] {
  if (!world.liar && world.left.faults > 0 && world.now < world.staleUntil && choose(4) === 1) {
    world.left.faults -= 1;
    return liveEntry(world.before);
  }
  worker.looked = world.changed;
  return liveEntry(world.entry);
}

/** The last look at the clock, and then the request is out of our hands. */
export function send(world: World, model: Model, worker: Worker, index: number, choose: Choose): Step {
  const wanted = worker.sending as Mutation;
  if (model.has('sendDeadline') && world.now > worker.deadline) return fail(worker, false);
  if (worker.outdated) world.violation ??= 'sent for a wish that had changed before anybody looked';
  const asked = addressed(world, model, wanted);
  if (asked === undefined) return refused(worker, wanted);
  const landsBy = world.now + (model.traits.compareAndSet ? LATE : VERY_LATE);
  switch (faultOf(world, choose)) {
    case 'answer lost':
      land(world, model, asked);
      return fail(worker, true);
    case 'late':
      world.flights.push({ mutation: asked, landsBy, worker: null });
      return fail(worker, true);
    case 'slow':
      world.flights.push({ mutation: asked, landsBy, worker: index });
      return 'waiting';
    case 'lie':
      return acknowledged(worker, model, wanted);
    default:
      return land(world, model, asked) ? acknowledged(worker, model, wanted) : refused(worker, wanted);
  }
}

/** Applied without an answer; on its way when nobody waits any more; on its way while the worker waits; not applied at all. */
const FAULTS = ['answer lost', 'late', 'slow', 'lie'] as const;

function faultOf(world: World, choose: Choose): (typeof FAULTS)[number] | undefined {
  if (world.left.faults === 0) return undefined;
  const honest = 4;
  const fault = FAULTS[choose(honest + FAULTS.length - (world.liar ? 0 : 1)) - honest];
  if (fault !== undefined) world.left.faults -= 1;
  return fault;
}

/** What adapters of vaults with numbers find out right before they send; undefined when they refuse by themselves. */
function addressed({ entry }: World, { traits, has }: Model, wanted: Mutation): Mutation | undefined {
  if (!traits.numbered || !has('compareAndSet')) return wanted;
  if (wanted.ifVersion === 'absent') {
    if (entry !== null && !entry.removed) return undefined;
    return entry === null ? wanted : { ...wanted, ifVersion: entry.version };
  }
  if (wanted.kind === 'write' || wanted.ifVersion === null) return wanted;
  return entry !== null && entry.version !== wanted.ifVersion ? undefined : wanted;
}

export function acknowledged(worker: Worker, { traits, has }: Model, { kind, labels }: Mutation): Step {
  worker.wrote = true;
  if (kind === 'purge') return finish(worker, { state: 'removed' });
  if (kind === 'remove') return has('readBack') ? 'prove-removed' : finish(worker, { state: 'removed' });
  return kind === 'write' && labels && traits.numbered ? 'label-written' : 'prove';
}

/** Whoever created without looking looks now. */
export function refused(worker: Worker, { ifVersion }: Mutation): Step {
  const blind = worker.seen === null && ifVersion === 'absent' && worker.held?.owned === false;
  if (!blind) return fail(worker, false);
  worker.decision = null;
  return 'observe';
}

/** Only what is read back counts, with our marker on it. */
export function prove(world: World, { has }: Model, worker: Worker, held: Held, choose: Choose): Step {
  if (!has('readBack')) {
    return finish(worker, { state: 'synced', proved: provedAs(held, String(world.entry?.version ?? 0)) });
  }
  const seen = look(world, worker, choose);
  if (seen === null || seen.content !== held.desired) return fail(worker, false);
  const marked = seen.marker === 'ours' && seen.marked === held.desired;
  if (marked) return finish(worker, { state: 'synced', proved: provedAs(held, String(seen.version)) });
  if (worker.sending?.kind === 'label') return fail(worker, false);
  worker.sending = { ...mutation('label'), ifVersion: seen.version, content: held.desired ?? 0 };
  return 'send';
}

export function proveRemoved(world: World, worker: Worker): Step {
  worker.looked = world.changed;
  return finish(worker, liveEntry(world.entry) === null ? { state: 'removed' } : { state: 'removing', again: 0 });
}
