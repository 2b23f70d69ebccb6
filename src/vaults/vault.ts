import type {
  Capabilities,
  Entry,
  EntryHead,
  EntryPath,
  LabelOptions,
  Labels,
  MissingRight,
  ReadOptions,
  RemoveOptions,
  VaultKind,
  VaultVersion,
  WriteOptions,
} from '../../adapters/adapter.ts';
import type { SecretFields } from '../../adapters/secret-value.ts';
import type { BreakerState } from './breaker.ts';

/** Which vault to call, through which profile. Everything in it comes from one read of the profile's row. */
export interface VaultRef {
  readonly vaultId: string;
  readonly vaultRevision: number;
  readonly profileId: string;
  /** What the profile says about its use of the vault. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Calls at once through this profile, per process. */
  readonly concurrency: number;
  /** Calls per second through this profile, per process; null: as many as it takes. */
  readonly ratePerSecond: number | null;
}

/**
 * What the rest of Keyferry sees of a vault: the adapter contract (`adapters/adapter.ts`) with the signal taken care of.
 * Every call waits for its turn in the profile, gets a deadline of its own and throws `VaultError` and nothing else. What only
 * reads is repeated within its deadline when the vault does not answer or is too busy; nothing that changes anything ever is:
 *
 * - `unsupported`, before anything is sent, for what the capabilities do not offer; `ifVersion` without
 *   `compareAndSet` is refused as well, because the condition would not hold;
 * - `timeout` when the deadline passed: its `maybeApplied` is true once a mutation may have been sent;
 * - `closed` when the pool was closed, or the vault's settings changed since {@link VaultPool.open} and the old adapter
 *   has ended: open it again;
 * - `BreakerOpen` (an `unavailable`), without a call, while the last calls through the profile all failed; `check` is let
 *   through; `rate_limited`, without a call, while the vault has asked for a long pause;
 * - whatever the adapter classified.
 */
export interface Vault {
  readonly kind: VaultKind;
  readonly capabilities: Capabilities;
  check(): Promise<readonly MissingRight[]>;
  head(path: EntryPath): Promise<EntryHead>;
  read(path: EntryPath, options?: WithoutSignal<ReadOptions>): Promise<Entry>;
  write(path: EntryPath, fields: SecretFields, options: WithoutSignal<WriteOptions> & Fence): Promise<EntryHead>;
  label(path: EntryPath, labels: Labels, options?: WithoutSignal<LabelOptions> & Fence): Promise<EntryHead>;
  remove(path: EntryPath, options: WithoutSignal<RemoveOptions> & Fence): Promise<void>;
  recover(path: EntryPath): Promise<EntryHead>;
  destroyVersion(path: EntryPath, version: VaultVersion): Promise<void>;
  /** The deadline holds for each step, so a long listing may take longer than one call. */
  list(prefix: EntryPath): AsyncIterable<EntryPath>;
}

/** A request whose turn comes too late is not sent, and ends with `aborted`: what it was based on holds no longer. */
export interface Fence {
  /** On the clock of `performance.now()`. */
  readonly notAfter?: number;
}

type WithoutSignal<Options> = Omit<Options, 'signal'>;

/** The open vaults of this process. */
export interface VaultPool {
  /**
   * Costs nothing while the vault's revision and the profile's attributes are those that are open. Throws `closed` after {@link close},
   * `invalid_argument` when there is no such vault or its settings or the attributes do not suit its kind, `unknown` when its
   * credentials do not open; a failure is not remembered. A failing database throws its own error.
   */
  open(ref: VaultRef): Promise<Vault>;
  /** What this process thinks of the vaults behind its profiles, by profile. */
  breakers(): ReadonlyMap<string, BreakerState>;
  /** Ends every call with `closed` and closes all adapters. */
  close(): Promise<void>;
}
