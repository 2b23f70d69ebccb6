import type { BuiltinHead, BuiltinRows, BuiltinWrite, EntryPath, Labels } from '../../adapters/adapter.ts';
import type { SecretFields } from '../../adapters/secret-value.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { type SealPlace, seal, unseal } from '../crypto/seal.ts';
import type { Db } from '../db.ts';
import { canonicalBytes, parseCanonicalBytes } from '../secrets/payload/canonical-bytes.ts';
import {
  addEntry,
  addVersion,
  destroyVersion,
  findHead,
  findSealed,
  findWriteState,
  labelEntry,
  listPaths,
  markRemoved,
  recoverEntry,
  removeForGood,
  type WriteState,
} from './builtin-store.ts';

/**
 * The built-in vault's rows in PostgreSQL. A version is sealed for its vault, path and number.
 *
 * @param organizationOf whose key seals the rows of a vault
 */
export function createBuiltinRows(
  db: Pick<Db, 'query' | 'transaction'>,
  keyring: Keyring,
  organizationOf: (vaultId: string) => string,
): BuiltinRows {
  const placeOf = (vaultId: string, path: EntryPath, version: number): SealPlace => ({
    purpose: 'builtin-vault',
    organizationId: organizationOf(vaultId),
    table: 'builtin_versions',
    rowId: vaultId,
    detail: `${path}@${version}`,
  });

  const open = (place: SealPlace, sealed: Uint8Array): Buffer => {
    try {
      return unseal(keyring, place, sealed);
    } catch {
      throw new VaultError('unknown', 'read');
    }
  };

  /** The head of the version that this operation made before; one id never stands for two contents. */
  const repeated = (vaultId: string, path: EntryPath, content: Buffer, state: WriteState): BuiltinHead | undefined => {
    if (state.done === null) return undefined;
    const { version, sealed } = state.done;
    if (sealed !== null && !open(placeOf(vaultId, path, version), sealed).equals(content)) {
      throw new VaultError('invalid_argument', 'write');
    }
    return { version, removed: false, labels: state.entry?.labels ?? {} };
  };

  return {
    head: (vaultId, path) => findHead(db, vaultId, path),
    async read(vaultId, path, version) {
      const sealed = await findSealed(db, vaultId, path, version);
      return sealed === null ? undefined : parsed(open(placeOf(vaultId, path, version), sealed));
    },
    async write(vaultId, path, fields, options) {
      const content = canonicalBytes(fields);
      // The number is part of what is sealed, so it is read first and the write holds only if it is still the next.
      for (;;) {
        const state = await findWriteState(db, vaultId, path, options.operationId);
        const before = repeated(vaultId, path, content, state);
        if (before) return before;
        const { entry } = state;
        if (!holds(entry, options.ifVersion)) return undefined;
        const version = (entry?.version ?? 0) + 1;
        const sealed = seal(keyring, placeOf(vaultId, path, version), content);
        const labels = await store(db, { vaultId, path, version, sealed, entry, options });
        if (labels) return { version, removed: false, labels };
      }
    },
    remove: (vaultId, path, mode, ifVersion) =>
      mode === 'recoverable'
        ? markRemoved(db, vaultId, path, ifVersion)
        : db.transaction((tx) => removeForGood(tx, vaultId, path, ifVersion)),
    label: (vaultId, path, labels, ifVersion) => labelEntry(db, vaultId, path, labels, ifVersion),
    recover: (vaultId, path) => recoverEntry(db, vaultId, path),
    destroyVersion: (vaultId, path, version) => destroyVersion(db, vaultId, path, version),
    list: (vaultId, prefix, cursor, limit) => listPaths(db, vaultId, prefix, cursor, limit),
  };
}

interface NewVersion {
  readonly vaultId: string;
  readonly path: EntryPath;
  readonly version: number;
  readonly sealed: Buffer;
  readonly entry: BuiltinHead | null;
  readonly options: BuiltinWrite;
}

function store(db: Pick<Db, 'query'>, { entry, options, ...row }: NewVersion): Promise<Labels | undefined> {
  const { operationId, labels } = options;
  if (entry === null) return addEntry(db, { ...row, operationId, labels });
  return addVersion(db, { ...row, operationId, labels }, entry);
}

function holds(entry: BuiltinHead | null, condition: BuiltinWrite['ifVersion']): boolean {
  if (condition === undefined) return true;
  const live = entry !== null && !entry.removed;
  return condition === 'absent' ? !live : live && entry.version === condition;
}

function parsed(content: Buffer): SecretFields {
  try {
    return parseCanonicalBytes(content);
  } catch {
    throw new VaultError('unknown', 'read');
  }
}
