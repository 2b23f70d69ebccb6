import { CliError, EXIT } from './exit-codes.ts';
import type { Session } from './session.ts';

/** How long to wait for what may never come, unless `--timeout` says otherwise. In seconds. */
const USUAL_SECONDS = 600;

/** The end of somebody's patience. */
export interface WaitLimit {
  readonly ms: number;
  isOver(): boolean;
}

/** From now on, as long as `--timeout` says. */
export function waitLimit({ globals: { timeout } }: Session): WaitLimit {
  if (timeout !== undefined && !/^\d{1,6}$/.test(timeout)) {
    throw new CliError(EXIT.usage, '--timeout is a whole number of seconds.', 'For example --timeout 60.');
  }
  const ms = Number(timeout ?? USUAL_SECONDS) * 1000;
  const end = performance.now() + ms;
  return { ms, isOver: () => performance.now() >= end };
}
