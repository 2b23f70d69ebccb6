import type { ChangeOperation } from '../approvals/change-operation.ts';

/** What a change does to one secret, as far as those who read it care. */
export interface AffectingChange {
  readonly operation: ChangeOperation;
  /** Of a change of one version: its number. */
  readonly version?: number | undefined;
}

/** A change that makes another version the newest or the newest enabled one. */
const NEW_CONTENT: readonly ChangeOperation[] = ['update', 'rollback', 'accept_source'];
const OF_A_VERSION: readonly ChangeOperation[] = ['enable_version', 'disable_version', 'destroy_version'];
const OF_ALL: readonly ChangeOperation[] = ['delete', 'restore', 'destroy', 'rename', 'enable', 'disable'];
/** What would leave readers without what they refer to. */
const TAKING: readonly ChangeOperation[] = ['delete', 'destroy', 'destroy_version', 'rename'];

/** Does a reader of `selector` (a number, `latest` or `latest_enabled`) get something else, or by another name, after the change? */
export function isAffected(selector: string, { operation, version }: AffectingChange): boolean {
  if (OF_ALL.includes(operation)) return true;
  const pinned = /^[0-9]+$/.test(selector) ? Number(selector) : undefined;
  if (NEW_CONTENT.includes(operation)) return pinned === undefined;
  if (!OF_A_VERSION.includes(operation)) return false;
  // An older version that goes for good was no `latest` one; one that is disabled or enabled may be.
  return pinned === undefined ? operation !== 'destroy_version' : pinned === version;
}

/** Must whoever asks for the change know of its readers? */
export function takesAway(operation: ChangeOperation): boolean {
  return TAKING.includes(operation);
}

/** Is there anything to tell readers of? */
export function mayAffect(operation: ChangeOperation): boolean {
  return [...NEW_CONTENT, ...OF_A_VERSION, ...OF_ALL].includes(operation);
}
