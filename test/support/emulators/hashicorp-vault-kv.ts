import type { EmulatedAnswer } from './emulated-request.ts';
import { asRecord, envelope, errors, isObject } from './hashicorp-vault-answers.ts';

/** "When 0 is used or the value is unset, Vault will keep 10 versions." (KV version 2 API, "Configure the KV engine") */
const KEPT_VERSIONS = 10;

interface StoredVersion {
  readonly data: unknown;
  readonly createdTime: string;
  /** Empty while it is not deleted. */
  readonly deletionTime: string;
  readonly destroyed: boolean;
}

interface Key {
  readonly versions: ReadonlyMap<number, StoredVersion>;
  readonly current: number;
  readonly customMetadata: Readonly<Record<string, string>> | null;
  readonly maxVersions: number;
  readonly deleteVersionAfter: string;
  readonly createdTime: string;
  readonly updatedTime: string;
}

/** One KV version 2 mount. Keys are replaced whole, so that an answer can be made without keeping its effect. */
export interface KvMount {
  readonly keys: Map<string, Key>;
  /** The mount as it was before the newest change of each key, for stale reads. */
  readonly before: Map<string, Key | undefined>;
}

export function createKvMount(): KvMount {
  return { keys: new Map(), before: new Map() };
}

export interface KvRequest {
  readonly method: string;
  readonly endpoint: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly mode: 'apply' | 'pretend' | 'stale';
  readonly now: string;
}

/**
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2, and where that is silent the engine's source
 * (hashicorp/vault-plugin-secrets-kv, path_*.go).
 */
export function answerKv(mount: KvMount, request: KvRequest): EmulatedAnswer {
  const { endpoint, method } = request;
  if (method === 'PUT') return answerKv(mount, { ...request, method: 'POST' });
  const listing = method === 'LIST' || (method === 'GET' && ['true', '1'].includes(request.query.get('list') ?? ''));
  if (endpoint === 'metadata' && listing) return list(mount, request.key);
  const route = ROUTES[`${method} ${endpoint}`];
  if (!route) return errors(405, 'unsupported operation');
  if (request.key === '' || request.key.endsWith('/'))
    return errors(404, 'no handler for route. route entry not found.');
  const key = request.mode === 'stale' ? stale(mount, request.key) : mount.keys.get(request.key);
  const outcome = route(key, request);
  if (request.mode === 'apply' && outcome.applied) store(mount, request.key, outcome.key);
  return outcome.answer(request.key);
}

interface Outcome {
  readonly key?: Key | undefined;
  readonly applied?: { readonly kind: string; readonly version?: number | undefined };
  answer(path: string): EmulatedAnswer;
}

type Route = (key: Key | undefined, request: KvRequest) => Outcome;

const ROUTES: Readonly<Record<string, Route | undefined>> = {
  'GET data': readData,
  'POST data': writeData,
  'DELETE data': (key, { now }) => (key ? markDeleted(key, [key.current], now) : nothing()),
  'POST delete': (key, { body, now }) => (key ? markDeleted(key, versionsOf(body), now) : nothing()),
  'POST undelete': (key, { body }) => changeVersions(key, 'undelete', versionsOf(body), undelete),
  'POST destroy': (key, { body }) => changeVersions(key, 'destroy', versionsOf(body), destroy),
  'GET metadata': readMetadata,
  'POST metadata': writeMetadata,
  'PATCH metadata': patchMetadata,
  'DELETE metadata': (key) => (key ? done('delete-metadata', undefined, undefined, { status: 204 }) : nothing()),
};

function stale(mount: KvMount, path: string): Key | undefined {
  return mount.before.has(path) ? mount.before.get(path) : mount.keys.get(path);
}

function store(mount: KvMount, path: string, key: Key | undefined): void {
  mount.before.set(path, mount.keys.get(path));
  if (key) mount.keys.set(path, key);
  else mount.keys.delete(path);
}

function done(kind: string, key: Key | undefined, version: number | undefined, answer: EmulatedAnswer): Outcome {
  return {
    key,
    applied: { kind, version },
    answer: (path) => ({
      ...answer,
      applied: { kind, path, version: version === undefined ? undefined : String(version) },
    }),
  };
}

function only(answer: EmulatedAnswer): Outcome {
  return { answer: () => answer };
}

/** Nothing there to change: no content, as for a change. */
function nothing(): Outcome {
  return only({ status: 204 });
}

/** "Read secret version": a deleted or destroyed one is a 404 that carries its metadata. */
function readData(key: Key | undefined, { query }: KvRequest): Outcome {
  const asked = Number(query.get('version') ?? 0);
  if (!Number.isInteger(asked)) return only(errors(400, 'Field validation failed'));
  const number = asked > 0 ? asked : (key?.current ?? 0);
  const version = key?.versions.get(number);
  if (!key || !version) return only(errors(404));
  const gone = isGone(version);
  const data = { data: gone ? null : version.data, metadata: metadataOf(key, number, version) };
  return only({ status: gone ? 404 : 200, body: envelope(data) });
}

/** "Create/update secret": with `options.cas`, 0 only for a key without versions, else the current version. */
function writeData(key: Key | undefined, { body, now }: KvRequest): Outcome {
  const { data, options } = asRecord(body);
  if (!isObject(data)) return only(errors(400, 'no data provided'));
  const { cas } = asRecord(options);
  const current = key?.current ?? 0;
  if (cas !== undefined && Number(cas) !== current) {
    return only(errors(400, 'check-and-set parameter did not match the current version'));
  }
  const number = current + 1;
  const version: StoredVersion = { data, createdTime: now, deletionTime: '', destroyed: false };
  const versions = new Map(key?.versions).set(number, version);
  versions.delete(number - KEPT_VERSIONS);
  const written = withVersions(key ?? emptyKey(now), versions, now, number);
  return done('write', written, number, { status: 200, body: envelope(metadataOf(written, number, version)) });
}

/** "Delete latest version" and "Delete secret versions" mark as deleted what is not so already. */
function markDeleted(key: Key, numbers: readonly number[], now: string): Outcome {
  return changeVersions(key, 'delete', numbers, (version) =>
    isGone(version) ? version : { ...version, deletionTime: now },
  );
}

function undelete(version: StoredVersion): StoredVersion {
  return version.destroyed ? version : { ...version, deletionTime: '' };
}

function destroy(version: StoredVersion): StoredVersion {
  return { ...version, data: null, destroyed: true };
}

function changeVersions(
  key: Key | undefined,
  kind: string,
  numbers: readonly number[],
  change: (version: StoredVersion) => StoredVersion,
): Outcome {
  if (numbers.length === 0) return only(errors(400, 'No version number provided'));
  if (!key) return nothing();
  const versions = new Map(key.versions);
  for (const number of numbers) {
    const version = versions.get(number);
    if (version) versions.set(number, change(version));
  }
  return done(kind, { ...key, versions }, numbers[0], { status: 204 });
}

function readMetadata(key: Key | undefined): Outcome {
  if (!key) return only(errors(404));
  const versions = Object.fromEntries(
    [...key.versions].map(([number, { createdTime, deletionTime, destroyed }]) => [
      String(number),
      { created_time: createdTime, deletion_time: deletionTime, destroyed },
    ]),
  );
  const data = {
    cas_required: false,
    created_time: key.createdTime,
    current_version: key.current,
    custom_metadata: key.customMetadata,
    delete_version_after: key.deleteVersionAfter,
    max_versions: key.maxVersions,
    oldest_version: Math.max(0, key.current - KEPT_VERSIONS + 1),
    updated_time: key.updatedTime,
    versions,
  };
  return only({ status: 200, body: envelope(data) });
}

/** "Create/update metadata" makes a key without versions when there is none; limits from path_metadata.go. */
function writeMetadata(key: Key | undefined, { body, now }: KvRequest): Outcome {
  const {
    custom_metadata: custom,
    max_versions: maxVersions,
    delete_version_after: deleteVersionAfter,
  } = asRecord(body);
  const before = key ?? emptyKey(now);
  const customMetadata = isObject(custom) ? checkedMetadata(custom) : before.customMetadata;
  if (customMetadata === undefined) return only(errors(400, 'custom_metadata validation failed'));
  const after = {
    ...before,
    customMetadata,
    maxVersions: typeof maxVersions === 'number' ? maxVersions : before.maxVersions,
    deleteVersionAfter: typeof deleteVersionAfter === 'string' ? deleteVersionAfter : before.deleteVersionAfter,
  };
  return done('metadata', after, undefined, { status: 204 });
}

/** "Patch metadata": a JSON merge patch (RFC 7396) of an existing key; null takes a member away. */
function patchMetadata(key: Key | undefined, { body }: KvRequest): Outcome {
  if (!key) return only(errors(404));
  const { custom_metadata: patch } = asRecord(body);
  const merged = Object.entries({ ...key.customMetadata, ...asRecord(patch) }).filter(([, value]) => value !== null);
  const customMetadata = checkedMetadata(Object.fromEntries(merged));
  if (customMetadata === undefined) return only(errors(400, 'custom_metadata validation failed'));
  return done('metadata', { ...key, customMetadata }, undefined, { status: 204 });
}

function checkedMetadata(custom: Readonly<Record<string, unknown>>): Record<string, string> | undefined {
  const entries = Object.entries(custom);
  const valid = entries.every(([name, value]) => isMetadataText(name, 128) && isMetadataText(value, 512));
  if (entries.length > 64 || !valid) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function isMetadataText(value: unknown, limit: number): boolean {
  const text = String(value);
  return text !== '' && Buffer.byteLength(text) <= limit && !/[\p{C}]/u.test(text);
}

/** "List secrets": names one level below, folders with a slash, keys with only removed versions as well. */
function list(mount: KvMount, key: string): EmulatedAnswer {
  const folder = key === '' || key.endsWith('/') ? key : `${key}/`;
  const names = new Set<string>();
  for (const path of mount.keys.keys()) {
    if (!path.startsWith(folder)) continue;
    const rest = path.slice(folder.length);
    const slash = rest.indexOf('/');
    names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
  }
  return names.size === 0 ? errors(404) : { status: 200, body: envelope({ keys: [...names].sort() }) };
}

function emptyKey(now: string): Key {
  return {
    versions: new Map(),
    current: 0,
    customMetadata: null,
    maxVersions: 0,
    deleteVersionAfter: '0s',
    createdTime: now,
    updatedTime: now,
  };
}

function withVersions(key: Key, versions: ReadonlyMap<number, StoredVersion>, now: string, current: number): Key {
  return { ...key, versions, current, updatedTime: now };
}

function isGone({ destroyed, deletionTime }: StoredVersion): boolean {
  return destroyed || deletionTime !== '';
}

function metadataOf(key: Key, number: number, version: StoredVersion): object {
  return {
    created_time: version.createdTime,
    custom_metadata: key.customMetadata,
    deletion_time: version.deletionTime,
    destroyed: version.destroyed,
    version: number,
  };
}

function versionsOf(body: unknown): readonly number[] {
  const { versions } = asRecord(body);
  return Array.isArray(versions) ? versions.map(Number).filter(Number.isInteger) : [];
}
