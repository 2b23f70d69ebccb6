import { VaultError, type VaultErrorCode } from '../vault-error.ts';

const CLOSED = Symbol('closed');

/** The calls that are under way at one adapter, each with a signal that ends with its caller's and with the adapter. */
export interface CallScope {
  /**
   * Runs `work` and ends no later than the signal: with `aborted`, with `timeout` when the signal's reason is a
   * `TimeoutError`, or with `closed`. Work that is still going then is left alone; `maybeApplied` is what it says of
   * itself at once, else `mutates`. Whatever is no `VaultError` becomes `unknown`, so that no vendor text passes.
   */
  run<T>(name: string, mutates: boolean, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Ends everything under way with `closed`; every later `run` is `closed`. */
  close(): void;
}

export function createCallScope(): CallScope {
  const running = new Set<AbortController>();
  let closed = false;
  return {
    async run(name, mutates, signal, work) {
      if (closed) throw new VaultError('closed', name);
      if (signal.aborted) throw new VaultError(codeOf(signal.reason), name);
      const controller = new AbortController();
      const forward = () => controller.abort(signal.reason);
      signal.addEventListener('abort', forward, { once: true });
      running.add(controller);
      try {
        return await endWith(controller.signal, name, mutates, work(controller.signal));
      } finally {
        signal.removeEventListener('abort', forward);
        running.delete(controller);
      }
    },
    close() {
      closed = true;
      for (const controller of running) controller.abort(CLOSED);
    },
  };
}

function endWith<T>(signal: AbortSignal, name: string, mutates: boolean, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      // One turn for work that honours the signal: it knows whether anything was sent.
      setImmediate(() => reject(new VaultError(codeOf(signal.reason), name, { maybeApplied: mutates })));
    };
    signal.addEventListener('abort', stop, { once: true });
    const ended = () => signal.removeEventListener('abort', stop);
    work.then(
      (value) => {
        ended();
        resolve(value);
      },
      (error: unknown) => {
        ended();
        reject(classified(error, signal, name, mutates));
      },
    );
  });
}

function classified(error: unknown, signal: AbortSignal, name: string, mutates: boolean): VaultError {
  const known = error instanceof VaultError ? error : undefined;
  const stopped = signal.aborted && (known === undefined || known.code === 'aborted');
  if (stopped) return new VaultError(codeOf(signal.reason), name, { maybeApplied: known?.maybeApplied ?? mutates });
  return known ?? new VaultError('unknown', name, { maybeApplied: mutates });
}

function codeOf(reason: unknown): VaultErrorCode {
  if (reason === CLOSED) return 'closed';
  return reason instanceof DOMException && reason.name === 'TimeoutError' ? 'timeout' : 'aborted';
}
