import type { EntryPath, Labels, VaultAdapter, VaultKind } from '../../adapters/adapter.ts';

/** One way to run the suite: a kind of vault at a tier (in memory, against an emulator, against a real server). */
export interface ContractTarget {
  readonly kind: VaultKind;
  /** Shown in the report, for example `hashicorp-vault (emulator)`. */
  readonly name: string;
  /** Why it cannot run here; it is then skipped by name. */
  readonly skip?: string;
  /** Ways it can be made to fail; tests are made for these only. */
  readonly faults: readonly Fault[];
  start(): Promise<Bench>;
}

/** A running target. Everything happens below `prefix`, which nobody else uses. */
export interface Bench {
  readonly prefix: EntryPath;
  /** Opens another adapter on the same entries. */
  open(): Promise<VaultAdapter>;
  /** Credentials and tokens that no error, label or listing may show. */
  readonly credentials: readonly string[];
  /** Somebody who writes to the same vault without us. */
  readonly foreign: ForeignWriter;
  /** Opens an adapter on a vault that fails in one of the ways the target names. */
  openFaulty(fault: Fault): Promise<VaultAdapter>;
  stop(): Promise<void>;
}

export interface ForeignWriter {
  /** Makes a new version with one text field, without any of our conditions or marks. */
  write(path: EntryPath, field: string, text: string, labels?: Labels): Promise<void>;
}

/**
 * - `wrongCredential`: right place, credential that the vault does not accept. `noRights`: accepted, without any right.
 * - `nobodyThere`: nothing listens. `tooFast`: refuses everything as too fast and asks for 3 seconds.
 * - `silent`: takes calls and never answers. `talkative`: answers everything with status 500 and the request in the text.
 * - `appliesThenBreaks`: does what a write asks, then breaks the connection.
 */
export type Fault =
  | 'wrongCredential'
  | 'noRights'
  | 'nobodyThere'
  | 'tooFast'
  | 'silent'
  | 'talkative'
  | 'appliesThenBreaks';
