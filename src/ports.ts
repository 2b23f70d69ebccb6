import { v7 } from 'uuid';

/** Where tests stop or kill the process; see README, "Failpoints". Does nothing outside tests. */
export type Failpoint = (name: FailpointName) => void | Promise<void>;

export const FAILPOINTS = [
  'write.before-open',
  'write.after-open',
  'write.before-vault',
  'write.after-vault',
  'write.before-finish',
  'write.after-finish',
  'read.after-claim',
  'sync.after-claim',
  'sync.after-observe',
  'sync.before-write',
  'sync.after-write',
  'sync.after-record',
  'notice.after-fan-out',
  'notice.before-send',
  'notice.after-send',
] as const;
export type FailpointName = (typeof FAILPOINTS)[number];

export const noFailpoint: Failpoint = () => {};

/** A new time-ordered id (UUID version 7, RFC 9562), so that keyset pages by id follow creation. */
export function newId(): string {
  return v7();
}
