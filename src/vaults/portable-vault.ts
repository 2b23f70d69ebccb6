import type { EntryPath, VaultAdapter, VaultKind } from '../../adapters/adapter.ts';
import { VaultError, type VaultErrorCode } from '../../adapters/vault-error.ts';
import type { Breaker } from './breaker.ts';
import type { CallRate } from './call-rate.ts';
import type { EndTurn } from './call-turns.ts';
import { retryRead } from './retry-read.ts';
import type { Fence, Vault } from './vault.ts';

/** One finished vault call, for metrics. */
export interface VaultCall {
  readonly kind: VaultKind;
  readonly operation: keyof Vault;
  readonly code: VaultErrorCode | 'ok';
  /** From the turn's beginning to its end, without the waiting. */
  readonly ms: number;
}

/** What surrounds the calls of one adapter through one profile. */
export interface CallFrame {
  readonly timeoutMs: number;
  readonly onCall: (call: VaultCall) => void;
  readonly breaker: Pick<Breaker, 'admit' | 'record'>;
  /** The vault did not accept who we are. Not told of checks: whoever asks for one records what it said. */
  readonly onRefused: () => void;
  readonly rate: CallRate;
  /** Calls per second; null: as many as it takes. */
  readonly perSecond: number | null;
  /** Waits for the profile's turn. */
  takeTurn(): Promise<EndTurn>;
  /** Keeps the adapter open until the returned function is called. */
  hold(): () => void;
}

/**
 * The adapter behind {@link Vault}: breaker, turns, rate, deadlines, repetition of reads, early refusals, and only `VaultError`
 * comes out.
 */
export function portableVault(adapter: VaultAdapter, frame: CallFrame): Vault {
  const { kind, capabilities } = adapter;

  const call = async <T>(
    operation: keyof Vault,
    mutates: boolean,
    work: (signal: AbortSignal) => Promise<T>,
    { notAfter = Number.POSITIVE_INFINITY }: Fence = {},
  ): Promise<T> => {
    const letGo = frame.hold();
    const endTurn = await frame.takeTurn();
    try {
      // Somebody who asks on purpose is always let through.
      if (operation !== 'check') frame.breaker.admit(operation);
      await frame.rate.next(operation, frame.perSecond).catch((error: unknown) => {
        frame.breaker.record('aborted');
        throw error;
      });
      if (performance.now() > notAfter) {
        frame.breaker.record('aborted');
        throw new VaultError('aborted', operation);
      }
      return await timed(operation, mutates, work);
    } finally {
      endTurn();
      letGo();
    }
  };

  const timed = async <T>(operation: keyof Vault, mutates: boolean, work: (signal: AbortSignal) => Promise<T>) => {
    const startedAt = performance.now();
    const deadline = createDeadline(frame.timeoutMs);
    let code: VaultCall['code'] = 'ok';
    try {
      deadline.start();
      const attempt = () => work(deadline.signal);
      if (mutates) return await attempt();
      const remainingMs = () => startedAt + frame.timeoutMs - performance.now();
      return await retryRead(attempt, remainingMs, () => frame.rate.next(operation, frame.perSecond));
    } catch (error) {
      const failure = classified(error, operation, mutates);
      code = failure.code;
      if (code === 'rate_limited') frame.rate.pause(failure.retryAfterMs ?? 0);
      throw failure;
    } finally {
      deadline.stop();
      ended(frame, { kind, operation, code, ms: performance.now() - startedAt });
    }
  };

  return {
    kind,
    capabilities,
    check: () => call('check', false, (signal) => adapter.check({ signal })),
    head: (path) => call('head', false, (signal) => adapter.head(path, { signal })),
    async read(path, options = {}) {
      demand(options.version === undefined || capabilities.versions, 'read');
      return call('read', false, (signal) => adapter.read(path, { ...options, signal }));
    },
    async write(path, fields, { notAfter, ...options }) {
      demand(capabilities.access === 'read-write', 'write');
      demand(options.ifVersion === undefined || capabilities.compareAndSet, 'write');
      demand(options.labels === undefined || capabilities.labels, 'write');
      return call('write', true, (signal) => adapter.write(path, fields, { ...options, signal }), fence(notAfter));
    },
    async label(path, labels, { notAfter, ...options } = {}) {
      const label = offered(adapter.label?.bind(adapter), capabilities.labels, 'label');
      demand(options.ifVersion === undefined || capabilities.compareAndSet, 'label');
      return call('label', true, (signal) => label(path, labels, { ...options, signal }), fence(notAfter));
    },
    async remove(path, { notAfter, ...options }) {
      demand(capabilities.access === 'read-write', 'remove');
      demand(options.mode === 'permanent' || capabilities.softDelete, 'remove');
      demand(options.ifVersion === undefined || capabilities.compareAndSet, 'remove');
      return call('remove', true, (signal) => adapter.remove(path, { ...options, signal }), fence(notAfter));
    },
    async recover(path) {
      const recover = offered(adapter.recover?.bind(adapter), capabilities.softDelete, 'recover');
      return call('recover', true, (signal) => recover(path, { signal }));
    },
    async destroyVersion(path, version) {
      const destroy = offered(adapter.destroyVersion?.bind(adapter), capabilities.destroyVersions, 'destroyVersion');
      return call('destroyVersion', true, (signal) => destroy(path, version, { signal }));
    },
    list: (prefix) => listed(adapter, frame, prefix),
  };
}

function fence(notAfter: number | undefined): Fence {
  return notAfter === undefined ? {} : { notAfter };
}

function ended(frame: CallFrame, call: VaultCall): void {
  if (call.code === 'ok') frame.rate.recovered();
  // A check was not admitted: its failure is no news, its success is good news.
  if (call.operation !== 'check' || call.code === 'ok') frame.breaker.record(call.code);
  if (call.operation !== 'check' && call.code === 'unauthenticated') frame.onRefused();
  frame.onCall(call);
}

/** Takes a turn per step: whoever reads entries while listing them must not wait for the listing's own turn. */
async function* listed(adapter: VaultAdapter, frame: CallFrame, prefix: EntryPath): AsyncGenerator<EntryPath> {
  const letGo = frame.hold();
  const deadline = createDeadline(frame.timeoutMs);
  const entries = adapter.list(prefix, { signal: deadline.signal })[Symbol.asyncIterator]();
  let code: VaultCall['code'] = 'ok';
  let ms = 0;
  let admitted = false;
  const step = async () => {
    const endTurn = await frame.takeTurn();
    try {
      await frame.rate.next('list', frame.perSecond);
      const startedAt = performance.now();
      deadline.start();
      return await entries.next().finally(() => {
        ms += performance.now() - startedAt;
      });
    } finally {
      deadline.stop();
      endTurn();
    }
  };
  try {
    frame.breaker.admit('list');
    admitted = true;
    for (let next = await step(); next.done !== true; next = await step()) {
      frame.breaker.record('ok');
      yield next.value;
    }
  } catch (error) {
    const failure = classified(error, 'list', false);
    code = failure.code;
    throw failure;
  } finally {
    // Not awaited, like its outcome: a page that hangs must not hold up the caller.
    entries.return?.().catch(() => undefined);
    letGo();
    if (admitted) ended(frame, { kind: adapter.kind, operation: 'list', code, ms });
  }
}

/** Its reason makes the adapter's failure a `timeout` and not an `aborted`. */
function createDeadline(timeoutMs: number) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    start() {
      timer = setTimeout(() => controller.abort(new DOMException('deadline', 'TimeoutError')), timeoutMs);
    },
    stop: () => clearTimeout(timer),
  };
}

/** Drops the message of whatever is no `VaultError`: vendors quote secrets in theirs. */
function classified(error: unknown, operation: string, mutates: boolean): VaultError {
  return error instanceof VaultError ? error : new VaultError('unknown', operation, { maybeApplied: mutates });
}

function offered<T>(power: T | undefined, capable: boolean, operation: string): T {
  if (power === undefined || !capable) throw new VaultError('unsupported', operation);
  return power;
}

function demand(holds: boolean, operation: string): void {
  if (!holds) throw new VaultError('unsupported', operation);
}
