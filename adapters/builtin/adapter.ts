import type {
  BuiltinHead,
  BuiltinRows,
  Capabilities,
  EntryHead,
  EntryPath,
  VaultAdapter,
  VaultVersion,
} from '../adapter.ts';
import { numericVersion } from '../lib/numeric-version.ts';
import { VaultError } from '../vault-error.ts';

const PAGE = 500;

export const BUILTIN_CAPABILITIES: Capabilities = {
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

/** The broker's own vault: rows that arrive sealed at the port and are opened by nobody else. */
export function createBuiltinAdapter(vaultId: string, rows: BuiltinRows): VaultAdapter {
  const liveHead = async (path: EntryPath, operation: string): Promise<BuiltinHead> => {
    const head = await rows.head(vaultId, path);
    if (!head) throw new VaultError('not_found', operation);
    if (head.removed) {
      throw new VaultError('not_found', operation, { removed: { version: String(head.version), labels: head.labels } });
    }
    return head;
  };

  return {
    kind: 'builtin',
    capabilities: BUILTIN_CAPABILITIES,
    async check() {
      await rows.list(vaultId, '', '', 1);
      return [];
    },
    async head(path) {
      return entryHead(path, await liveHead(path, 'head'));
    },
    async read(path, options) {
      const head = await liveHead(path, 'read');
      const version = options.version === undefined ? head.version : numericVersion(options.version);
      const fields = version === undefined ? undefined : await rows.read(vaultId, path, version);
      if (version === undefined || !fields) throw new VaultError('not_found', 'read');
      return { ...entryHead(path, { ...head, version }), fields };
    },
    async write(path, fields, { operationId, ifVersion, labels }) {
      const head = await rows.write(vaultId, path, fields, {
        operationId,
        ...(ifVersion !== undefined && { ifVersion: ifVersion === 'absent' ? ifVersion : numberOf(ifVersion) }),
        ...(labels && { labels }),
      });
      if (!head) throw new VaultError('version_conflict', 'write');
      return entryHead(path, head);
    },
    async label(path, labels, { ifVersion }) {
      const expected = ifVersion === undefined ? undefined : numberOf(ifVersion);
      const head = await rows.label(vaultId, path, labels, expected);
      if (head) return entryHead(path, head);
      await liveHead(path, 'label');
      throw new VaultError('version_conflict', 'label');
    },
    async remove(path, { mode, ifVersion }) {
      const expected = ifVersion === undefined ? undefined : numberOf(ifVersion);
      if (!(await rows.remove(vaultId, path, mode, expected))) throw new VaultError('version_conflict', 'remove');
    },
    async recover(path) {
      const head = await rows.recover(vaultId, path);
      if (!head) throw new VaultError('not_found', 'recover');
      return entryHead(path, head);
    },
    async destroyVersion(path, version) {
      const number = numericVersion(version);
      if (number !== undefined) await rows.destroyVersion(vaultId, path, number);
    },
    async *list(prefix) {
      let cursor = '';
      for (;;) {
        const page = await rows.list(vaultId, prefix, cursor, PAGE);
        yield* page;
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE) return;
        cursor = last;
      }
    },
    async close() {},
  };
}

function entryHead(path: EntryPath, head: BuiltinHead): EntryHead {
  return { path, version: String(head.version), labels: head.labels };
}

/** A text that is no version becomes 0, which no entry has. */
function numberOf(version: VaultVersion): number {
  return numericVersion(version) ?? 0;
}
