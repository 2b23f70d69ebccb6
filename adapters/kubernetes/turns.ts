import { VaultError } from '../vault-error.ts';

/** Lets one change after the other at an object that all of them read and write whole. */
export interface Turns {
  /** Whoever does not want to wait any longer has changed nothing. */
  take<T>(operation: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(operation, signal, work) {
      const before = last;
      const turn = (async () => {
        await before;
        if (signal.aborted) throw new VaultError('aborted', operation);
        return work();
      })();
      last = turn.catch(() => undefined);
      return Promise.race([turn, whenAborted(operation, signal, before)]);
    },
  };
}

/** Rejects when the signal fires before the turn has come; afterwards the work itself answers it. */
function whenAborted(operation: string, signal: AbortSignal, before: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(new VaultError('aborted', operation));
    signal.addEventListener('abort', stop, { once: true });
    void before.then(() => signal.removeEventListener('abort', stop));
  });
}
