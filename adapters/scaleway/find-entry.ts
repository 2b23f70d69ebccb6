import type { EntryHead, EntryPath, VaultVersion } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import type { Context, SecretsApi } from './api.ts';
import { operationOf } from './descriptions.ts';
import type { SecretFacts, VersionFacts } from './facts.ts';
import { type SecretName, secretNameOf } from './names.ts';
import { isOwnTag, labelsOf } from './tags.ts';

/** One profile's use of a project. */
export interface Place {
  readonly api: SecretsApi;
  /** Folder of all entries as an entry path; empty for the root. */
  readonly prefix: EntryPath;
  /** Tags that every secret we write gets. */
  readonly tags: readonly string[];
}

/** A secret with content that can be read. */
export interface Live {
  readonly secret: SecretFacts;
  readonly version: VersionFacts;
}

export function fullPath(prefix: EntryPath, path: EntryPath): EntryPath {
  return prefix === '' ? path : `${prefix}/${path}`;
}

export function demandName({ prefix }: Pick<Place, 'prefix'>, path: EntryPath, operation: string): SecretName {
  const name = secretNameOf(fullPath(prefix, path));
  if (name === undefined) throw new VaultError('invalid_argument', operation);
  return name;
}

/** The secret, with or without versions. Old ones may share a name: nobody can tell which is meant then. */
export async function findSecret(
  place: Place,
  path: EntryPath,
  context: Context,
  scheduled = false,
): Promise<SecretFacts | undefined> {
  const { name, folder } = demandName(place, path, context.operation);
  const { items } = await place.api.list({ name, folder, scheduled, page: 1 }, context);
  const found = items.filter((secret) => secret.name === name && secret.folder === folder);
  if (found.length > 1 && !scheduled) throw new VaultError('invalid_argument', context.operation);
  return found.at(-1);
}

/**
 * The newest version that can be read; `latest` would name a disabled or deleted one as well. A secret without any version
 * is no entry. One that has only disabled versions is there and cannot be used.
 */
export async function newestVersion(
  { api }: Place,
  { id }: SecretFacts,
  context: Context,
): Promise<VersionFacts | undefined> {
  const newest = await api.version(id, 'latest_enabled', context);
  if (newest) return newest;
  const versions = await api.versions(id, context);
  if (versions.some(({ status }) => status !== 'scheduled_for_deletion' && status !== 'deleted'))
    throw new VaultError('invalid_argument', context.operation);
  return undefined;
}

export async function findLive(place: Place, path: EntryPath, context: Context): Promise<Live | undefined> {
  const secret = await findSecret(place, path, context);
  const version = secret && (await newestVersion(place, secret, context));
  return version && { secret, version };
}

export async function demandLive(place: Place, path: EntryPath, context: Context): Promise<Live> {
  const live = await findLive(place, path, context);
  if (!live) throw new VaultError('not_found', context.operation);
  return live;
}

export function headOf(path: EntryPath, { secret, version }: Live): EntryHead {
  const writtenBy = operationOf(version);
  return {
    path,
    version: versionOf(secret, version),
    labels: labelsOf(secret.tags),
    ...(writtenBy !== undefined && { writtenBy }),
  };
}

/** With the secret's id: one that is made again counts from 1 again. */
export function versionOf({ id }: SecretFacts, { revision }: VersionFacts): VaultVersion {
  return `${id}.${revision}`;
}

/** Tags of others in their order, then those of the profile, then ours. */
export function withTags(present: readonly string[], { tags }: Place, own: readonly string[]): readonly string[] {
  const others = present.filter((tag) => !isOwnTag(tag));
  return [...others, ...tags.filter((tag) => !others.includes(tag)), ...own];
}
