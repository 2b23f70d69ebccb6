import type { SecretFields } from '../../../adapters/secret-value.ts';
import type { AuditEventInput } from '../../audit/audit-event.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import type { Sql } from '../../db.ts';
import type { Failpoint } from '../../ports.ts';
import type { VaultPool } from '../../vaults/vault.ts';
import type { SecretChange } from '../secret-change.ts';
import type { SecretContext } from '../secret-store.ts';
import type { ValueCache } from '../value-cache.ts';

/** What operations work with. */
export interface OperationTools {
  readonly db: Sql;
  readonly keyring: Keyring;
  readonly vaults: VaultPool;
  readonly values: ValueCache;
  readonly failpoint: Failpoint;
}

/** A granted change on its way to taking effect. */
export interface Run {
  readonly change: SecretChange;
  readonly context: SecretContext;
  /** Somebody may have begun before: look at the vault first. */
  readonly recovering: boolean;
  /** `performance.now()` before the lease was taken; absent when somebody else took it. */
  readonly since?: number;
  /** The payload in clear, when the process that opened the change runs it. */
  readonly fields?: SecretFields;
}

/** What committing an operation brought about. */
export interface Applied {
  readonly resultVersion?: number;
  /** Sync profiles that have something to do now. */
  readonly wake: readonly string[];
  readonly events?: readonly AuditEventInput[];
  /** The version's content, for the sync that follows in this process. */
  readonly fields?: SecretFields | undefined;
}

/**
 * One kind of change. `reach` does the work at the vault, if any: it may run again after a crash, then with `recovering`, and
 * must find out what happened before. `apply` commits the result in the transaction that ends the change.
 */
export interface Operation<Reached = void> {
  reach(tools: OperationTools, run: Run): Promise<Reached>;
  apply(tx: Sql, run: Run, reached: Reached): Promise<Applied>;
}

/** For operations that change only what we record. */
export const nothingToReach = async (): Promise<void> => {};
