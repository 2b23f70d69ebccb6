import { type Job, jobKey } from './definitions.ts';
import type { Doorbell } from './doorbell.ts';

/** More distinct doorbells than this at once are dropped: the scanner finds their rows. */
const CAPACITY = 10_000;
const SEND_TIMEOUT_MS = 5_000;

/** A doorbell and the trace in which it rang; of equal ones the first. */
export interface Ring {
  readonly job: Job;
  readonly traceParent: string | undefined;
}

export interface BellBox extends Doorbell {
  /** Doorbells that did not reach the queue since the start. */
  readonly lost: number;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
}

async function withTimeout(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), SEND_TIMEOUT_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Collects the doorbells of one tick, and those that ring while a batch is on its way, into one batch without repeats.
 * `send` may fail or hang; whoever rings never notices.
 */
export function createBellBox(
  send: (rings: readonly Ring[]) => Promise<unknown>,
  onLost: (error: unknown) => void,
  traceParent: () => string | undefined = () => undefined,
): BellBox {
  let waiting = new Map<string, Ring>();
  let sending: Promise<void> | undefined;
  let lost = 0;

  const run = async (): Promise<void> => {
    await new Promise(setImmediate);
    while (waiting.size > 0) {
      const rings = [...waiting.values()];
      waiting = new Map();
      try {
        await withTimeout(send(rings));
      } catch (error) {
        lost += rings.length;
        onLost(error);
      }
    }
    sending = undefined;
  };

  return {
    ring(...jobs) {
      for (const job of jobs) {
        const key = jobKey(job);
        if (waiting.has(key)) continue;
        if (waiting.size < CAPACITY) waiting.set(key, { job, traceParent: traceParent() });
        else lost += 1;
      }
      if (waiting.size > 0) sending ??= run();
    },
    get lost() {
      return lost;
    },
    async settled() {
      await sending;
    },
  };
}
