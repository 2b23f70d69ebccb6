import type { EntryPath, LabelOptions, Labels, ReadOptions, VaultAdapter } from '../adapter.ts';
import { type BlobEncoding, decodeBlob, encodeBlob } from '../lib/encoding.ts';
import { numericVersion } from '../lib/numeric-version.ts';
import type { SecretFields } from '../secret-value.ts';
import { VaultError } from '../vault-error.ts';
import { areStorable, claimOf } from './annotations.ts';
import { GCP_CAPABILITIES } from './capabilities.ts';
import { checkRights } from './check-rights.ts';
import { classify, isRefusal } from './errors.ts';
import { type FoundEntry, findEntry, headOf, isLive, type LiveEntry, live } from './find-entry.ts';
import { listEntries } from './list-entries.ts';
import { removeEntry } from './remove-entry.ts';
import type { SdkClient } from './sdk-client.ts';
import type { EntryNames } from './secret-names.ts';
import type { SecretService } from './service.ts';
import { isBusy, labelEntry, writeEntry } from './write-entry.ts';

/** A version holds 64 KiB (https://cloud.google.com/secret-manager/quotas). */
const MAX_PAYLOAD_BYTES = 65_536;

export interface GcpAdapterParts {
  readonly client: SdkClient;
  readonly service: SecretService;
  readonly names: EntryNames;
  readonly encoding: BlobEncoding;
}

/** https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1 */
export function createGcpAdapter(parts: GcpAdapterParts): VaultAdapter {
  const { client, service, names } = parts;
  return {
    kind: 'gcp-secret-manager',
    capabilities: GCP_CAPABILITIES,
    check: ({ signal }) => checkRights(client, service.names, names, signal),
    async head(path, { signal }) {
      return headOf(path, live(await find(parts, path, 'head', signal), 'head'));
    },
    async read(path, options) {
      const { found, data } = await readPayload(parts, path, options);
      return { ...headOf(path, found), fields: decodeBlob(parts.encoding, data) };
    },
    async write(path, fields, options) {
      const entry = { path, id: names.idOf(path, 'write') };
      return writeEntry(service, entry, payloadOf(parts.encoding, fields), options);
    },
    label: (path, labels, options) => label(parts, path, labels, options),
    async remove(path, options) {
      await removeEntry(service, names.idOf(path, 'remove'), options);
    },
    recover: (path, { signal }) => recover(parts, path, signal),
    destroyVersion: (path, version, { signal }) => destroyVersion(parts, path, version, signal),
    list: (prefix, { signal }) => listEntries(service, names, prefix, signal),
    close: () => client.close(),
  };
}

/** "Secret Payload cannot be empty" and no longer than 64 KiB: refused before anything is sent. */
function payloadOf(encoding: BlobEncoding, fields: SecretFields): Uint8Array {
  const data = encodeBlob(encoding, fields);
  if (data.byteLength === 0) throw new VaultError('invalid_argument', 'write');
  if (data.byteLength > MAX_PAYLOAD_BYTES) throw new VaultError('too_large', 'write');
  return data;
}

async function find(
  { service, names }: GcpAdapterParts,
  path: EntryPath,
  operation: string,
  signal: AbortSignal,
): Promise<FoundEntry | undefined> {
  return ask(operation, findEntry(service, names.idOf(path, operation), { signal }));
}

interface ReadEntry {
  readonly found: LiveEntry;
  readonly data: Uint8Array;
}

/** One version's content with the secret's labels. An old one can be read while the newest is disabled. */
async function readPayload(parts: GcpAdapterParts, path: EntryPath, options: ReadOptions): Promise<ReadEntry> {
  const { service, names } = parts;
  const { version, signal } = options;
  const id = names.idOf(path, 'read');
  const asked = version === undefined ? 'latest' : numericVersion(version);
  if (asked === undefined) throw new VaultError('not_found', 'read');
  const [secret, payload] = await ask(
    'read',
    Promise.all([service.getSecret(id, { signal }), access(service, id, asked, signal)]),
  );
  if (!secret || (asked !== 'latest' && !payload)) throw new VaultError('not_found', 'read');
  const claim = asked === 'latest' ? claimOf(secret.annotations) : undefined;
  if (payload && (!claim || payload.number > claim.base)) {
    return { found: { secret, newest: newestOf(payload.number), pending: undefined }, data: payload.data };
  }
  // No version, a disabled one, or one that may not be the newest.
  const found = live(await find(parts, path, 'read', signal), 'read');
  const exact = await ask('read', access(service, id, found.newest.number, signal));
  if (!exact) throw new VaultError('unavailable', 'read');
  return { found, data: exact.data };
}

function newestOf(number: number): LiveEntry['newest'] {
  return { number, state: 'ENABLED', etag: '', checked: true };
}

/** `undefined` for a version that is not there or cannot be accessed in its state. */
async function access(service: SecretService, id: string, version: number | 'latest', signal: AbortSignal) {
  try {
    return await service.accessVersion(id, version, { signal });
  } catch (error) {
    if (!isRefusal(error, 'FAILED_PRECONDITION')) throw error;
    const facts = version === 'latest' ? undefined : await service.getVersion(id, version, { signal });
    // Enabled and not to be had: its encryption key cannot be used.
    if (facts?.state === 'ENABLED') throw error;
    return undefined;
  }
}

async function label(parts: GcpAdapterParts, path: EntryPath, labels: Labels, options: LabelOptions) {
  const { ifVersion, signal } = options;
  if (!areStorable(labels)) throw new VaultError('invalid_argument', 'label');
  for (;;) {
    const found = live(await find(parts, path, 'label', signal), 'label');
    if (ifVersion !== undefined && (String(found.newest.number) !== ifVersion || isBusy(found.pending))) {
      throw new VaultError('version_conflict', 'label');
    }
    const outcome = await labelEntry(parts.service, parts.names.idOf(path, 'label'), found, labels, signal);
    if (outcome === 'done') return { ...headOf(path, found), labels };
    if (ifVersion !== undefined) throw new VaultError('version_conflict', 'label');
  }
}

async function recover(parts: GcpAdapterParts, path: EntryPath, signal: AbortSignal) {
  const found = await find(parts, path, 'recover', signal);
  if (isLive(found)) return headOf(path, found);
  if (found?.newest?.state !== 'DISABLED') throw new VaultError('not_found', 'recover');
  const { number, etag } = found.newest;
  try {
    await parts.service.changeVersion('enable', parts.names.idOf(path, 'recover'), number, etag, { signal });
  } catch (error) {
    throw classify(error, 'recover', true);
  }
  return headOf(path, { ...found, newest: found.newest });
}

/** Where the secret delays it ("version destroy TTL"), the version is disabled until then, and so not readable either. */
async function destroyVersion(
  { service, names }: GcpAdapterParts,
  path: EntryPath,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const id = names.idOf(path, 'destroyVersion');
  const number = numericVersion(version);
  if (number === undefined) return;
  const facts = await ask('destroyVersion', service.getVersion(id, number, { signal }));
  if (!facts || facts.state === 'DESTROYED') return;
  try {
    await service.changeVersion('destroy', id, number, facts.etag, { signal });
  } catch (error) {
    if (isRefusal(error, 'NOT_FOUND')) return;
    if (isRefusal(error, 'FAILED_PRECONDITION')) throw new VaultError('version_conflict', 'destroyVersion');
    throw classify(error, 'destroyVersion', true);
  }
}

async function ask<T>(operation: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw classify(error, operation, false);
  }
}
