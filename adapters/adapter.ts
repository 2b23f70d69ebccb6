import type { LookupFunction } from 'node:net';
import type { ZodType } from 'zod';
import type { SecretFields } from './secret-value.ts';

/**
 * The contract between Keyferry and a kind of vault. Words: an **entry** lives at a **path** and holds **fields**; a
 * **head** is everything about an entry except its fields; a **version** is the vault's own and opaque to us.
 *
 * Every sentence here that says "must" is a law with a test in `test/contract`; an adapter is done when that suite
 * passes. An adapter is thin: it translates and classifies. It does not retry, log, read the environment, decide
 * ownership or compare values, because that is the same for all vaults and written once above it.
 */
export interface VaultAdapter {
  readonly kind: VaultKind;
  /** Constant for the life of the adapter. Each flag is true if and only if it works; users see them. */
  readonly capabilities: Capabilities;

  /**
   * Proves that the address answers, that the credential is accepted and the configured place is there (throws otherwise),
   * and names every right that reading, writing, labelling, listing and removing need and the credential lacks, as the vendor
   * calls it. Leaves no trace: it asks, or tries on a name that does not exist, and never makes an entry. Empty: nothing is
   * missing, as far as the vendor lets anybody tell.
   */
  check(call: Call): Promise<readonly MissingRight[]>;

  /** The entry without its fields. Throws `not_found` (with `removed` when it is recoverable) if there is none. */
  head(path: EntryPath, call: Call): Promise<EntryHead>;

  /** The newest content, or that of `options.version` (needs `capabilities.versions`, else `unsupported`). */
  read(path: EntryPath, options: ReadOptions): Promise<Entry>;

  /**
   * Writes the whole entry: fields that are not named are gone afterwards, and a read must return exactly these bytes.
   *
   * - `ifVersion: 'absent'` must succeed where no entry or a recoverably removed one is, and fail on a live one with
   *   `version_conflict`; a version must match the newest. A failed condition changes nothing. Any condition, here and below,
   *   needs `capabilities.compareAndSet`, else `unsupported`.
   * - `operationId`: a repeated write with the same id and content must not make a second version where
   *   `capabilities.operationId` is true. Elsewhere the caller looks before it repeats.
   * - `labels` replace all labels; without them the entry keeps those it has.
   * - More than `capabilities.maxBytes` must be `too_large` before anything is sent.
   * - On failure `maybeApplied` must be false only if the vault provably changed nothing.
   */
  write(path: EntryPath, fields: SecretFields, options: WriteOptions): Promise<EntryHead>;

  /**
   * Replaces all labels of a live entry without making a version. Present exactly when `capabilities.labels`. Throws
   * `version_conflict`, changing nothing, when `ifVersion` is not the newest.
   */
  label?(path: EntryPath, labels: Labels, options: LabelOptions): Promise<EntryHead>;

  /** Removes the entry. Gone already must succeed. `recoverable` needs `capabilities.softDelete`, else `unsupported`. */
  remove(path: EntryPath, options: RemoveOptions): Promise<void>;

  /** Brings back what `remove` took away recoverably. Present exactly when `capabilities.softDelete`. */
  recover?(path: EntryPath, call: Call): Promise<EntryHead>;

  /** Destroys the content of one old version for good. Present exactly when `capabilities.destroyVersions`. */
  destroyVersion?(path: EntryPath, version: VaultVersion, call: Call): Promise<void>;

  /**
   * Every live entry below the prefix (`''` is the whole place), once each, over all pages, without values; removed ones
   * are not listed. `a` has `a/b` below it, not `ab` nor itself. What fails on any page must fail the whole listing.
   */
  list(prefix: EntryPath, call: Call): AsyncIterable<EntryPath>;

  /** Ends sessions and sockets. Afterwards every call must be `closed`. May be called twice. */
  close(): Promise<void>;
}

export const VAULT_KINDS = [
  'aws-secrets-manager',
  'builtin',
  'gcp-secret-manager',
  'hashicorp-vault',
  'kubernetes',
  'memory',
  'scaleway',
] as const;
/** A kind of this repository. */
export type KnownVaultKind = (typeof VAULT_KINDS)[number];
/** Any kind: also those that somebody adds from outside, see `addAdapterKind` in `registry.ts`. */
export type VaultKind = KnownVaultKind | (string & Record<never, never>);

/**
 * Where an entry lives, relative to the adapter's mount or prefix: segments joined by `/`, each of letters, digits, `_`,
 * `-` and `.`, never empty, `.` or `..`; at most 1,024 characters in all. Adapters escape what their vault cannot hold
 * and refuse the rest.
 */
export type EntryPath = string;

/** The vault's own version of an entry: compared for equality only. */
export type VaultVersion = string;

export type Labels = Readonly<Record<string, string>>;

export interface EntryHead {
  readonly path: EntryPath;
  readonly version: VaultVersion;
  readonly labels: Labels;
  /**
   * The `operationId` of the write that made this version, where the vault keeps such a note with each version; never there for
   * what others wrote. Without compare-and-set it is the only way to tell a late repetition of ours from somebody else's write.
   */
  readonly writtenBy?: string;
}

export interface Entry extends EntryHead {
  readonly fields: SecretFields;
}

export interface Call {
  /**
   * Ends the call promptly: with `timeout` when its reason is a `TimeoutError` (a deadline is set that way), else with
   * `aborted`.
   */
  readonly signal: AbortSignal;
}

export interface ReadOptions extends Call {
  readonly version?: VaultVersion;
}

export interface WriteOptions extends Call {
  /** Stays the same over every repetition of one logical write. At most 64 characters of `[A-Za-z0-9-]`. */
  readonly operationId: string;
  readonly ifVersion?: VaultVersion | 'absent';
  readonly labels?: Labels;
}

export interface LabelOptions extends Call {
  readonly ifVersion?: VaultVersion;
}

export interface RemoveOptions extends Call {
  readonly mode: 'recoverable' | 'permanent';
  readonly ifVersion?: VaultVersion;
}

export interface Capabilities {
  readonly access: 'read' | 'read-write';
  /** Older versions can be read, for as long as the vault keeps them. */
  readonly versions: boolean;
  /** One older version can be destroyed at will; needs `versions`. */
  readonly destroyVersions: boolean;
  /** `ifVersion` holds against concurrent writers. */
  readonly compareAndSet: boolean;
  /** A repeated `operationId` makes no second version. */
  readonly operationId: boolean;
  readonly labels: boolean;
  readonly softDelete: boolean;
  /** Largest payload, see `sizeOfFields`. */
  readonly maxBytes: number;
  /** What the vault demands of field names, as a regular expression source, when it is narrower than ours. */
  readonly nameRules: string | null;
}

/** What an adapter folder exports; `registry.ts` lists them. `Settings` is what `settings` parses to. */
export interface AdapterModule<Settings = unknown, Attributes = unknown> {
  readonly kind: VaultKind;
  readonly title: string;
  /** Drives validation, OpenAPI and forms. Strict: unknown settings are refused. */
  readonly settings: ZodType<Settings>;
  /** Names of top-level settings that are credentials: sealed at rest and never shown. */
  readonly sensitive: readonly string[];
  /**
   * What one profile says about its use of the vault (mount or prefix, layout, encoding, labels): the same description feeds
   * validation, OpenAPI and forms. Strict, and `{}` must parse: every attribute has a default.
   */
  readonly attributes: ZodType<Attributes>;
  readonly capabilities: Capabilities;
  /**
   * Hosts that these settings lead to, by the setting that names them, as far as they are no plain setting that is a URL: they
   * are checked, too, before the settings are saved.
   */
  hosts?(settings: Settings): Readonly<Record<string, string>>;
  /**
   * The real place these settings write to, however they are spelled: scheme, host, port, account, namespace, mount, region.
   * Contains no credential, and no prefix: what only shortens the names of entries belongs to {@link locate}.
   *
   * The rule that keeps two owners apart: two (settings, attributes, path) reach one and the same entry if and only if
   * their `place` and their `locate` are equal. A place must therefore never be part of another one.
   */
  place(settings: Settings, attributes: Attributes, ports: AdapterPorts): string;
  /**
   * The entry of that path as its place knows it, with prefix and escaping, at most 4,096 characters: what is claimed. Throws
   * `invalid_argument` for a path that this vault cannot hold, as every call of the adapter does for it.
   */
  locate(attributes: Attributes, path: EntryPath): string;
  /**
   * Why an entry of a profile with these attributes cannot hold such a payload; `undefined` when it can. Asked before anything
   * is written, when a profile, a target or content is saved: what `write` refuses before it sends anything, this refuses too,
   * as far as names and size tell.
   */
  misfit(attributes: Attributes, payload: PayloadShape): PayloadMisfit | undefined;
  /**
   * Whatever is heavy, the vendor's client above all, is imported here and not by the module: kinds nobody uses cost nothing.
   * Must not call the vault: reaching it is `check`'s work.
   */
  open(settings: Settings, attributes: Attributes, ports: AdapterPorts): Promise<VaultAdapter>;
}

/** What is known of a payload without its values. */
export interface PayloadShape {
  readonly names: readonly string[];
  /** As `sizeOfFields` counts. */
  readonly size: number;
}

export type PayloadMisfit =
  | { readonly code: 'too_large'; readonly maxBytes: number }
  /** `expected` completes "expected …" and quotes nothing of the payload. */
  | { readonly code: 'invalid_argument'; readonly expected: string };

/** What adapters get from outside. */
export interface AdapterPorts {
  /** Id of the configured vault; the built-in and the memory vault keep their entries under it. */
  readonly vaultId: string;
  /** Rows of the built-in vault, sealed before they arrive there. */
  readonly builtinRows?: BuiltinRows;
  /** Every socket an adapter opens goes through this. */
  readonly egress: Egress;
  /** The operator lets vaults use the surroundings of this process (instance role, workload identity, service account). */
  readonly allowAmbient: boolean;
}

/** Where adapters may connect to. Decided by the operator, never by a request. */
export interface Egress {
  /**
   * For `lookup` of Node's sockets and agents: resolves, and fails with a `VaultError` `permission_denied` for an address that
   * is not allowed. The socket connects to exactly the address that was checked. Node does not call it for literal addresses.
   */
  readonly lookup: LookupFunction;
  /** For the host of an address before anything is sent: throws the same error for a literal address that is not allowed. */
  assertHost(host: string): void;
}

/** A right that is needed and not held, in the vendor's words, such as `secretsmanager:PutSecretValue`. */
export interface MissingRight {
  readonly right: string;
  /** What cannot be done without it. */
  readonly needed: 'list' | 'read' | 'write' | 'label' | 'remove';
}

/**
 * The built-in vault's storage. Its implementation seals fields bound to vault, path and version, so a row that was
 * moved or swapped fails to open. All operations are atomic and take effect once per `operationId`.
 */
export interface BuiltinRows {
  head(vaultId: string, path: EntryPath): Promise<BuiltinHead | undefined>;
  /** `undefined` when that version has no content. Throws `unknown` when the row does not open. */
  read(vaultId: string, path: EntryPath, version: number): Promise<SecretFields | undefined>;
  /** Stores version `head + 1`. Returns `undefined`, changing nothing, when `ifVersion` does not hold. */
  write(
    vaultId: string,
    path: EntryPath,
    fields: SecretFields,
    options: BuiltinWrite,
  ): Promise<BuiltinHead | undefined>;
  /** Returns false, changing nothing, when `ifVersion` does not hold. */
  remove(vaultId: string, path: EntryPath, mode: 'recoverable' | 'permanent', ifVersion?: number): Promise<boolean>;
  /** Returns `undefined`, changing nothing, when there is no live entry or `ifVersion` does not hold. */
  label(vaultId: string, path: EntryPath, labels: Labels, ifVersion?: number): Promise<BuiltinHead | undefined>;
  recover(vaultId: string, path: EntryPath): Promise<BuiltinHead | undefined>;
  destroyVersion(vaultId: string, path: EntryPath, version: number): Promise<void>;
  /** Live paths below the prefix in order, after `cursor`, at most `limit`. */
  list(vaultId: string, prefix: EntryPath, cursor: string, limit: number): Promise<EntryPath[]>;
}

export interface BuiltinHead {
  readonly version: number;
  readonly removed: boolean;
  readonly labels: Labels;
}

export interface BuiltinWrite {
  readonly operationId: string;
  readonly ifVersion?: number | 'absent';
  readonly labels?: Labels;
}
