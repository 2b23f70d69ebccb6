import type { EntryHead, EntryPath, RemoveOptions, VaultAdapter, WriteOptions } from '../adapter.ts';
import { decodeFields, encodeFields } from '../lib/encode-fields.ts';
import { numericVersion } from '../lib/numeric-version.ts';
import type { SecretFields } from '../secret-value.ts';
import { VaultError } from '../vault-error.ts';
import { type KeyFacts, storedData, type VersionFacts, versionFacts } from './answers.ts';
import type { Session } from './auth.ts';
import { HASHICORP_CAPABILITIES } from './capabilities.ts';
import { checkPlace } from './check-place.ts';
import type { VaultClient } from './client.ts';
import { findKey } from './find-key.ts';
import { demandAnswer, type Kv } from './kv.ts';
import { listEntries } from './list-entries.ts';
import { replaceLabels, writeEntry } from './write-entry.ts';

/** KV version 2 of HashiCorp Vault and OpenBao: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 */
export function createHashicorpAdapter(client: VaultClient, session: Session, kv: Kv): VaultAdapter {
  return {
    kind: 'hashicorp-vault',
    capabilities: HASHICORP_CAPABILITIES,
    check: ({ signal }) => checkPlace(kv, signal),
    async head(path, { signal }) {
      return headOf(path, live(await findKey(kv, path, 'head', signal), 'head'));
    },
    async read(path, { version, signal }) {
      const number = version === undefined ? undefined : numericVersion(version);
      if (version !== undefined && number === undefined) throw new VaultError('not_found', 'read');
      const query = number === undefined ? '' : `?version=${number}`;
      const body = await kv.ask('read', signal, (vault, context) => vault.get(kv.path('data', path) + query, context));
      const facts = demandAnswer(versionFacts(body), 'read', false);
      return { ...headOf(path, facts), fields: decodeFields(demandAnswer(storedData(body), 'read', false)) };
    },
    write: (path, fields, options) => write(kv, path, fields, options),
    async label(path, labels, { ifVersion, signal }) {
      const key = live(await findKey(kv, path, 'label', signal), 'label');
      if (ifVersion !== undefined && String(key.version) !== ifVersion)
        throw new VaultError('version_conflict', 'label');
      await replaceLabels(kv, path, key.labels, labels, 'label', signal);
      return { ...headOf(path, key), labels };
    },
    remove: (path, options) => remove(kv, path, options),
    async recover(path, { signal }) {
      const key = await findKey(kv, path, 'recover', signal);
      if (!key || key.destroyed) throw new VaultError('not_found', 'recover');
      if (!key.live) await changeVersions(kv, 'undelete', path, key.version, 'recover', signal);
      return headOf(path, key);
    },
    async destroyVersion(path, version, { signal }) {
      const number = numericVersion(version);
      if (number !== undefined) await changeVersions(kv, 'destroy', path, number, 'destroyVersion', signal);
    },
    list: (prefix, { signal }) => listEntries(kv, prefix, signal),
    async close() {
      await session.close();
      client.close();
    },
  };
}

async function write(kv: Kv, path: EntryPath, fields: SecretFields, options: WriteOptions): Promise<EntryHead> {
  const data = encodeFields(fields);
  if (options.ifVersion !== 'absent') {
    const cas = options.ifVersion === undefined ? undefined : numericVersion(options.ifVersion);
    if (options.ifVersion !== undefined && cas === undefined) throw new VaultError('version_conflict', 'write');
    return writeEntry(kv, path, data, cas, options);
  }
  try {
    return await writeEntry(kv, path, data, 0, options);
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'version_conflict') throw error;
    // 0 means "never existed". A removed entry wants the number of its newest version instead.
    const key = await findKey(kv, path, 'write', options.signal);
    if (!key || key.live) throw error;
    return writeEntry(kv, path, data, key.version, options);
  }
}

/**
 * KV version 2 has no conditional removal. A recoverable one names the version it means, so a newer one that arrives in
 * between stays; it is then reported as a conflict and the version brought back. A permanent one looks first, which
 * leaves the time of one request in which a newer version would go too.
 */
async function remove(kv: Kv, path: EntryPath, { mode, ifVersion, signal }: RemoveOptions): Promise<void> {
  if (ifVersion === undefined) {
    const endpoint = mode === 'permanent' ? 'metadata' : 'data';
    await kv.change('remove', signal, (vault, context) => vault.delete(kv.path(endpoint, path), context));
    return;
  }
  const key = await findKey(kv, path, 'remove', signal);
  if (!key) return;
  if (String(key.version) !== ifVersion) throw new VaultError('version_conflict', 'remove');
  if (mode === 'permanent') return remove(kv, path, { mode, signal });
  if (!key.live) return;
  await changeVersions(kv, 'delete', path, key.version, 'remove', signal);
  const after = await findKey(kv, path, 'remove', signal).catch((error: unknown) => {
    const code = error instanceof VaultError ? error.code : 'unknown';
    throw new VaultError(code, 'remove', { maybeApplied: true });
  });
  if (!after?.live) return;
  await changeVersions(kv, 'undelete', path, key.version, 'remove', signal);
  throw new VaultError('version_conflict', 'remove');
}

async function changeVersions(
  kv: Kv,
  endpoint: 'delete' | 'undelete' | 'destroy',
  path: EntryPath,
  version: number,
  operation: string,
  signal: AbortSignal,
): Promise<void> {
  const versions = { versions: [version] };
  await kv.change(operation, signal, (vault, context) => vault.post(kv.path(endpoint, path), versions, context));
}

function live(key: KeyFacts | undefined, operation: string): KeyFacts {
  if (key?.live) return key;
  const removed = key && !key.destroyed ? { version: String(key.version), labels: key.labels } : undefined;
  throw new VaultError('not_found', operation, { removed });
}

function headOf(path: EntryPath, facts: VersionFacts): EntryHead {
  return { path, version: String(facts.version), labels: facts.labels };
}
