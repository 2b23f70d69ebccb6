import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EmulatedAnswer } from './emulated-request.ts';
import { changeProblem, problemOf } from './kubernetes-rules.ts';
import { alreadyExists, asJson, badRequest, conflict, expired, type Json, notFound } from './kubernetes-status.ts';

/** The Secrets of all namespaces. Objects are replaced whole, so that an answer can be made without keeping its effect. */
export interface SecretStore {
  readonly namespaces: Set<string>;
  readonly secrets: Map<string, Json>;
  /** Each as it was before its newest change, for stale reads. */
  readonly before: Map<string, Json | undefined>;
  /** Pages still to come of listings under way: a consistent snapshot each. */
  readonly pages: Map<string, readonly Json[]>;
  revision: number;
}

export function createSecretStore(namespaces: readonly string[]): SecretStore {
  return {
    namespaces: new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease', ...namespaces]),
    secrets: new Map(),
    before: new Map(),
    pages: new Map(),
    revision: 1000,
  };
}

export interface SecretRequest {
  readonly namespace: string;
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly metadataOnly: boolean;
  readonly mode: 'apply' | 'pretend' | 'stale';
}

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/#operations */
export function getSecret(store: SecretStore, request: SecretRequest): EmulatedAnswer {
  const { namespace, name } = request;
  const key = `${namespace}/${name}`;
  const secret = request.mode === 'stale' && store.before.has(key) ? store.before.get(key) : store.secrets.get(key);
  return secret ? { status: 200, body: secret } : notFound('secrets', name);
}

/** "Retrieving large results sets in chunks" and "Metadata-only fetches" (API concepts). */
export function listSecrets(store: SecretStore, { namespace, query, metadataOnly }: SecretRequest): EmulatedAnswer {
  const token = query.get('continue') ?? '';
  const hidden = (query.get('fieldSelector') ?? '').split(',').flatMap((part) => part.match(/^type!=(.+)$/)?.[1] ?? []);
  const found = [...store.secrets]
    .filter(([key, secret]) => key.startsWith(`${namespace}/`) && !hidden.includes(String(secret.type)))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, secret]) => secret);
  const rest = token === '' ? found : store.pages.get(token);
  if (!rest) return expired();
  const limit = Number(query.get('limit') ?? 0) || rest.length;
  const next = rest.length > limit ? randomBytes(12).toString('base64url') : '';
  if (next) store.pages.set(next, rest.slice(limit));
  const metadata = { resourceVersion: String(store.revision), ...(next && { continue: next }) };
  const items = rest.slice(0, limit);
  if (!metadataOnly) return { status: 200, body: { kind: 'SecretList', apiVersion: 'v1', metadata, items } };
  const only = items.map((item) => ({
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: item.metadata,
  }));
  return {
    status: 200,
    body: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: only },
  };
}

export function createSecret(store: SecretStore, request: SecretRequest): EmulatedAnswer {
  const { namespace, query } = request;
  const metadata = asJson(request.body.metadata);
  const generated =
    typeof metadata.generateName === 'string' ? metadata.generateName + randomBytes(3).toString('hex') : '';
  const name = typeof metadata.name === 'string' ? metadata.name : generated;
  if (!store.namespaces.has(namespace)) return notFound('namespaces', namespace);
  if (metadata.namespace !== undefined && metadata.namespace !== namespace)
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const secret = { ...withoutEmpty(request.body), type: request.body.type ?? 'Opaque' };
  const problem = problemOf(name, secret);
  if (problem) return problem;
  if (store.secrets.has(`${namespace}/${name}`)) return alreadyExists(name);
  const made = {
    ...metadata,
    name,
    namespace,
    uid: randomUUID(),
    creationTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
    managedFields: managedFields([], query.get('fieldManager')),
  };
  return keep(store, request, name, 'create', { status: 201 }, { ...secret, kind: 'Secret', metadata: made });
}

/** "Resource versions", "Conflict detection": a PUT with a resourceVersion holds only for that very object. */
export function replaceSecret(store: SecretStore, request: SecretRequest): EmulatedAnswer {
  const { namespace, name, query } = request;
  const before = store.secrets.get(`${namespace}/${name}`);
  const given = asJson(request.body.metadata);
  if (given.name !== name) return badRequest('the name of the object does not match the name on the URL');
  if (!before) return notFound('secrets', name);
  const known = asJson(before.metadata);
  const wanted = [
    [given.resourceVersion, known.resourceVersion],
    [given.uid, known.uid],
  ] as const;
  if (wanted.some(([asked, is]) => asked !== undefined && asked !== is)) return conflict(name);
  const { uid, namespace: place, creationTimestamp, deletionTimestamp } = known;
  const fixed = {
    name,
    namespace: place,
    uid,
    creationTimestamp,
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
  };
  const secret = { ...withoutEmpty(request.body), type: request.body.type ?? before.type };
  const problem = problemOf(name, secret) ?? changeProblem(name, before, secret);
  if (problem) return problem;
  const same = { ...secret, metadata: { ...given, ...fixed, resourceVersion: known.resourceVersion } };
  // An update without a change writes nothing.
  if (isDeepStrictEqual(same, before)) return { status: 200, body: before };
  const fields = managedFields(given.managedFields ?? known.managedFields, query.get('fieldManager'));
  const after = { ...secret, metadata: { ...given, ...fixed, managedFields: fields } };
  return keep(store, request, name, 'update', { status: 200 }, after);
}

/** DeleteOptions.preconditions; an object with finalizers only gets a deletionTimestamp ("Finalizers"). */
export function deleteSecret(store: SecretStore, request: SecretRequest): EmulatedAnswer {
  const { namespace, name, body } = request;
  const before = store.secrets.get(`${namespace}/${name}`);
  if (!before) return notFound('secrets', name);
  const metadata = asJson(before.metadata);
  const wanted = asJson(body.preconditions);
  if (wanted.uid !== undefined && wanted.uid !== metadata.uid) return conflict(name);
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== metadata.resourceVersion)
    return conflict(name);
  if (Array.isArray(metadata.finalizers) && metadata.finalizers.length > 0) {
    if (metadata.deletionTimestamp !== undefined) return { status: 200, body: before };
    const going = { ...before, metadata: { ...metadata, deletionTimestamp: new Date().toISOString() } };
    return keep(store, request, name, 'mark-deleted', { status: 200 }, going);
  }
  const details = { name, kind: 'secrets', uid: metadata.uid };
  const done = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  return keep(store, request, name, 'delete', { status: 200, body: done }, undefined);
}

/** Stores what a request makes, unless it is a trial (`dryRun=All`: "Dry-run", API concepts). */
function keep(
  store: SecretStore,
  { namespace, query, mode }: SecretRequest,
  name: string,
  kind: string,
  answer: EmulatedAnswer,
  secret: Json | undefined,
): EmulatedAnswer {
  const resourceVersion = String(store.revision + 1);
  const kept = secret && { ...secret, apiVersion: 'v1', metadata: { ...asJson(secret.metadata), resourceVersion } };
  if (query.get('dryRun') === 'All') return { ...answer, body: kept ?? answer.body };
  const key = `${namespace}/${name}`;
  if (mode === 'apply') {
    store.revision++;
    store.before.set(key, store.secrets.get(key));
    if (kept) store.secrets.set(key, kept);
    else store.secrets.delete(key);
  }
  return { ...answer, body: kept ?? answer.body, applied: { kind, path: key, version: resourceVersion } };
}

/** Go leaves out what is empty ("omitempty"). */
function withoutEmpty({ data, metadata, ...rest }: Json): Json {
  const full = (value: unknown) => Object.keys(asJson(value)).length > 0;
  const kept = Object.entries(asJson(metadata)).filter(([name, value]) => {
    return !['labels', 'annotations'].includes(name) || full(value);
  });
  return { ...rest, metadata: Object.fromEntries(kept), ...(full(data) && { data }) };
}

/** "Server-side apply", field management: each manager has an entry, and a write changes its own. */
function managedFields(before: unknown, manager: string | null): readonly Json[] {
  const name = manager ?? 'unknown';
  const others = (Array.isArray(before) ? before : []).filter((entry: unknown) => asJson(entry).manager !== name);
  const time = new Date().toISOString();
  return [
    ...others,
    { manager: name, operation: 'Update', apiVersion: 'v1', time, fieldsType: 'FieldsV1', fieldsV1: {} },
  ];
}
