import type { Job } from './definitions.ts';

/**
 * Wakes a worker, after the commit of the rows it will find. A hint and no more: it may be lost, doubled or late, because
 * the scanner finds due rows by itself. Never throws, never waits.
 */
export interface Doorbell {
  ring(...jobs: readonly Job[]): void;
}
