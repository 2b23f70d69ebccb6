import type { EmulatedRequest } from './emulated-request.ts';

/** Requests that are held, so that a race happens in the order a test wants. */
export interface Barrier {
  readonly arrived: number;
  /** Resolves when that many requests have arrived. */
  waitFor(count: number): Promise<void>;
  /** Lets everything through, now and later. */
  release(): void;
}

interface Raised {
  readonly when: (request: EmulatedRequest) => boolean;
  readonly at: 'arrival' | 'answer';
  readonly opened: Promise<void>;
  arrived: number;
  waiting: { readonly count: number; readonly resolve: () => void }[];
  open(): void;
}

export interface Barriers {
  readonly any: boolean;
  raise(when: (request: EmulatedRequest) => boolean, at: 'arrival' | 'answer'): Barrier;
  pass(request: EmulatedRequest, at: 'arrival' | 'answer'): Promise<void>;
  clear(): void;
}

export function createBarriers(): Barriers {
  const raised = new Set<Raised>();
  return {
    get any() {
      return raised.size > 0;
    },
    raise(when, at) {
      let open = () => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      const barrier: Raised = { when, at, opened, arrived: 0, waiting: [], open };
      raised.add(barrier);
      return handle(barrier, () => raised.delete(barrier));
    },
    async pass(request, at) {
      for (const barrier of raised) {
        if (barrier.at !== at || !barrier.when(request)) continue;
        barrier.arrived++;
        for (const { count, resolve } of barrier.waiting) if (barrier.arrived >= count) resolve();
        await barrier.opened;
      }
    },
    clear() {
      for (const barrier of raised) barrier.open();
      raised.clear();
    },
  };
}

function handle(barrier: Raised, lower: () => void): Barrier {
  return {
    get arrived() {
      return barrier.arrived;
    },
    waitFor: (count) =>
      new Promise((resolve) => {
        if (barrier.arrived >= count) resolve();
        else barrier.waiting.push({ count, resolve });
      }),
    release() {
      lower();
      barrier.open();
    },
  };
}
