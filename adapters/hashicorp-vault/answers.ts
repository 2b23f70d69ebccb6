import type { Labels } from '../adapter.ts';
import { labelsFrom } from './labels.ts';

/** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2: only what we use, everything checked. */
export interface VersionFacts {
  readonly version: number;
  readonly destroyed: boolean;
  readonly labels: Labels;
}

export interface KeyFacts extends VersionFacts {
  /** Neither deleted nor destroyed. */
  readonly live: boolean;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function dataOf(body: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(body) && isRecord(body.data) ? body.data : undefined;
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Ours among `custom_metadata`, which is null or missing when there is none; Vault stores texts only. */
function labelsOf(value: unknown): Labels {
  if (!isRecord(value)) return {};
  const texts = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return labelsFrom(Object.fromEntries(texts));
}

function factsOf(metadata: unknown): VersionFacts | undefined {
  if (!isRecord(metadata) || !isVersion(metadata.version)) return undefined;
  return {
    version: metadata.version,
    destroyed: metadata.destroyed === true,
    labels: labelsOf(metadata.custom_metadata),
  };
}

/** The metadata beside a version's data: in "Read secret version", also in its 404 for a deleted one. */
export function versionFacts(body: unknown): VersionFacts | undefined {
  return factsOf(dataOf(body)?.metadata);
}

/** "Create/Update secret" answers with the new version's metadata itself. */
export function writtenFacts(body: unknown): VersionFacts | undefined {
  return factsOf(dataOf(body));
}

/** The stored object of "Read secret version". */
export function storedData(body: unknown): Readonly<Record<string, unknown>> | undefined {
  const data = dataOf(body)?.data;
  return isRecord(data) ? data : undefined;
}

/** "Read secret metadata": the newest version, or `none` for a key that has metadata and no version. */
export function keyFacts(body: unknown, now: number): KeyFacts | 'none' | undefined {
  const data = dataOf(body);
  if (!data || !isRecord(data.versions)) return undefined;
  if (data.current_version === 0) return 'none';
  if (!isVersion(data.current_version)) return undefined;
  const newest = data.versions[String(data.current_version)];
  if (!isRecord(newest) || typeof newest.deletion_time !== 'string') return undefined;
  const destroyed = newest.destroyed === true;
  return {
    version: data.current_version,
    destroyed,
    live: !destroyed && !isPast(newest.deletion_time, now),
    labels: labelsOf(data.custom_metadata),
  };
}

/** `deletion_time` is empty, or when the version was or (with `delete_version_after`) will be deleted. */
function isPast(deletionTime: string, now: number): boolean {
  return deletionTime !== '' && !(Date.parse(deletionTime) > now);
}

/** "List secrets": names, folders with a slash at the end. */
export function listedKeys(body: unknown): readonly string[] | undefined {
  const keys = dataOf(body)?.keys;
  return Array.isArray(keys) && keys.every((key) => typeof key === 'string') ? keys : undefined;
}

export interface TokenFacts {
  readonly token: string;
  /** Whole seconds; 0 means for ever, or less than one. */
  readonly ttl: number;
  readonly renewable: boolean;
}

/** The `auth` block of a login or a renewal. */
export function loginFacts(body: unknown): TokenFacts | undefined {
  const auth = isRecord(body) ? body.auth : undefined;
  if (!isRecord(auth) || typeof auth.client_token !== 'string' || auth.client_token === '') return undefined;
  return {
    token: auth.client_token,
    ttl: typeof auth.lease_duration === 'number' ? auth.lease_duration : 0,
    renewable: auth.renewable === true,
  };
}

/** "Lookup a token (self)" for `token`. */
export function lookupFacts(body: unknown, token: string): TokenFacts | undefined {
  const data = dataOf(body);
  if (!data || typeof data.ttl !== 'number') return undefined;
  return { token, ttl: data.ttl, renewable: data.renewable === true };
}

/** Is this what `sys/internal/ui/mounts/:path` says of a KV version 2 mount? */
export function isKvVersion2(body: unknown): boolean {
  const data = dataOf(body);
  return data?.type === 'kv' && isRecord(data.options) && data.options.version === '2';
}

/** "Query self capabilities": a list per path, beside the data of newer servers or inside it. */
export function capabilitiesFor(body: unknown, path: string): readonly string[] | undefined {
  const list = dataOf(body)?.[path] ?? (isRecord(body) ? body[path] : undefined);
  return Array.isArray(list) && list.every((name) => typeof name === 'string') ? list : undefined;
}
