import type { Entry, EntryHead, EntryPath, LabelOptions, Labels, RemoveOptions, WriteOptions } from '../adapter.ts';
import type { SecretFields } from '../secret-value.ts';
import { VaultError } from '../vault-error.ts';
import type { Context, SecretsApi } from './api.ts';
import type { KubernetesAttributes } from './attributes.ts';
import { type Content, contentOf } from './content.ts';
import { ATTEMPTS, type Layout, managedLabels, overtaken } from './layout.ts';
import { isSharedSecret, MANAGED_BY, MANAGER, newRevision, secretMarks, versionOf, withSecretMarks } from './marks.ts';
import { pathOfSecretName, secretNameOf } from './names.ts';
import { demandFit, demandReadable, demandType, MINTING_TYPES, typeOf } from './projection.ts';
import { changed, isTooLarge, newSecret, type SecretChange, type SecretObject, texts } from './secret-object.ts';

interface Place {
  readonly api: SecretsApi;
  readonly content: Content;
  readonly attributes: KubernetesAttributes;
}

/** Each entry is a Secret of its own, which belongs to it with all its data. Labels and annotations of others stay. */
export function createEntrySecrets(api: SecretsApi, attributes: KubernetesAttributes): Layout {
  const place: Place = { api, content: contentOf(attributes), attributes };
  return {
    async head(path, signal) {
      return headOf(path, await liveSecret(place, path, { operation: 'head', signal }));
    },
    async read(path, signal): Promise<Entry> {
      const secret = await liveSecret(place, path, { operation: 'read', signal });
      return { ...headOf(path, secret), fields: place.content.decode(secret.data) };
    },
    write: (path, fields, options) => write(place, path, fields, options),
    label: (path, labels, options) => label(place, path, labels, options),
    remove: (path, options) => remove(place, path, options),
    async *list(signal) {
      for await (const metadata of api.list(MINTING_TYPES, { operation: 'list', signal })) {
        const annotations = texts(metadata.annotations) ?? new Map();
        const gone = typeof metadata.deletionTimestamp === 'string' || isSharedSecret(annotations);
        const path = gone ? undefined : pathOfSecretName(String(metadata.name));
        if (path !== undefined) yield path;
      }
    },
  };
}

function headOf(path: EntryPath, secret: SecretObject): EntryHead {
  return { path, version: versionOfSecret(secret), labels: secretMarks(secret.annotations).labels };
}

function versionOfSecret({ uid, type, data, annotations }: SecretObject): string {
  const content = [...data].sort(([one], [other]) => (one < other ? -1 : 1)).flat();
  return versionOf(uid, secretMarks(annotations).revision, [type, ...content]);
}

async function find({ api }: Place, path: EntryPath, context: Context): Promise<SecretObject | undefined> {
  const secret = await api.get(demandName(path, context.operation), context);
  if (!secret) return undefined;
  demandReadable(secret, context.operation);
  // Its data are many entries: this layout would take them for fields of one.
  if (isSharedSecret(secret.annotations)) throw new VaultError('invalid_argument', context.operation);
  return secret;
}

async function liveSecret(place: Place, path: EntryPath, context: Context): Promise<SecretObject> {
  const secret = await find(place, path, context);
  if (!secret || secret.terminating) throw new VaultError('not_found', context.operation);
  return secret;
}

async function write(
  place: Place,
  path: EntryPath,
  fields: SecretFields,
  { ifVersion, labels, signal }: WriteOptions,
): Promise<EntryHead> {
  const context = { operation: 'write', signal };
  demandName(path, 'write');
  const data = place.content.encode(fields);
  demandFit(place.attributes.projection, data, 'write');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (ifVersion === undefined || ifVersion === 'absent') {
      const created = await create(place, path, data, labels ?? {}, context);
      if (created !== 'exists') return headOf(path, created);
    }
    const secret = await find(place, path, context);
    // Still there until its finalizers are done: neither to be written nor to be made.
    if (secret?.terminating) throw new VaultError('unavailable', 'write');
    if (ifVersion === 'absent' && !secret) continue;
    if (ifVersion !== undefined && (!secret || versionOfSecret(secret) !== ifVersion))
      throw new VaultError('version_conflict', 'write');
    const written = secret && (await replace(place, secret, data, labels, context));
    if (written && written !== 'moved') return headOf(path, written);
  }
  throw overtaken('write');
}

async function create(
  { api, attributes }: Place,
  path: EntryPath,
  data: SecretChange['data'],
  labels: Labels,
  context: Context,
): Promise<SecretObject | 'exists'> {
  const name = demandName(path, context.operation);
  const change = {
    labels: managedLabels(new Map(), attributes.labels),
    annotations: withSecretMarks(new Map(), { revision: newRevision(), labels }, context.operation),
    data,
  };
  const { namespace } = api;
  const type = typeOf(attributes.projection);
  return api.create(newSecret({ ...demandSize(change, context), name, namespace, type }), name, context);
}

async function replace(
  { api, attributes }: Place,
  secret: SecretObject,
  data: SecretChange['data'],
  labels: Labels | undefined,
  context: Context,
): Promise<SecretObject | 'moved'> {
  demandType(secret, typeOf(attributes.projection), context.operation);
  if (secret.immutable) throw new VaultError('invalid_argument', context.operation);
  const marks = { revision: newRevision(), labels: labels ?? secretMarks(secret.annotations).labels };
  const change = {
    labels: managedLabels(secret.labels, attributes.labels),
    annotations: withSecretMarks(secret.annotations, marks, context.operation),
    data,
  };
  return api.replace(changed(secret, demandSize(change, context)), secret.name, context);
}

async function label(
  place: Place,
  path: EntryPath,
  labels: Labels,
  { ifVersion, signal }: LabelOptions,
): Promise<EntryHead> {
  const context = { operation: 'label', signal };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const secret = await liveSecret(place, path, context);
    if (ifVersion !== undefined && versionOfSecret(secret) !== ifVersion)
      throw new VaultError('version_conflict', 'label');
    const { revision } = secretMarks(secret.annotations);
    const change = {
      labels: ownedLabels(secret.labels, labels),
      annotations: withSecretMarks(secret.annotations, { revision, labels }, 'label'),
      data: secret.data,
    };
    const written = await place.api.replace(changed(secret, demandSize(change, context)), secret.name, context);
    if (written !== 'moved') return headOf(path, written);
  }
  throw overtaken('label');
}

/** Who looks after a Secret follows our labels, unless somebody else says so. */
function ownedLabels(present: SecretChange['labels'], labels: Labels): SecretChange['labels'] {
  const next = new Map(present);
  if (Object.keys(labels).length > 0) return managedLabels(next, {});
  if (next.get(MANAGED_BY) === MANAGER) next.delete(MANAGED_BY);
  return next;
}

/** Final: a namespace has no bin. Deletes exactly the object that was looked at. */
async function remove(place: Place, path: EntryPath, { ifVersion, signal }: RemoveOptions): Promise<void> {
  const context = { operation: 'remove', signal };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const secret = await find(place, path, context);
    if (!secret || secret.terminating) return;
    if (ifVersion !== undefined && versionOfSecret(secret) !== ifVersion)
      throw new VaultError('version_conflict', 'remove');
    demandType(secret, typeOf(place.attributes.projection), 'remove');
    if ((await place.api.delete(secret, context)) === 'done') return;
  }
  throw overtaken('remove');
}

function demandName(path: EntryPath, operation: string): string {
  const name = secretNameOf(path);
  if (name === undefined) throw new VaultError('invalid_argument', operation);
  return name;
}

function demandSize<Change extends SecretChange>(change: Change, { operation }: Context): Change {
  if (isTooLarge(change)) throw new VaultError('too_large', operation);
  return change;
}
