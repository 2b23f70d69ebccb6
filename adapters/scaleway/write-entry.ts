import type { EntryHead, EntryPath, WriteOptions } from '../adapter.ts';
import { type BlobEncoding, encodeBlob } from '../lib/encoding.ts';
import type { SecretFields } from '../secret-value.ts';
import { VaultError } from '../vault-error.ts';
import type { Context } from './api.ts';
import { describeVersion, operationOf } from './descriptions.ts';
import type { SecretFacts, VersionFacts } from './facts.ts';
import { demandName, findSecret, headOf, type Place, withTags } from './find-entry.ts';
import { isOwnTag, tagsOf } from './tags.ts';

/** "The maximum file size for your secret is 64 KiB." */
const MAX_BLOB_BYTES = 65_536;

/**
 * One new version, in the secret of that name or in a new one. Scaleway has no condition for it. Making a secret and its first version are two requests; a secret that is
 * left without one is no entry, and the next write uses it.
 */
export async function writeEntry(
  place: Place,
  encoding: BlobEncoding,
  path: EntryPath,
  fields: SecretFields,
  { operationId, labels, signal }: WriteOptions,
): Promise<EntryHead> {
  const context = { operation: 'write', signal };
  const data = encodeBlob(encoding, fields);
  if (data.length > MAX_BLOB_BYTES) throw new VaultError('too_large', 'write');
  const own = labels && tagsOf(labels);
  if (labels && !own) throw new VaultError('invalid_argument', 'write');

  const found = await findSecret(place, path, context);
  if (found) demandWritable(found);
  const secret = found ?? (await makeSecret(place, path, own ?? [], context));
  return afterwards(found === undefined, async () => {
    const version = await addVersion(place, secret, data, describeVersion(operationId), context);
    const kept = own ?? secret.tags.filter(isOwnTag);
    const tags = withTags(secret.tags, place, kept);
    if (areEqual(tags, secret.tags)) return headOf(path, { secret, version });
    return afterwards(true, async () => {
      const tagged = await place.api.setTags(secret.id, tags, context);
      return headOf(path, { secret: tagged, version });
    });
  });
}

/** Once something was changed, a failure of what follows has to say so. */
async function afterwards<T>(changed: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!changed || !(error instanceof VaultError)) throw error;
    const { code, operation, retryAfterMs } = error;
    throw new VaultError(code, operation, { maybeApplied: true, retryAfterMs });
  }
}

/**
 * Other types have a form of their own, a policy makes versions vanish, and what another product manages is not ours to
 * change.
 */
function demandWritable({ type, ephemeral, managed, locked }: SecretFacts): void {
  if (type !== 'opaque' || ephemeral || managed) throw new VaultError('invalid_argument', 'write');
  if (locked) throw new VaultError('unavailable', 'write');
}

async function makeSecret(
  place: Place,
  path: EntryPath,
  own: readonly string[],
  context: Context,
): Promise<SecretFacts> {
  const { name, folder } = demandName(place, path, context.operation);
  const created = await place.api.create({ name, folder, tags: withTags([], place, own) }, context);
  if (created !== 'taken') return created;
  const found = await findSecret(place, path, context);
  if (found) {
    demandWritable(found);
    return found;
  }
  return restoreSecret(place, path, own, context);
}

/** The name belongs to a secret that was deleted less than seven days ago: it comes back, without what we noted on it. */
async function restoreSecret(
  place: Place,
  path: EntryPath,
  own: readonly string[],
  context: Context,
): Promise<SecretFacts> {
  const deleted = await findSecret(place, path, context, true);
  if (!deleted) throw new VaultError('unavailable', context.operation);
  demandWritable(deleted);
  await place.api.restore(deleted.id, context);
  return afterwards(true, () => place.api.setTags(deleted.id, withTags(deleted.tags, place, own), context));
}

/** A secret holds 20 versions: when it is full, the oldest of ours makes room, and nothing else ever does. */
async function addVersion(
  { api }: Place,
  { id }: SecretFacts,
  data: Uint8Array,
  description: string,
  context: Context,
): Promise<VersionFacts> {
  const added = await api.addVersion(id, data, description, context);
  if (added !== 'full') return added;
  const versions = [...(await api.versions(id, context))].sort((one, other) => one.revision - other.revision);
  const kept = versions.filter(({ status }) => status === 'enabled' || status === 'disabled');
  const oldest = kept.slice(0, -1).find((version) => operationOf(version) !== undefined);
  if (!oldest) throw new VaultError('too_large', context.operation);
  await api.deleteVersion(id, oldest.revision, context);
  return afterwards(true, async () => {
    const again = await api.addVersion(id, data, description, context);
    if (again === 'full') throw new VaultError('too_large', context.operation);
    return again;
  });
}

function areEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((tag, index) => tag === other[index]);
}
