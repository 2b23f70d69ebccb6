import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { EmulatedAnswer } from './emulated-request.ts';
import { invalidArgument, nameTaken, notFound, precondition, quotaExceeded } from './scaleway-errors.ts';

/** "Secret versions per secret" (Organization quotas, Secret Manager). */
const VERSIONS_PER_SECRET = 20;
const MAX_DATA_BYTES = 65_536;
const PART = /^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$/;

export type Json = Readonly<Record<string, unknown>>;

interface Version {
  readonly revision: number;
  readonly status: 'enabled' | 'disabled' | 'scheduled_for_deletion';
  readonly data: string;
  readonly crc32: number | undefined;
  readonly description: string;
  readonly ephemeral: Json | null;
  readonly at: string;
}

/** Replaced whole with each change, so that an answer can be made without keeping its effect. */
export interface EmulatedSecret {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly type: string;
  readonly protected: boolean;
  readonly managed: boolean;
  readonly locked: boolean;
  readonly ephemeralPolicy: Json | null;
  readonly deletionRequestedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly versions: readonly Version[];
}

export interface SecretStore {
  readonly region: string;
  /** Does a name stay taken while its secret waits for its deletion? Scaleway does not say: both are tried. */
  readonly namesStayTaken: boolean;
  secrets: ReadonlyMap<string, EmulatedSecret>;
  /** As everything was before the newest change, for stale reads. */
  before: ReadonlyMap<string, EmulatedSecret>;
}

export interface SecretCall {
  readonly id: string;
  /** A number, `latest` or `latest_enabled`. */
  readonly revision: string;
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly mode: 'apply' | 'pretend' | 'stale';
}

export function shownSecret(secret: EmulatedSecret, region: string): Json {
  return {
    id: secret.id,
    project_id: secret.projectId,
    name: secret.name,
    status: secret.locked ? 'locked' : 'ready',
    created_at: secret.createdAt,
    updated_at: secret.updatedAt,
    tags: secret.tags,
    version_count: secret.versions.length,
    description: secret.description,
    managed: secret.managed,
    type: secret.type,
    protected: secret.protected,
    path: secret.path,
    ephemeral_policy: secret.ephemeralPolicy,
    used_by: [],
    deletion_requested_at: secret.deletionRequestedAt,
    key_id: null,
    region,
  };
}

function shownVersion(secret: EmulatedSecret, version: Version, region: string): Json {
  return {
    revision: version.revision,
    secret_id: secret.id,
    status: version.status,
    created_at: version.at,
    updated_at: version.at,
    deleted_at: null,
    description: version.description,
    latest: version.revision === secret.versions.length,
    ephemeral_properties: version.ephemeral,
    deletion_requested_at: null,
    region,
  };
}

function view(store: SecretStore, mode: SecretCall['mode']): ReadonlyMap<string, EmulatedSecret> {
  return mode === 'stale' ? store.before : store.secrets;
}

/** "List secrets": one project, exact name and path, those that wait for deletion only when asked for. */
export function listSecrets(store: SecretStore, { query, mode }: SecretCall): EmulatedAnswer {
  const projectId = query.get('project_id');
  if (!projectId) return invalidArgument('project_id', 'required', 'organization_id or project_id is required');
  const scheduled = query.get('scheduled_for_deletion') === 'true';
  const wanted: readonly (readonly [string | null, (secret: EmulatedSecret) => string])[] = [
    [query.get('name'), (secret) => secret.name],
    [query.get('path'), (secret) => secret.path],
  ];
  const found = [...view(store, mode).values()].filter(
    (secret) =>
      secret.projectId === projectId &&
      (secret.deletionRequestedAt !== null) === scheduled &&
      wanted.every(([asked, of]) => asked === null || of(secret) === asked),
  );
  const size = Math.min(Number(query.get('page_size') ?? 20), 100);
  const start = (Number(query.get('page') ?? 1) - 1) * size;
  const secrets = found.slice(start, start + size).map((secret) => shownSecret(secret, store.region));
  return { status: 200, body: { secrets, total_count: found.length } };
}

export function createSecret(store: SecretStore, { body, mode }: SecretCall): EmulatedAnswer {
  const name = String(body.name ?? '');
  const path = normalPath(String(body.path ?? '/'));
  if (name.length > 255 || !PART.test(name)) return invalidArgument('name', 'format', 'invalid name');
  if (!isPath(path)) return invalidArgument('path', 'format', 'invalid path');
  const taken = [...store.secrets.values()].some(
    (secret) =>
      secret.name === name &&
      secret.path === path &&
      secret.projectId === body.project_id &&
      (secret.deletionRequestedAt === null || store.namesStayTaken),
  );
  if (taken) return nameTaken();
  const now = new Date().toISOString();
  const secret: EmulatedSecret = {
    id: randomUUID(),
    projectId: String(body.project_id),
    name,
    path,
    tags: texts(body.tags),
    description: String(body.description ?? ''),
    type: String(body.type ?? 'opaque'),
    protected: body.protected === true,
    managed: false,
    locked: false,
    ephemeralPolicy: (body.ephemeral_policy as Json | undefined) ?? null,
    deletionRequestedAt: null,
    createdAt: now,
    updatedAt: now,
    versions: [],
  };
  return keep(store, mode, 'create-secret', secret, { status: 200, body: shownSecret(secret, store.region) });
}

/** The answer to what needs a secret that is there, and not on its way out. */
export function onSecret(
  store: SecretStore,
  { id, mode }: SecretCall,
  work: (secret: EmulatedSecret) => EmulatedAnswer,
): EmulatedAnswer {
  const secret = view(store, mode).get(id);
  if (!secret) return notFound('secret', id);
  if (secret.deletionRequestedAt !== null) return precondition('resource_not_usable', 'cannot act on deleted resource');
  return work(secret);
}

export function updateSecret(store: SecretStore, call: SecretCall): EmulatedAnswer {
  return onSecret(store, call, (secret) => {
    const { tags, description } = call.body;
    const changed: EmulatedSecret = {
      ...secret,
      ...(tags !== undefined && { tags: texts(tags) }),
      ...(description !== undefined && { description: String(description) }),
      updatedAt: new Date().toISOString(),
    };
    return keep(store, call.mode, 'update-secret', changed, { status: 200, body: shownSecret(changed, store.region) });
  });
}

/** Kept "scheduled for deletion" for 7 days; an ephemeral one goes at once (how-to "delete a secret"). */
export function deleteSecret(store: SecretStore, call: SecretCall): EmulatedAnswer {
  return onSecret(store, call, (secret) => {
    if (secret.protected) return precondition('protected_resource', 'cannot delete a protected secret');
    if (secret.ephemeralPolicy) return drop(store, call.mode, secret);
    const going = { ...secret, deletionRequestedAt: new Date().toISOString() };
    return keep(store, call.mode, 'delete-secret', going, { status: 204 });
  });
}

export function restoreSecret(store: SecretStore, { id, mode }: SecretCall): EmulatedAnswer {
  const secret = store.secrets.get(id);
  if (!secret) return notFound('secret', id);
  const back = { ...secret, deletionRequestedAt: null };
  return keep(store, mode, 'restore-secret', back, { status: 200, body: shownSecret(back, store.region) });
}

/** "List versions of a secret": newest first. */
export function listVersions(store: SecretStore, call: SecretCall): EmulatedAnswer {
  return onSecret(store, call, (secret) => {
    const versions = [...secret.versions].reverse().map((version) => shownVersion(secret, version, store.region));
    return { status: 200, body: { versions, total_count: versions.length } };
  });
}

function versionOf(secret: EmulatedSecret, revision: string): Version | undefined {
  if (revision === 'latest') return secret.versions.at(-1);
  if (revision === 'latest_enabled') return secret.versions.findLast(({ status }) => status === 'enabled');
  return secret.versions.find((version) => String(version.revision) === revision);
}

export function getVersion(store: SecretStore, call: SecretCall): EmulatedAnswer {
  return onSecret(store, call, (secret) => {
    const version = versionOf(secret, call.revision);
    if (!version) return notFound('secret_version', secret.id);
    return { status: 200, body: shownVersion(secret, version, store.region) };
  });
}

/** "Access a version": data of enabled ones only; a single access uses an ephemeral one up. */
export function accessVersion(store: SecretStore, call: SecretCall): EmulatedAnswer {
  return onSecret(store, call, (secret) => {
    const version = versionOf(secret, call.revision);
    if (!version) return notFound('secret_version', secret.id);
    if (version.status !== 'enabled') return precondition('resource_not_usable', 'version is not enabled');
    const body = {
      secret_id: secret.id,
      revision: version.revision,
      data: version.data,
      type: secret.type,
      ...(version.crc32 !== undefined && { data_crc32: version.crc32 }),
    };
    const once = secret.ephemeralPolicy?.expires_once_accessed === true || version.ephemeral !== null;
    if (!once) return { status: 200, body };
    const used = withVersion(secret, { ...version, status: 'disabled' });
    return keep(store, call.mode, 'use-up-version', used, { status: 200, body });
  });
}

export function createVersion(store: SecretStore, call: SecretCall): EmulatedAnswer {
  return onSecret(store, call, (secret) => {
    const data = Buffer.from(String(call.body.data ?? ''), 'base64');
    const sum = call.body.data_crc32;
    if (data.length > MAX_DATA_BYTES) return invalidArgument('data', 'constraint', 'data is too long');
    if (sum !== undefined && sum !== crc32(data)) return invalidArgument('data_crc32', 'constraint', 'CRC32 mismatch');
    const kept = secret.versions.filter(({ status }) => status !== 'scheduled_for_deletion');
    if (kept.length >= VERSIONS_PER_SECRET) return quotaExceeded('SecretManagerSecretVersions', VERSIONS_PER_SECRET);
    const version: Version = {
      revision: secret.versions.length + 1,
      status: 'enabled',
      data: data.toString('base64'),
      crc32: typeof sum === 'number' ? sum : undefined,
      description: String(call.body.description ?? ''),
      ephemeral: null,
      at: new Date().toISOString(),
    };
    const changed = { ...secret, versions: [...secret.versions, version] };
    const answer = { status: 200, body: shownVersion(changed, version, store.region) };
    return keep(store, call.mode, 'create-version', changed, answer, version.revision);
  });
}

export function setStatus(status: 'enabled' | 'disabled' | 'scheduled_for_deletion') {
  return (store: SecretStore, call: SecretCall): EmulatedAnswer =>
    onSecret(store, call, (secret) => {
      const version = versionOf(secret, call.revision);
      if (!version) return notFound('secret_version', secret.id);
      const next = { ...version, status };
      const changed = withVersion(secret, next);
      const shown = { status: 200, body: shownVersion(changed, next, store.region) };
      const answer = status === 'scheduled_for_deletion' ? { status: 204 } : shown;
      return keep(store, call.mode, `${status}-version`, changed, answer, version.revision);
    });
}

function withVersion(secret: EmulatedSecret, version: Version): EmulatedSecret {
  const versions = secret.versions.map((one) => (one.revision === version.revision ? version : one));
  return { ...secret, versions };
}

function keep(
  store: SecretStore,
  mode: SecretCall['mode'],
  kind: string,
  secret: EmulatedSecret,
  answer: EmulatedAnswer,
  revision?: number,
): EmulatedAnswer {
  if (mode === 'apply') {
    store.before = store.secrets;
    store.secrets = new Map(store.secrets).set(secret.id, secret);
  }
  const path = `${secret.path === '/' ? '' : secret.path}/${secret.name}`;
  return { ...answer, applied: { kind, path, version: revision === undefined ? undefined : String(revision) } };
}

function drop(store: SecretStore, mode: SecretCall['mode'], secret: EmulatedSecret): EmulatedAnswer {
  const answer = keep(store, mode, 'delete-secret', secret, { status: 204 });
  if (mode === 'apply') store.secrets = new Map([...store.secrets].filter(([id]) => id !== secret.id));
  return answer;
}

function normalPath(path: string): string {
  return path === '/' ? path : path.replace(/\/+$/, '');
}

function isPath(path: string): boolean {
  if (path === '/') return true;
  const [first, ...parts] = path.split('/');
  return first === '' && parts.every((part) => part.length <= 255 && PART.test(part));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
