import type { Log } from './log.ts';

/** One step of going down. */
export type Step = readonly [name: string, work: () => Promise<unknown>];

/**
 * Ends the process on SIGTERM or SIGINT: the steps in order, all within `timeoutMs`; a second signal ends it at once. What
 * did not finish is safe: rows say what is still to be done.
 */
export function shutDownOnSignal(log: Log, timeoutMs: number, steps: readonly Step[]): (reason: string) => void {
  let going = false;
  const go = (reason: string, exitCode = 0): void => {
    if (going) process.exit(1);
    going = true;
    log.info({ reason }, 'shutting down');
    setTimeout(() => {
      log.warn('shutdown took too long; leaving');
      process.exit(1);
    }, timeoutMs).unref();
    void run(steps, log).then(() => process.exit(exitCode));
  };
  process.on('SIGTERM', () => go('SIGTERM'));
  process.on('SIGINT', () => go('SIGINT'));
  return (reason) => go(reason, 1);
}

async function run(steps: readonly Step[], log: Log): Promise<void> {
  for (const [step, work] of steps) {
    try {
      await work();
    } catch {
      log.warn({ step }, 'a shutdown step failed');
    }
  }
}
