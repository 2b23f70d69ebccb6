import type { Capabilities, EntryHead, EntryPath, VaultAdapter } from '../adapter.ts';
import { numericVersion } from '../lib/numeric-version.ts';
import { isBelow } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import {
  destroyStoredVersion,
  labelEntry,
  type MemoryStore,
  recoverEntry,
  removeEntry,
  type StoredEntry,
  storeEntry,
} from './memory-store.ts';

export const MEMORY_CAPABILITIES: Capabilities = {
  access: 'read-write',
  versions: true,
  destroyVersions: true,
  compareAndSet: true,
  operationId: true,
  labels: true,
  softDelete: true,
  maxBytes: 65_536,
  nameRules: null,
};

/** The reference implementation: read it to learn what the contract means. For development and tests. */
export function createMemoryAdapter(store: MemoryStore): VaultAdapter {
  return {
    kind: 'memory',
    capabilities: MEMORY_CAPABILITIES,
    check: async () => [],
    async head(path) {
      return headOf(path, liveEntry(store, path, 'head'));
    },
    async read(path, options) {
      const entry = liveEntry(store, path, 'read');
      const version = options.version === undefined ? entry.newest : numericVersion(options.version);
      const fields = version === undefined ? undefined : entry.versions.get(version)?.fields;
      if (!fields) throw new VaultError('not_found', 'read');
      return { ...headOf(path, entry), version: String(version), fields };
    },
    async write(path, fields, options) {
      const ifVersion = options.ifVersion === 'absent' ? 'absent' : numericCondition(options.ifVersion);
      const version = storeEntry(store, path, fields, { ...options, ifVersion });
      const entry = store.get(path);
      if (version === undefined || !entry) throw new VaultError('version_conflict', 'write');
      return { ...headOf(path, entry), version: String(version) };
    },
    async label(path, labels, options) {
      const entry = labelEntry(store, path, labels, numericCondition(options.ifVersion));
      if (entry) return headOf(path, entry);
      liveEntry(store, path, 'label');
      throw new VaultError('version_conflict', 'label');
    },
    async remove(path, options) {
      const done = removeEntry(store, path, options.mode, numericCondition(options.ifVersion));
      if (!done) throw new VaultError('version_conflict', 'remove');
    },
    async recover(path) {
      const entry = recoverEntry(store, path);
      if (!entry) throw new VaultError('not_found', 'recover');
      return headOf(path, entry);
    },
    async destroyVersion(path, version) {
      destroyStoredVersion(store, path, numericVersion(version) ?? 0);
    },
    async *list(prefix) {
      for (const path of [...store.keys()].sort()) {
        if (isBelow(prefix, path) && store.get(path)?.removed === false) yield path;
      }
    },
    async close() {},
  };
}

function liveEntry(store: MemoryStore, path: EntryPath, operation: string): StoredEntry {
  const entry = store.get(path);
  if (!entry) throw new VaultError('not_found', operation);
  if (entry.removed) {
    throw new VaultError('not_found', operation, {
      removed: { version: String(entry.newest), labels: entry.labels },
    });
  }
  return entry;
}

function headOf(path: EntryPath, entry: StoredEntry): EntryHead {
  return { path, version: String(entry.newest), labels: entry.labels };
}

/** A text that is no version becomes 0, which no entry has. */
function numericCondition(ifVersion: string | undefined): number | undefined {
  return ifVersion === undefined ? undefined : (numericVersion(ifVersion) ?? 0);
}
