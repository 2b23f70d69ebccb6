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
  let running: Promise<void> | undefined;
  let stopped = false;

  const attempt = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!stopped) log.warn({ chore: name, error: describeError(error) }, 'scan failed; it runs again');
    }
  };

  const scan = async (): Promise<void> => {
    await attempt('findDue', async () => doorbell.ring(...(await findDue())));
    for (const [name, chore] of Object.entries(chores)) await attempt(name, chore);
  };

  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = scan().finally(() => {
        running = undefined;
        schedule();
      });
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
      await running;
    },
  };
}
