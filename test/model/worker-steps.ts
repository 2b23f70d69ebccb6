import { underPolicy } from '../../src/sync/drift.ts';
import { type Observed, planTarget } from '../../src/sync/sync-plan.ts';
import { abandon, finish, isCurrent, mutation, provedAs, record } from './worker-endings.ts';
import { look, prove, proveRemoved, send } from './worker-requests.ts';
import {
  type Choose,
  FORGOTTEN,
  type Held,
  idleWorker,
  LEASE,
  type Model,
  SETTLE,
  type Step,
  type Worker,
  type World,
} from './world.ts';

/*
 * One worker, step by step as `src/sync/converge-target.ts` goes: between any two steps others act, time passes, or the worker
 * dies. What is decided is decided by the product's own rules.
 */

export function isDue(world: World): boolean {
  const { now, row } = world;
  return isFree(world) && row.next !== null && row.next <= now;
}

export function isScanDue(world: World): boolean {
  const { now, row } = world;
  const scannable = row.state === 'synced' || row.state === 'drifted' || row.state === 'removed';
  return isFree(world) && scannable && row.next === null && row.scan !== null && row.scan <= now;
}

function isFree({ now, row, enabled }: World): boolean {
  return enabled && (row.lease === null || row.lease < now);
}

export function claim(world: World, { has }: Model, worker: Worker, scanning: boolean): void {
  const { row, now } = world;
  if (row.lease !== null && has('settleTakeover')) row.settle = Math.max(row.settle, now + SETTLE);
  row.token += 1;
  row.lease = now + LEASE;
  if (row.state === 'pending' || row.state === 'failed') row.state = 'syncing';
  Object.assign(worker, idleWorker(), {
    step: 'begin',
    held: { ...row, wary: row.wary && has('wary'), head: world.head },
    scanning,
    deadline: now + LEASE,
    landing: Math.max(0, row.settle - now),
    stale: has('settleStale') ? Math.max(0, row.written + SETTLE - now) : 0,
  });
}

type Working = Exclude<Step, 'idle' | 'waiting'>;

/** The next step of a worker that is not idle and waits for nothing. */
export function work(world: World, model: Model, worker: Worker, index: number, choose: Choose): void {
  const held = worker.held as Held;
  const checked = (): Step => (isCurrent(world, model, held) ? 'send' : abandon(worker, held));
  const steps: Record<Working, () => Step> = {
    begin: () => begin(model, worker, held),
    observe: () => observe(world, worker, choose),
    recheck: () => recheck(world, model, worker, held),
    act: () => act(model, worker, held),
    'claim-creation': () => claimCreation(world, model, worker, held),
    'recheck-removal': checked,
    send: () => send(world, model, worker, index, choose),
    'label-written': () => {
      worker.sending = { ...mutation('label'), content: held.desired ?? 0 };
      return 'send';
    },
    prove: () => prove(world, model, worker, held, choose),
    'prove-removed': () => proveRemoved(world, worker),
    'purge-look': () => purgeLook(world, worker),
    record: () => record(world, model, worker, held),
  };
  worker.step = steps[worker.step as Working]();
}

/** A target we never wrote to is created without looking. */
function begin({ traits }: Model, worker: Worker, held: Held): Step {
  const fresh = !held.owned && !held.wary && !held.claimed && held.remote === null && held.desired !== null;
  if (!fresh || !traits.compareAndSet) return 'observe';
  worker.decision = { action: 'create' };
  return 'act';
}

function observe(world: World, worker: Worker, choose: Choose): Step {
  worker.outdated = isOutdated(world, worker);
  worker.seen = look(world, worker, choose);
  return 'recheck';
}

/** What is wanted had changed already when this worker looked: it must not change anything any more. */
function isOutdated({ row }: World, { held }: Worker): boolean {
  return held !== null && (row.id !== held.id || row.generation !== held.generation);
}

function recheck(world: World, model: Model, worker: Worker, held: Held): Step {
  if (!isCurrent(world, model, held)) return abandon(worker, held);
  const { seen } = worker;
  const observed: Observed =
    seen === null
      ? { kind: 'absent' }
      : {
          kind: 'present',
          version: String(seen.version),
          marker: seen.marker,
          marked: seen.marker === 'ours' ? seen.marked : null,
          matches: seen.content > 0 && seen.content < FORGOTTEN ? [seen.content] : [],
        };
  const { desired, observed: observedVersion, remote, owned, head: headVersion, wary } = held;
  const claimed = held.claimed && model.has('claimFlag');
  const known = { desiredVersion: desired, observedVersion, remoteVersion: remote, owned, claimed, headVersion };
  const planned = planTarget(observed, { ...known, onConflict: 'fail', wary });
  worker.decision = planned;
  if (held.state === 'removed') return rememberRemoved(world, worker, held);
  if (planned.action === 'remove') return 'act';
  worker.decision = underPolicy(planned, {
    scan: worker.scanning,
    policy: world.policy,
    mayRepair: desired !== null && !wary,
    observed: seen === null ? null : String(seen.version),
    unmarked: seen?.marker === 'none',
    labelsChanged: seen !== null && (seen.marker !== 'ours' || seen.marked !== desired),
    compareAndSet: model.traits.compareAndSet,
  }).decision;
  return 'act';
}

/** An entry of ours is back in the place of a removed one: the row is to remove it once more. */
function rememberRemoved({ row, now }: World, worker: Worker, held: Held): Step {
  const back = worker.decision?.action === 'remove' && row.token === held.token && row.id === held.id;
  if (back) Object.assign(row, { state: 'removing', generation: row.generation + 1, claimed: true, next: now });
  return finish(worker, { state: back ? 'removing' : 'removed' });
}

function act({ traits }: Model, worker: Worker, held: Held): Step {
  const { decision } = worker;
  const content = held.desired ?? 0;
  switch (decision?.action) {
    case 'conflict':
      return finish(worker, { state: 'conflict' });
    case 'drifted': {
      const ahead = decision.code === 'remote_ahead' ? (decision.aheadVersion ?? 0) : 0;
      return finish(worker, { state: 'drifted', code: decision.code, ahead });
    }
    case 'record':
      if (!decision.label) return finish(worker, { state: 'synced', proved: provedAs(held, decision.version) });
      worker.sending = { ...mutation('label'), ifVersion: Number(decision.version), content };
      return 'send';
    case 'create':
      worker.sending = { ...mutation('write'), ifVersion: 'absent', content, labels: true };
      return 'claim-creation';
    case 'update':
      worker.sending = { ...mutation('write'), ifVersion: Number(decision.ifVersion), content, labels: true };
      // Without a condition any write may turn out to create the entry.
      return traits.compareAndSet ? 'send' : 'claim-creation';
    case 'remove': {
      const soft = traits.numbered && held.onRemove === 'delete-until-restore';
      worker.sending = { ...mutation('remove'), ifVersion: Number(decision.ifVersion), soft };
      return 'recheck-removal';
    }
    default:
      return traits.numbered && held.onRemove === 'delete' ? 'purge-look' : finish(worker, { state: 'removed' });
  }
}

function claimCreation(world: World, model: Model, worker: Worker, held: Held): Step {
  worker.outdated = isOutdated(world, worker);
  if (!isCurrent(world, model, held)) return abandon(worker, held);
  if (world.row.id === held.id && model.has('claimFlag')) world.row.claimed = true;
  return 'send';
}

/** What was only removed softly goes for good, when it is still what was looked at. */
function purgeLook({ entry }: World, worker: Worker): Step {
  if (entry === null || !entry.removed || entry.marker !== 'ours') return finish(worker, { state: 'removed' });
  worker.sending = { ...mutation('purge'), ifVersion: entry.version };
  return 'recheck-removal';
}
