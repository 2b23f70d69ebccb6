import { createHash, randomUUID } from 'node:crypto';
import type { Capabilities, Entry, EntryPath, VaultAdapter } from '../../../adapters/adapter.ts';
import { decodeFields, encodeFields } from '../../../adapters/lib/encode-fields.ts';
import { isBelow, isEntryPath } from '../../../adapters/lib/safe-path.ts';
import { type SecretFields, SecretValue } from '../../../adapters/secret-value.ts';
import { VaultError } from '../../../adapters/vault-error.ts';
import type { Folder } from './client.ts';

/** Files have no history, no labels and no conditions. */
export const DIRECTORY_CAPABILITIES: Capabilities = {
  access: 'read-write',
  versions: false,
  destroyVersions: false,
  compareAndSet: false,
  operationId: false,
  labels: false,
  softDelete: false,
  maxBytes: 65_536,
  nameRules: null,
};

const SUFFIX = '.entry';
const LONGEST_NAME = 255;

/** No path holds `%`, so no two paths are one file, and none leaves the folder. */
export function fileNameOf(path: EntryPath, operation: string): string {
  const name = path.replaceAll('/', '%2F') + SUFFIX;
  if (name.length > LONGEST_NAME) throw new VaultError('invalid_argument', operation);
  return name;
}

export function createDirectoryAdapter(folder: Folder): VaultAdapter {
  const read = async (path: EntryPath, operation: string): Promise<Entry> => {
    const bytes = await folder.read(fileNameOf(path, operation), operation);
    return { path, version: versionOf(bytes), labels: {}, fields: contentOf(bytes) };
  };
  return {
    kind: 'directory',
    capabilities: DIRECTORY_CAPABILITIES,
    async check() {
      await folder.list('check');
      return [];
    },
    async head(path) {
      const { fields: _fields, ...head } = await read(path, 'head');
      return head;
    },
    read: (path) => read(path, 'read'),
    async write(path, fields) {
      const bytes = Buffer.from(JSON.stringify({ revision: randomUUID(), fields: encodeFields(fields) }));
      await folder.write(fileNameOf(path, 'write'), bytes);
      return { path, version: versionOf(bytes), labels: {} };
    },
    remove: (path) => folder.remove(fileNameOf(path, 'remove')),
    async *list(prefix) {
      for (const name of await folder.list('list')) {
        const path = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length).replaceAll('%2F', '/') : '';
        if (isEntryPath(path) && isBelow(prefix, path)) yield path;
      }
    },
    async close() {},
  };
}

function versionOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A file of somebody else is the one field `value`. */
function contentOf(bytes: Buffer): SecretFields {
  try {
    const { revision, fields } = JSON.parse(bytes.toString('utf8')) as Readonly<Record<string, unknown>>;
    if (typeof revision === 'string') return decodeFields(fields as Readonly<Record<string, unknown>>);
  } catch {
    // Not one of ours.
  }
  return new Map([['value', SecretValue.fromBytes(bytes)]]);
}
