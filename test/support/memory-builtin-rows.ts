import type { BuiltinHead, BuiltinRows } from '../../adapters/adapter.ts';
import {
  destroyStoredVersion,
  labelEntry,
  memoryStore,
  recoverEntry,
  removeEntry,
  type StoredEntry,
  storeEntry,
} from '../../adapters/memory/memory-store.ts';

/** The built-in vault's rows in memory, unsealed: for tests of what lies above them. */
export function createMemoryBuiltinRows(): BuiltinRows {
  const headOf = ({ newest, removed, labels }: StoredEntry): BuiltinHead => ({ version: newest, removed, labels });
  const entryOf = (vaultId: string, path: string) => memoryStore(vaultId).get(path);
  return {
    async head(vaultId, path) {
      const entry = entryOf(vaultId, path);
      return entry && headOf(entry);
    },
    async read(vaultId, path, version) {
      return entryOf(vaultId, path)?.versions.get(version)?.fields;
    },
    async write(vaultId, path, fields, options) {
      const version = storeEntry(memoryStore(vaultId), path, fields, options);
      const entry = entryOf(vaultId, path);
      return version !== undefined && entry ? { ...headOf(entry), version } : undefined;
    },
    async remove(vaultId, path, mode, ifVersion) {
      return removeEntry(memoryStore(vaultId), path, mode, ifVersion);
    },
    async label(vaultId, path, labels, ifVersion) {
      const entry = labelEntry(memoryStore(vaultId), path, labels, ifVersion);
      return entry && headOf(entry);
    },
    async recover(vaultId, path) {
      const entry = recoverEntry(memoryStore(vaultId), path);
      return entry && headOf(entry);
    },
    async destroyVersion(vaultId, path, version) {
      destroyStoredVersion(memoryStore(vaultId), path, version);
    },
    async list(vaultId, prefix, cursor, limit) {
      const below = prefix === '' ? '' : `${prefix}/`;
      return [...memoryStore(vaultId)]
        .filter(([path, entry]) => !entry.removed && path.startsWith(below) && path > cursor)
        .map(([path]) => path)
        .sort()
        .slice(0, limit);
    },
  };
}
