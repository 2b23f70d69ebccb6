import { crc32c } from '../../../adapters/lib/crc32c.ts';
import type { EmulatedAnswer } from './emulated-request.ts';
import { asRecord, googleError, isObject } from './gcp-secret-manager-answers.ts';
import { newEtag, type SecretFields, type StoredSecret, type StoredVersion } from './gcp-secret-manager-state.ts';

/** What one call would do to one secret, and what it answers. */
export interface Outcome {
  readonly answer: EmulatedAnswer;
  /** Present when something changes; `secret` is absent when it is deleted. */
  readonly change?: { readonly kind: string; readonly secret: StoredSecret | undefined; readonly version?: number };
}

/** One call on a secret: `resource` is its name with the project's number, as answers have it. */
export interface SecretCall {
  readonly resource: string;
  readonly regional: boolean;
  readonly secret: StoredSecret | undefined;
  readonly version: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly now: Date;
}

/** "64 KiB" (https://cloud.google.com/secret-manager/quotas). */
const MAX_PAYLOAD_BYTES = 65_536;
const MAX_ANNOTATIONS_BYTES = 16 * 1024;
const ANNOTATION_KEY = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

export function refused(...error: Parameters<typeof googleError>): Outcome {
  return { answer: googleError(...error) };
}

function done(body: unknown, change?: Outcome['change']): Outcome {
  return { answer: { status: 200, body }, ...(change && { change }) };
}

/** projects.secrets.create: "Replication is optional for regional secrets and required for global ones". */
export function createSecret({ resource, regional, secret, body, now }: SecretCall): Outcome {
  const fields = settable(body);
  const problem = problemOf(fields);
  if (problem) return refused('INVALID_ARGUMENT', problem);
  if (regional === isObject(body.replication)) {
    return refused('INVALID_ARGUMENT', 'The request has errors: field [secret.replication] is not as expected');
  }
  if (secret) return refused('ALREADY_EXISTS', `Secret [${resource}] already exists.`);
  const created: StoredSecret = {
    fields: { ...fields, ...(isObject(body.replication) && { replication: body.replication }) },
    etag: newEtag(),
    createTime: now.toISOString(),
    versions: [],
  };
  return done(secretBody(resource, created), { kind: 'create', secret: created });
}

export function getSecret({ resource, secret }: SecretCall): Outcome {
  return secret ? done(secretBody(resource, secret)) : missing(resource);
}

/** projects.secrets.patch: the ETag is in the secret; "even when an update doesn't change a resource's state, it still updates the resource ETag". */
export function patchSecret({ resource, secret, query, body }: SecretCall): Outcome {
  if (!secret) return missing(resource);
  const mask = (query.get('updateMask') ?? '').split(',').filter(Boolean);
  if (mask.length === 0) return refused('INVALID_ARGUMENT', 'Field [update_mask] is required.');
  if (isStale(body.etag, secret.etag)) return staleEtag(resource);
  const wanted = settable(body);
  const problem = problemOf(wanted);
  if (problem) return refused('INVALID_ARGUMENT', problem);
  const fields: Record<string, unknown> = { ...secret.fields };
  for (const name of mask.map(camelCase)) {
    if (name in wanted) fields[name] = wanted[name];
    else delete fields[name];
  }
  const patched = { ...secret, fields, etag: newEtag() };
  return done(secretBody(resource, patched), { kind: 'update', secret: patched });
}

export function deleteSecret({ resource, secret, query }: SecretCall): Outcome {
  if (!secret) return missing(resource);
  if (isStale(query.get('etag') ?? undefined, secret.etag)) return staleEtag(resource);
  return done({}, { kind: 'delete', secret: undefined });
}

/** projects.secrets.addVersion: the checksum is verified when it is sent. It leaves the secret's own ETag alone. */
export function addVersion({ resource, secret, body, now }: SecretCall): Outcome {
  const { data, dataCrc32c } = asRecord(body.payload);
  if (typeof data !== 'string' || data === '') return refused('INVALID_ARGUMENT', 'Secret Payload cannot be empty.');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > MAX_PAYLOAD_BYTES) {
    return refused('INVALID_ARGUMENT', `The payload is ${bytes.length} bytes, which is larger than the limit.`);
  }
  const sum = String(crc32c(bytes));
  const checked = dataCrc32c !== undefined && dataCrc32c !== null;
  if (checked && String(dataCrc32c) !== sum)
    return refused('INVALID_ARGUMENT', 'The checksum does not match the payload.');
  if (!secret) return missing(resource);
  const version: StoredVersion = {
    number: secret.versions.length + 1,
    state: 'ENABLED',
    data: bytes.toString('base64'),
    crc32c: sum,
    checked,
    etag: newEtag(),
    createTime: now.toISOString(),
  };
  const changed = { ...secret, versions: [...secret.versions, version] };
  return done(versionBody(resource, version), { kind: 'add', secret: changed, version: version.number });
}

export function getVersion(call: SecretCall): Outcome {
  const version = versionOf(call);
  return version ? done(versionBody(call.resource, version)) : missingVersion(call);
}

export function accessVersion(call: SecretCall): Outcome {
  const version = versionOf(call);
  if (!version) return missingVersion(call);
  const name = `${call.resource}/versions/${version.number}`;
  if (version.state !== 'ENABLED') {
    return refused('FAILED_PRECONDITION', `Secret Version [${name}] is in ${version.state} state.`);
  }
  return done({ name, payload: { data: version.data, dataCrc32c: version.crc32c } });
}

/** projects.secrets.versions.enable, disable, destroy: a destroyed version never leaves its state. */
export function changeVersion(kind: 'enable' | 'disable' | 'destroy', call: SecretCall): Outcome {
  const { secret, resource, body, now } = call;
  const version = versionOf(call);
  if (!secret || !version) return missingVersion(call);
  const name = `${resource}/versions/${version.number}`;
  if (isStale(body.etag, version.etag)) return staleEtag(name);
  if (version.state === 'DESTROYED')
    return refused('FAILED_PRECONDITION', `Secret Version [${name}] is in DESTROYED state.`);
  const changed = { ...CHANGES[kind](version, secret.fields, now), etag: newEtag() };
  const versions = secret.versions.map((one) => (one.number === version.number ? changed : one));
  return done(versionBody(resource, changed), {
    kind,
    secret: { ...secret, versions },
    version: version.number,
  });
}

const CHANGES = {
  enable: ({ scheduledDestroyTime: _time, ...version }: StoredVersion): StoredVersion => ({
    ...version,
    state: 'ENABLED',
  }),
  disable: (version: StoredVersion): StoredVersion => ({ ...version, state: 'DISABLED' }),
  destroy: (version: StoredVersion, fields: SecretFields, now: Date): StoredVersion => {
    // "version destruction doesn't happen immediately ... instead the version goes to a disabled state" (resources.proto)
    const delay = Number.parseFloat(String(fields.versionDestroyTtl ?? '0'));
    if (delay <= 0) return { ...version, state: 'DESTROYED', data: '', destroyTime: now.toISOString() };
    return {
      ...version,
      state: 'DISABLED',
      scheduledDestroyTime: new Date(now.getTime() + delay * 1000).toISOString(),
    };
  },
} as const;

/** `latest` is "the most recently created SecretVersion", whatever its state; aliases are the secret's own. */
function versionOf({ secret, version }: SecretCall): StoredVersion | undefined {
  if (version === 'latest') return secret?.versions.at(-1);
  const alias = asRecord(secret?.fields.versionAliases)[version];
  return secret?.versions.find(({ number }) => String(number) === String(alias ?? version));
}

const SETTABLE = [
  'labels',
  'annotations',
  'topics',
  'expireTime',
  'rotation',
  'versionAliases',
  'versionDestroyTtl',
  'customerManagedEncryption',
];

function settable(body: Readonly<Record<string, unknown>>): SecretFields {
  return Object.fromEntries(Object.entries(body).filter(([name]) => SETTABLE.includes(name)));
}

/** The limits in google/cloud/secretmanager/v1/resources.proto. */
function problemOf({ labels, annotations }: SecretFields): string | undefined {
  for (const [key, value] of Object.entries(asRecord(labels))) {
    if (!LABEL_KEY.test(key) || !LABEL_VALUE.test(String(value))) return 'Labels are not valid.';
  }
  let size = 0;
  for (const [key, value] of Object.entries(asRecord(annotations))) {
    if (!ANNOTATION_KEY.test(key)) return 'Annotation keys are not valid.';
    size += Buffer.byteLength(key) + Buffer.byteLength(String(value));
  }
  if (size >= MAX_ANNOTATIONS_BYTES) return 'The total size of annotations is too large.';
  return Object.keys(asRecord(labels)).length > 64 ? 'Too many labels.' : undefined;
}

/** "If an ETag isn't provided, the request proceeds without checking." */
function isStale(given: unknown, stored: string): boolean {
  return given !== undefined && given !== null && given !== '' && given !== stored;
}

function staleEtag(name: string): Outcome {
  return refused('FAILED_PRECONDITION', `The etag of [${name}] does not match.`);
}

function missing(resource: string): Outcome {
  return refused('NOT_FOUND', `Secret [${resource}] not found.`);
}

function missingVersion({ resource, version }: SecretCall): Outcome {
  return refused('NOT_FOUND', `Secret [${resource}] not found or has no versions, or no version ${version}.`);
}

export function secretBody(resource: string, { fields, etag, createTime }: StoredSecret): object {
  return { name: resource, createTime, etag, ...fields };
}

function versionBody(resource: string, version: StoredVersion): object {
  const { number, state, etag, createTime, checked, destroyTime, scheduledDestroyTime } = version;
  return {
    name: `${resource}/versions/${number}`,
    createTime,
    state,
    etag,
    replicationStatus: { automatic: {} },
    ...(checked && { clientSpecifiedPayloadChecksum: true }),
    ...(destroyTime !== undefined && { destroyTime }),
    ...(scheduledDestroyTime !== undefined && { scheduledDestroyTime }),
  };
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
