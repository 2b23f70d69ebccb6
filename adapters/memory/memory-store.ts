import type { EntryPath, Labels } from '../adapter.ts';
import type { SecretFields } from '../secret-value.ts';
import { VaultError } from '../vault-error.ts';

interface StoredVersion {
  readonly operationId: string;
  /** Gone once the version was destroyed. */
  readonly fields: SecretFields | undefined;
}

export interface StoredEntry {
  readonly versions: ReadonlyMap<number, StoredVersion>;
  readonly newest: number;
  readonly removed: boolean;
  readonly labels: Labels;
}

/** One memory vault: entries are replaced whole, never changed in place. */
export type MemoryStore = Map<EntryPath, StoredEntry>;

const stores = new Map<string, MemoryStore>();

/** The entries of one vault for the life of the process, so that closing and opening again finds them. */
export function memoryStore(vaultId: string): MemoryStore {
  const known = stores.get(vaultId);
  if (known) return known;
  const store: MemoryStore = new Map();
  stores.set(vaultId, store);
  return store;
}

export interface StoreWrite {
  readonly operationId: string;
  readonly ifVersion?: number | 'absent' | undefined;
  readonly labels?: Labels | undefined;
}

/**
 * The version written, now or by the same operation before; `undefined`, changing nothing, when the condition fails.
 * One operation id never stands for two contents: that is `invalid_argument`.
 */
export function storeEntry(
  store: MemoryStore,
  path: EntryPath,
  fields: SecretFields,
  options: StoreWrite,
): number | undefined {
  const entry = store.get(path);
  for (const [version, known] of entry?.versions ?? []) {
    if (known.operationId !== options.operationId) continue;
    if (known.fields && !areEqual(known.fields, fields)) throw new VaultError('invalid_argument', 'write');
    return version;
  }
  if (!holds(entry, options.ifVersion)) return undefined;
  const newest = (entry?.newest ?? 0) + 1;
  const versions = new Map(entry?.versions).set(newest, { operationId: options.operationId, fields: new Map(fields) });
  store.set(path, { versions, newest, removed: false, labels: { ...(options.labels ?? entry?.labels) } });
  return newest;
}

function areEqual(one: SecretFields, other: SecretFields): boolean {
  return one.size === other.size && [...one].every(([name, value]) => other.get(name)?.equals(value) ?? false);
}

function holds(entry: StoredEntry | undefined, condition: number | 'absent' | undefined): boolean {
  if (condition === undefined) return true;
  if (condition === 'absent') return entry === undefined || entry.removed;
  return entry !== undefined && !entry.removed && entry.newest === condition;
}

/** `undefined`, changing nothing, when there is no live entry or another version is the newest. */
export function labelEntry(
  store: MemoryStore,
  path: EntryPath,
  labels: Labels,
  ifVersion?: number,
): StoredEntry | undefined {
  const entry = store.get(path);
  if (!entry || entry.removed || (ifVersion !== undefined && entry.newest !== ifVersion)) return undefined;
  const labelled = { ...entry, labels: { ...labels } };
  store.set(path, labelled);
  return labelled;
}

/** False, changing nothing, when another version is the newest. An entry that is gone already is fine. */
export function removeEntry(
  store: MemoryStore,
  path: EntryPath,
  mode: 'recoverable' | 'permanent',
  ifVersion?: number,
): boolean {
  const entry = store.get(path);
  if (!entry) return true;
  if (ifVersion !== undefined && entry.newest !== ifVersion) return false;
  if (mode === 'permanent') store.delete(path);
  else store.set(path, { ...entry, removed: true });
  return true;
}

/** `undefined` when there is nothing to bring back. */
export function recoverEntry(store: MemoryStore, path: EntryPath): StoredEntry | undefined {
  const entry = store.get(path);
  if (!entry) return undefined;
  const recovered = { ...entry, removed: false };
  store.set(path, recovered);
  return recovered;
}

export function destroyStoredVersion(store: MemoryStore, path: EntryPath, version: number): void {
  const entry = store.get(path);
  const known = entry?.versions.get(version);
  if (!entry || !known) return;
  const versions = new Map(entry.versions).set(version, { ...known, fields: undefined });
  store.set(path, { ...entry, versions });
}
