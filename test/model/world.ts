import type { SyncDecision } from '../../src/sync/sync-plan.ts';
import type { TargetState } from '../../src/sync/target-state.ts';

/** Model time. A lease is shorter than a request can be late, as in life; only the order of these matters. */
export const LEASE = 10;
/** Longest time a request is under way. */
export const LATE = 14;
/** Longest time a read may show what was before. */
export const STALE = 6;
/** What the product waits. */
export const SETTLE = LATE + STALE;
/** In vaults without compare-and-set, where only the drift scan repairs what comes later than that. */
export const VERY_LATE = 80;
/** Between two looks of the drift scan. */
export const SCAN_EVERY = 100;

/** What the vault of a run can do. */
export interface Traits {
  readonly compareAndSet: boolean;
  /** Versions are numbers that begin anew after a removal for good; markers are a request of their own; removal can be soft. */
  readonly numbered: boolean;
}

/** The steps that keep sync harmless. Each can be left out, to show that the checker then finds the fault. */
export const RULES = [
  'recheck',
  'readBack',
  'compareAndSet',
  'leaseToken',
  'claimFlag',
  'generation',
  'enabledCheck',
  'sendDeadline',
  'settleUnclear',
  'settleTakeover',
  'settleStale',
  'driftScan',
  'restoreLook',
  'wary',
] as const;
export type Rule = (typeof RULES)[number];

/** A version that the database has forgotten when it was restored has its number, and this on top. */
export const FORGOTTEN = 1_000;

/** The target row, and the secret it belongs to. */
export interface Row {
  /** Another one after the target was removed and added again. */
  id: number;
  state: TargetState;
  code: string | null;
  desired: number | null;
  generation: number;
  observed: number | null;
  remote: string | null;
  owned: boolean;
  claimed: boolean;
  onRemove: 'delete' | 'delete-until-restore';
  next: number | null;
  token: number;
  lease: number | null;
  settle: number;
  written: number;
  scan: number | null;
  /** The database is older than the vault may be, and so is this row. */
  wary: boolean;
  /** The version that the marker at the destination names, when that is above all we know. */
  ahead: number;
}

/** The row as a claim hands it out, with the newest version of its secret. */
export interface Held extends Row {
  readonly head: number;
}

export interface Entry {
  version: number;
  /** The secret's version with this content; negative for content of somebody else; see `FORGOTTEN`. */
  content: number;
  marker: 'ours' | 'other' | 'none';
  /** The version of the secret that our marker names. */
  marked: number;
  removed: boolean;
}

/** What is asked of the vault. `ifVersion` null: without condition. */
export interface Mutation {
  readonly kind: 'write' | 'label' | 'remove' | 'purge';
  readonly ifVersion: number | 'absent' | null;
  /** The secret's version that is written, or that the marker is to name. */
  readonly content: number;
  readonly labels: boolean;
  readonly soft: boolean;
}

/** A request whose fate is open: `worker` waits for its answer, or nobody does any more. */
export interface Flight {
  readonly mutation: Mutation;
  readonly landsBy: number;
  worker: number | null;
}

export type Step =
  | 'idle'
  | 'begin'
  | 'observe'
  | 'recheck'
  | 'act'
  | 'claim-creation'
  | 'recheck-removal'
  | 'send'
  | 'waiting'
  | 'label-written'
  | 'prove'
  | 'prove-removed'
  | 'purge-look'
  | 'record';

export interface Ending {
  state: TargetState;
  code: string | null;
  ahead: number;
  /** When somebody has to look again, from the record on; null: never by itself. */
  again: number | null;
  proved: { version: number; remote: string } | null;
  wrote: boolean;
  unclear: boolean;
  /** A scan that failed: it says nothing about the copy. */
  kept: boolean;
}

export interface Worker {
  step: Step;
  /** It does nothing until it wakes up, as a process that was stopped or starved. */
  asleep: boolean;
  /** The row as it was when it was claimed. */
  held: Held | null;
  scanning: boolean;
  deadline: number;
  landing: number;
  stale: number;
  seen: Entry | null;
  /** Up to which change at the vault it has seen. */
  looked: number;
  /** What is wanted was another thing already when this worker looked. */
  outdated: boolean;
  decision: SyncDecision | null;
  sending: Mutation | null;
  /** A request of this run was acknowledged. */
  wrote: boolean;
  ending: Ending | null;
}

/** How much may still happen. `pauses`: how often time passes while somebody works. */
export interface Left {
  changes: number;
  faults: number;
  crashes: number;
  pauses: number;
  foreign: number;
  switches: number;
  restores: number;
}

/** Everything a run consists of, as plain data. */
export interface World {
  now: number;
  secret: 'active' | 'deleted';
  head: number;
  enabled: boolean;
  readonly policy: 'alert' | 'repair';
  row: Row;
  entry: Entry | null;
  /** What a stale read may still show, and until when. */
  before: Entry | null;
  staleUntil: number;
  counter: number;
  /** This vault may say "done" and do nothing. One that also showed old reads could not be told from an honest one. */
  readonly liar: boolean;
  workers: Worker[];
  flights: Flight[];
  left: Left;
  foreignActed: boolean;
  /** Changes at the vault so far, and up to which of them a recorded look has seen. */
  changed: number;
  seen: number;
  /** What a restore would bring back; the vault is not in it. */
  backup: Pick<World, 'row' | 'secret' | 'head'> | null;
  /** `gone`: the copy had been removed when the database forgot that. */
  restored: { gone: boolean; settled: boolean } | null;
  violation: string | null;
}

/** Picks one of `n` ways on: at random, or each in turn. */
export type Choose = (n: number) => number;

export interface Model {
  readonly traits: Traits;
  readonly has: (rule: Rule) => boolean;
}

export function newRow(id: number, desired: number, now: number): Row {
  return {
    id,
    state: 'pending',
    code: null,
    desired,
    generation: 1,
    observed: null,
    remote: null,
    owned: false,
    claimed: false,
    onRemove: 'delete',
    next: now,
    token: 0,
    lease: null,
    settle: 0,
    written: -SETTLE,
    scan: null,
    wary: false,
    ahead: 0,
  };
}

export function idleWorker(): Worker {
  return {
    step: 'idle',
    asleep: false,
    held: null,
    scanning: false,
    deadline: 0,
    landing: 0,
    stale: 0,
    seen: null,
    looked: 0,
    outdated: false,
    decision: null,
    sending: null,
    wrote: false,
    ending: null,
  };
}

export function newWorld(workers: number, left: Left, on: Pick<World, 'liar' | 'policy'>): World {
  return {
    now: 0,
    secret: 'active',
    head: 1,
    enabled: true,
    row: newRow(1, 1, 0),
    entry: null,
    before: null,
    staleUntil: 0,
    counter: 0,
    ...on,
    workers: Array.from({ length: workers }, idleWorker),
    flights: [],
    left: { ...left },
    foreignActed: false,
    changed: 0,
    seen: 0,
    backup: null,
    restored: null,
    violation: null,
  };
}
