import { lookAgainIn } from '../../src/sync/settling.ts';
import {
  type Ending,
  idleWorker,
  type Model,
  type Mutation,
  type Row,
  SCAN_EVERY,
  SETTLE,
  type Step,
  type Worker,
  type World,
} from './world.ts';

/* How a run ends and what of it is recorded, as in `src/sync/target-runs.ts` and `recordTargets`. */

type Found = Partial<Ending> & Pick<Ending, 'state'>;

export function finish(worker: Worker, { state, code = null, ahead = 0, again = null, proved = null }: Found): Step {
  const { landing, stale, wrote } = worker;
  const later = lookAgainIn({ state, wrote }, { landingMs: landing, staleMs: stale });
  worker.ending = {
    state: later > 0 && state === 'removed' ? 'removing' : state,
    code,
    ahead,
    again: later > 0 ? later : again,
    proved,
    wrote,
    unclear: false,
    kept: false,
  };
  return 'record';
}

/** A scan that fails leaves the target what it was. */
export function fail(worker: Worker, unclear: boolean): Step {
  const { held, scanning, wrote } = worker;
  const failed = held?.desired === null ? 'removing' : 'failed';
  worker.ending = {
    state: scanning && held !== null ? held.state : failed,
    code: scanning && held !== null ? held.code : null,
    ahead: 0,
    again: scanning ? null : 0,
    proved: null,
    wrote,
    unclear,
    kept: scanning,
  };
  return 'record';
}

export function abandon(worker: Worker, { desired }: Row): Step {
  if (worker.scanning) return fail(worker, false);
  return finish(worker, { state: desired === null ? 'removing' : 'pending', again: 0 });
}

/** Everything this run knows was settled a moment ago: may it still act on it? */
export function isCurrent(world: World, { has }: Model, held: Row): boolean {
  const { row, now, enabled } = world;
  if (!has('recheck')) return true;
  const lease = row.id === held.id && row.token === held.token && row.lease !== null && row.lease > now;
  const current = lease && row.generation === held.generation && (enabled || !has('enabledCheck'));
  if (current && !enabled) world.violation ??= 'worked through a disabled profile';
  return current;
}

export function record(world: World, { has, traits }: Model, worker: Worker, held: Row): Step {
  const { row, now } = world;
  const ending = worker.ending as Ending;
  const { looked } = worker;
  Object.assign(worker, idleWorker());
  if (row.id !== held.id || (row.token !== held.token && has('leaseToken'))) return 'idle';
  if (!ending.kept) world.seen = looked;
  const removed = ending.state === 'removed';
  const lastLook = removed && !ending.kept && (traits.compareAndSet || !has('driftScan') || held.state === 'removed');
  if (ending.unclear && has('settleUnclear')) row.settle = Math.max(row.settle, now + SETTLE);
  if (ending.wrote) row.written = now;
  if (row.generation === held.generation || !has('generation')) {
    row.state = ending.state;
    row.code = ending.code;
    row.next = ending.again === null ? null : now + ending.again;
    row.scan = lastLook ? null : now + SCAN_EVERY;
  } else if (row.state === 'syncing') row.state = 'pending';
  recordHeld(row, ending, { removed, lastLook, claimFlag: has('claimFlag') });
  row.lease = null;
  return 'idle';
}

interface Recorded {
  readonly removed: boolean;
  readonly lastLook: boolean;
  readonly claimFlag: boolean;
}

/** What the destination holds, as far as this run knows; also when what is wanted has changed meanwhile. */
function recordHeld(row: Row, { proved, state, ahead }: Ending, { removed, lastLook, claimFlag }: Recorded): void {
  const known = row.owned || row.claimed;
  row.ahead = state === 'synced' || removed ? 0 : Math.max(row.ahead, ahead);
  row.observed = removed ? null : (proved?.version ?? row.observed);
  row.remote = removed ? null : (proved?.remote ?? row.remote);
  row.owned = removed ? false : row.owned || proved !== null;
  row.claimed = removed ? known && !lastLook : row.claimed && proved === null && state !== 'conflict' && claimFlag;
}

export function provedAs({ desired }: Row, remote: string): Ending['proved'] {
  return { version: desired ?? 0, remote };
}

export function mutation(kind: Mutation['kind']): Mutation {
  return { kind, ifVersion: null, content: 0, labels: kind === 'label', soft: false };
}
