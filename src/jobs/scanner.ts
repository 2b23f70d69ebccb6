import { describeError, type Log } from '../log.ts';
import type { Job } from './definitions.ts';
import type { Doorbell } from './doorbell.ts';

export interface ScannerDeps {
  readonly log: Log;
  readonly doorbell: Doorbell;
  readonly intervalMs: number;
  /** What somebody should be rung for now. */
  readonly findDue: () => Promise<readonly Job[]>;
  /** What else must happen by itself. Each may run in any process, any number of times. */
  readonly chores: Readonly<Record<string, () => Promise<unknown>>>;
}

export interface Scanner {
  start(): void;
  /** Lets a running look end. */
  stop(): Promise<void>;
  /** One look, now. */
  scan(): Promise<void>;
}

/**
 * Finds what is due by looking at the rows and rings for it. Whatever happened to the queue or to a process, nothing stays
 * undone longer than one interval after it became possible.
 */
export function createScanner({ log, doorbell, intervalMs, findDue, chores }: ScannerDeps): Scanner {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const running = new Map<string, Promise<void>>();

  const attempt = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!stopped) log.warn({ chore: name, error: describeError(error) }, 'scan failed; it runs again');
    }
  };

  const work = { findDue: async () => doorbell.ring(...(await findDue())), ...chores };

  /** Each at most once at a time and none waits for another: a chore that hangs at a dead vault must not stop the ringing. */
  const scan = async (): Promise<void> => {
    for (const [name, chore] of Object.entries(work)) {
      if (!running.has(name)) {
        running.set(
          name,
          attempt(name, chore).finally(() => running.delete(name)),
        );
      }
    }
    await Promise.all(running.values());
  };

  const schedule = (): void => {
    timer = setTimeout(() => {
      scan().catch(() => undefined);
      schedule();
    }, intervalMs);
  };

  return {
    scan,
    start() {
      stopped = false;
      schedule();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
}
