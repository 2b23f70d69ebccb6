import type {
  Entry,
  EntryHead,
  EntryPath,
  LabelOptions,
  Labels,
  ReadOptions,
  RemoveOptions,
  VaultAdapter,
} from '../adapter.ts';
import { type BlobEncoding, decodeBlob } from '../lib/encoding.ts';
import { VaultError } from '../vault-error.ts';
import { SCALEWAY_CAPABILITIES } from './capabilities.ts';
import { checkRights } from './check-rights.ts';
import type { VersionFacts } from './facts.ts';
import { demandLive, findSecret, headOf, type Place, withTags } from './find-entry.ts';
import { listEntries } from './list-entries.ts';
import { tagsOf } from './tags.ts';
import { writeEntry } from './write-entry.ts';

/** Secret Manager: https://www.scaleway.com/en/developers/api/secret-manager/ */
export function createScalewayAdapter(place: Place, encoding: BlobEncoding, end: () => Promise<void>): VaultAdapter {
  return {
    kind: 'scaleway',
    capabilities: SCALEWAY_CAPABILITIES,
    check: ({ signal }) => checkRights(place, signal),
    async head(path, { signal }) {
      return headOf(path, await demandLive(place, path, { operation: 'head', signal }));
    },
    read: (path, options) => read(place, encoding, path, options),
    write: (path, fields, options) => writeEntry(place, encoding, path, fields, options),
    label: (path, labels, options) => label(place, path, labels, options),
    remove: (path, options) => remove(place, path, options),
    list: (prefix, { signal }) => listEntries(place, prefix, signal),
    close: end,
  };
}

/** A read of an ephemeral secret can be its last: the metadata are looked at first, and then it is refused. */
async function read(place: Place, encoding: BlobEncoding, path: EntryPath, options: ReadOptions): Promise<Entry> {
  const context = { operation: 'read', signal: options.signal };
  const newest = await demandLive(place, path, context);
  const { secret } = newest;
  if (secret.ephemeral) throw new VaultError('invalid_argument', 'read');
  const version = options.version === undefined ? newest.version : await olderVersion(options.version);
  if (version?.status !== 'enabled') throw new VaultError('not_found', 'read');
  if (version.ephemeral) throw new VaultError('invalid_argument', 'read');
  const bytes = await place.api.access(secret.id, version.revision, context);
  if (!bytes) throw new VaultError('not_found', 'read');
  return { ...headOf(path, { secret, version }), fields: decodeBlob(encoding, bytes) };

  async function olderVersion(wanted: string): Promise<VersionFacts | undefined> {
    const [, id, revision] = /^([^.]+)\.([1-9][0-9]{0,8})$/.exec(wanted) ?? [];
    return id === secret.id ? place.api.version(id, Number(revision), context) : undefined;
  }
}

async function label(place: Place, path: EntryPath, labels: Labels, { signal }: LabelOptions): Promise<EntryHead> {
  const context = { operation: 'label', signal };
  const own = tagsOf(labels);
  if (!own) throw new VaultError('invalid_argument', 'label');
  const { secret, version } = await demandLive(place, path, context);
  const tagged = await place.api.setTags(secret.id, withTags(secret.tags, { ...place, tags: [] }, own), context);
  return headOf(path, { secret: tagged, version });
}

/** Protected secrets and those of other products are not ours to delete; Scaleway would refuse the former as well. */
async function remove(place: Place, path: EntryPath, { signal }: RemoveOptions): Promise<void> {
  const context = { operation: 'remove', signal };
  const secret = await findSecret(place, path, context);
  if (!secret) return;
  if (secret.protected || secret.managed) throw new VaultError('invalid_argument', 'remove');
  await place.api.delete(secret.id, context);
}
