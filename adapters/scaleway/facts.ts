/** https://www.scaleway.com/en/developers/api/secret-manager/#path-secrets: only what we use, everything checked. */
export interface SecretFacts {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly tags: readonly string[];
  readonly type: string;
  /** Belongs to another product. */
  readonly managed: boolean;
  /** Cannot be deleted. */
  readonly protected: boolean;
  /** "No action can be performed on the secret", and only Scaleway ends that. */
  readonly locked: boolean;
  /** Reading a value may use it up. */
  readonly ephemeral: boolean;
  readonly versionCount: number;
}

export interface VersionFacts {
  readonly revision: number;
  readonly status: string;
  readonly ephemeral: boolean;
  readonly description: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function secretFacts(body: unknown): SecretFacts | undefined {
  if (!isJson(body)) return undefined;
  const { id, name, path, tags, type } = body;
  if (!isText(id) || !isText(name) || !isText(path) || !isText(type)) return undefined;
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return undefined;
  return {
    id,
    name,
    folder: path === '/' ? path : path.replace(/\/+$/, ''),
    tags,
    type,
    managed: body.managed === true,
    protected: body.protected === true,
    locked: body.status === 'locked',
    ephemeral: isSet(body.ephemeral_policy),
    versionCount: isCount(body.version_count) ? body.version_count : 0,
  };
}

export function versionFacts(body: unknown): VersionFacts | undefined {
  if (!isJson(body) || !isCount(body.revision) || body.revision === 0 || !isText(body.status)) return undefined;
  return {
    revision: body.revision,
    status: body.status,
    ephemeral: isSet(body.ephemeral_properties),
    description: isText(body.description) ? body.description : '',
  };
}

export function pageFacts<T>(
  body: unknown,
  name: string,
  facts: (item: unknown) => T | undefined,
): Page<T> | undefined {
  if (!isJson(body) || !isCount(body.total_count)) return undefined;
  const list = body[name];
  if (!Array.isArray(list)) return undefined;
  const items = list.map(facts);
  return items.every((item): item is T & {} => item !== undefined) ? { items, total: body.total_count } : undefined;
}

export interface AccessFacts {
  readonly revision: number;
  readonly data: string;
  readonly crc32: number | undefined;
}

/** "Access a secret's version": the checksum is there if one was given when the version was made. */
export function accessFacts(body: unknown): AccessFacts | undefined {
  if (!isJson(body) || !isCount(body.revision) || typeof body.data !== 'string') return undefined;
  return { revision: body.revision, data: body.data, crc32: isCount(body.data_crc32) ? body.data_crc32 : undefined };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
