import type {
  AdapterModule,
  AdapterPorts,
  Capabilities,
  EntryPath,
  Labels,
  VaultAdapter,
} from '../../adapters/adapter.ts';
import type { VaultWorld } from '../support/vault-world.ts';

/** One way to run the suite: a kind of vault at a tier. */
export interface ContractTarget {
  readonly module: AdapterModule;
  /** Those of the module when not given; narrower where a way of using it can do less. */
  readonly capabilities?: Capabilities;
  /** Shown in the report, for example `hashicorp-vault (emulator)`. */
  readonly name: string;
  /** Heading of its column in the table. */
  readonly column: string;
  /** In this process, without any server; a server of ours that behaves like the vendor's; the vendor's own. */
  readonly tier: 'in process' | 'emulated' | 'live';
  /** Why it cannot run here. Only a live one may be missing; `CONTRACT_REQUIRE` makes that a failure. */
  readonly skip?: string;
  /** Ways it can be made to fail: all of them at an emulator. */
  readonly faults: readonly Fault[];
  /**
   * Changes that begin with a request that only asks, because the vault has no other safe way: one that fails there has
   * provably changed nothing.
   */
  readonly looksFirst?: readonly ('write' | 'remove')[];
  start(): Promise<Bench>;
}

/** A running target. Everything happens below `prefix`, which nobody else uses. */
export interface Bench {
  readonly prefix: EntryPath;
  /** What the module's settings were parsed from, where there are any. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Opens another adapter on the same entries; `ports` replace those of the suite. */
  open(ports?: Partial<AdapterPorts>): Promise<VaultAdapter>;
  /**
   * The same, with this host in place of the one in the vault's address; the port stays. Absent where the kind has no address
   * to set.
   */
  openAt?(host: string, ports: Partial<AdapterPorts>): Promise<VaultAdapter>;
  /** For tests of a whole broker at the same vault. Present at every emulator. */
  readonly world?: VaultWorld;
  /** How many connections the vault has accepted so far. Absent where nobody can tell. */
  arrivals?(): number;
  /** How many changes the vault has applied so far. Absent where nobody can tell. */
  changes?(): number;
  /** Ways to name one and the same entry, and ways to name others. Absent where there is one way only. */
  readonly addresses?: EntryAddresses;
  /** Credentials and tokens that no error, label or listing may show. */
  readonly credentials: readonly string[];
  /** Somebody who writes to the same vault without us. */
  readonly foreign: ForeignWriter;
  /**
   * Opens an adapter on a vault that fails in one of the ways the target names. `elsewhere` is the URL of another server, for
   * `redirects`.
   */
  openFaulty(fault: Fault, elsewhere?: string): Promise<VaultAdapter>;
  stop(): Promise<void>;
}

export interface ForeignWriter {
  /** Makes a new version with one text field, without any of our conditions or marks. */
  write(path: EntryPath, field: string, text: string, labels?: Labels): Promise<void>;
  /** Sets everything that others can set on an entry and that is neither content nor label, such as limits or other tags. */
  decorate?(path: EntryPath): Promise<void>;
  /** What {@link decorate} set, as the vault itself shows it: must stay as it is. Present exactly when `decorate` is. */
  decorations?(path: EntryPath): Promise<unknown>;
}

/** Complete settings, credentials included, for the running vault; input of the module's schemas. */
export interface EntryAddress {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly path: EntryPath;
}

export interface EntryAddresses {
  /** All of them reach one entry: cases, slashes, default ports, aliases, prefix or longer path. */
  readonly same: readonly EntryAddress[];
  /** Each reaches an entry of its own. */
  readonly others: readonly EntryAddress[];
}

/**
 * - `wrongCredential`: right place, credential that the vault does not accept. `noRights`: accepted, without any right.
 *   `readRights`: may list and read, and nothing else.
 * - `nobodyThere`: nothing listens. `tooFast`: refuses everything as too fast and asks for 3 seconds.
 * - `silent`: takes calls and never answers. `talkative`: answers everything with status 500 and the request in the text.
 * - `appliesThenBreaks`: does what a write asks, then breaks the connection.
 * - `redirects`: answers everything with a redirect to another server.
 */
export type Fault =
  | 'wrongCredential'
  | 'noRights'
  | 'readRights'
  | 'nobodyThere'
  | 'tooFast'
  | 'silent'
  | 'talkative'
  | 'appliesThenBreaks'
  | 'redirects';
