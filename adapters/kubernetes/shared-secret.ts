import type { Entry, EntryHead, EntryPath, LabelOptions, Labels, RemoveOptions, WriteOptions } from '../adapter.ts';
import { type BlobEncoding, decodeBlob, encodeBlob } from '../lib/encoding.ts';
import type { SecretFields } from '../secret-value.ts';
import { VaultError } from '../vault-error.ts';
import type { Context, SecretsApi } from './api.ts';
import type { KubernetesAttributes } from './attributes.ts';
import { fromBase64, toBase64 } from './content.ts';
import { ATTEMPTS, type Layout, managedLabels, overtaken } from './layout.ts';
import { isEntrySecret, keyMarks, newRevision, versionOf, withKeyMarks, withoutKeyMarks } from './marks.ts';
import { dataKeyOf, pathOfDataKey } from './names.ts';
import { demandReadable, demandType, typeOf } from './projection.ts';
import { changed, isTooLarge, newSecret, type SecretChange, type SecretObject } from './secret-object.ts';
import { createTurns, type Turns } from './turns.ts';

interface Place {
  readonly api: SecretsApi;
  readonly name: string;
  readonly encoding: BlobEncoding;
  readonly labels: Readonly<Record<string, string>>;
  readonly turns: Turns;
}

/** All entries are data keys of one Secret. Keys, labels and annotations of others in it stay as they are. */
export function createSharedSecret(api: SecretsApi, attributes: KubernetesAttributes): Layout {
  const encoding = attributes.encoding === 'plain' ? 'plain' : 'json';
  const { secretName: name = '', labels } = attributes;
  const place: Place = { api, name, encoding, labels, turns: createTurns() };
  return {
    async head(path, signal) {
      const { secret, key } = await liveKey(place, path, { operation: 'head', signal });
      return headOf(path, secret, key);
    },
    async read(path, signal): Promise<Entry> {
      const { secret, key } = await liveKey(place, path, { operation: 'read', signal });
      return { ...headOf(path, secret, key), fields: decodeBlob(encoding, fromBase64(secret.data.get(key) ?? '')) };
    },
    write: (path, fields, options) => write(place, path, fields, options),
    label: (path, labels, options) => label(place, path, labels, options),
    remove: (path, options) => remove(place, path, options),
    async *list(signal) {
      const secret = await find(place, { operation: 'list', signal });
      for (const key of secret?.data.keys() ?? []) {
        const path = pathOfDataKey(key);
        if (path !== undefined) yield path;
      }
    },
  };
}

function headOf(path: EntryPath, secret: SecretObject, key: string): EntryHead {
  return { path, version: versionOfKey(secret, key), labels: keyMarks(secret.annotations, key).labels };
}

function versionOfKey({ uid, annotations, data }: SecretObject, key: string): string {
  return versionOf(uid, keyMarks(annotations, key).revision, [key, data.get(key) ?? '']);
}

/** The Secret as it is used: one that is going away is not there for readers. */
async function find(place: Place, context: Context): Promise<SecretObject | undefined> {
  const secret = await findAny(place, context);
  return secret?.terminating ? undefined : secret;
}

async function findAny({ api, name }: Place, context: Context): Promise<SecretObject | undefined> {
  const secret = await api.get(name, context);
  if (!secret) return undefined;
  demandReadable(secret, context.operation);
  // One entry of the other layout owns this Secret with all its data.
  if (isEntrySecret(secret.annotations)) throw new VaultError('invalid_argument', context.operation);
  return secret;
}

async function liveKey(
  place: Place,
  path: EntryPath,
  context: Context,
): Promise<{ readonly secret: SecretObject; readonly key: string }> {
  const key = demandKey(path, context.operation);
  const secret = await find(place, context);
  if (!secret?.data.has(key)) throw new VaultError('not_found', context.operation);
  return { secret, key };
}

async function write(
  place: Place,
  path: EntryPath,
  fields: SecretFields,
  { ifVersion, labels, signal }: WriteOptions,
): Promise<EntryHead> {
  const context = { operation: 'write', signal };
  const key = demandKey(path, 'write');
  const value = toBase64(encodeBlob(place.encoding, fields));
  return change(place, context, async (secret) => {
    const live = secret?.data.has(key) ? secret : undefined;
    const holds = ifVersion === undefined || (live ? versionOfKey(live, key) : 'absent') === ifVersion;
    if (!holds) throw new VaultError('version_conflict', 'write');
    const kept = live ? keyMarks(live.annotations, key).labels : {};
    const marks = { revision: newRevision(), labels: labels ?? kept };
    const present = secret ?? { labels: new Map(), annotations: new Map(), data: new Map() };
    const next = demandSize({
      labels: managedLabels(present.labels, place.labels),
      annotations: withKeyMarks(present.annotations, key, marks, 'write'),
      data: new Map(present.data).set(key, value),
    });
    const written = secret ? await replace(place, secret, next, context) : await create(place, next, context);
    return written && headOf(path, written, key);
  });
}

async function label(
  place: Place,
  path: EntryPath,
  labels: Labels,
  { ifVersion, signal }: LabelOptions,
): Promise<EntryHead> {
  const context = { operation: 'label', signal };
  const key = demandKey(path, 'label');
  return change(place, context, async (secret) => {
    if (!secret?.data.has(key)) throw new VaultError('not_found', 'label');
    if (ifVersion !== undefined && versionOfKey(secret, key) !== ifVersion)
      throw new VaultError('version_conflict', 'label');
    const { revision } = keyMarks(secret.annotations, key);
    const annotations = withKeyMarks(secret.annotations, key, { revision, labels }, 'label');
    const next = demandSize({ labels: secret.labels, annotations, data: secret.data });
    const written = await place.api.replace(changed(secret, next), place.name, context);
    return written === 'moved' ? undefined : headOf(path, written, key);
  });
}

/** Final. The Secret itself stays, because others may use it. */
async function remove(place: Place, path: EntryPath, { ifVersion, signal }: RemoveOptions): Promise<void> {
  const context = { operation: 'remove', signal };
  const key = demandKey(path, 'remove');
  await change(place, context, async (secret) => {
    if (!secret?.data.has(key)) return 'done';
    if (ifVersion !== undefined && versionOfKey(secret, key) !== ifVersion)
      throw new VaultError('version_conflict', 'remove');
    const data = new Map(secret.data);
    data.delete(key);
    const annotations = withoutKeyMarks(secret.annotations, key);
    return (await replace(place, secret, { labels: secret.labels, annotations, data }, context)) && 'done';
  });
}

/**
 * Reads the Secret and lets `attempt` change it; `undefined` means that it moved meanwhile, and then all is looked at anew:
 * what moved may be the key of somebody else.
 */
function change<T>(
  place: Place,
  context: Context,
  attempt: (secret: SecretObject | undefined) => Promise<T | undefined>,
): Promise<T> {
  return place.turns.take(context.operation, context.signal, async () => {
    for (let count = 0; count < ATTEMPTS; count++) {
      const secret = await findAny(place, context);
      if (secret?.terminating) throw new VaultError('unavailable', context.operation);
      const done = await attempt(secret);
      if (done !== undefined) return done;
    }
    throw overtaken(context.operation);
  });
}

async function create({ api, name }: Place, change: SecretChange, context: Context): Promise<SecretObject | undefined> {
  const { namespace } = api;
  const created = await api.create(newSecret({ ...change, name, namespace, type: typeOf('opaque') }), name, context);
  return created === 'exists' ? undefined : created;
}

async function replace(
  { api, name }: Place,
  secret: SecretObject,
  change: SecretChange,
  context: Context,
): Promise<SecretObject | undefined> {
  demandType(secret, typeOf('opaque'), context.operation);
  if (secret.immutable) throw new VaultError('invalid_argument', context.operation);
  const written = await api.replace(changed(secret, change), name, context);
  return written === 'moved' ? undefined : written;
}

function demandKey(path: EntryPath, operation: string): string {
  const key = dataKeyOf(path);
  if (key === undefined) throw new VaultError('invalid_argument', operation);
  return key;
}

/** The Secret is full: 1 MiB in all. */
function demandSize(change: SecretChange): SecretChange {
  if (isTooLarge(change)) throw new VaultError('too_large', 'write');
  return change;
}
