import { setTimeout as sleep } from 'node:timers/promises';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { EntryHead, EntryPath, Labels, WriteOptions } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { applyTags } from './apply-tags.ts';
import type { AwsClient } from './client.ts';
import { isVersionId } from './content.ts';
import { CURRENT, findAfter, findSecret, type SecretFacts } from './find-secret.ts';
import { changeTags, labelsOf, type Tags, tagList } from './labels.ts';
import { type Draft, putVersion, replaceVersion, restore } from './new-version.ts';

/** A name stays blocked for a moment after a permanent removal: "use appropriate back off and retry logic" (DeleteSecret). */
const WAITS_MS = [100, 200, 400, 800, 1_600, 3_200] as const;

/** One write, with everything that was checked before anything is sent. */
export interface Write extends Draft {
  readonly path: EntryPath;
  readonly labels: Labels | undefined;
  readonly labelTags: Tags | undefined;
  /** For secrets that this write creates. */
  readonly tags: Tags;
  readonly kmsKeyId: string | undefined;
}

export function writeSecret(aws: AwsClient, write: Write, ifVersion: WriteOptions['ifVersion']): Promise<EntryHead> {
  if (ifVersion === undefined) return overwrite(aws, write);
  if (ifVersion === 'absent') return create(aws, write);
  if (!isVersionId(ifVersion)) return Promise.reject(new VaultError('version_conflict', 'write'));
  return replace(aws, write, ifVersion);
}

/** A new secret, or a new version of one that is removed. */
async function create(aws: AwsClient, write: Write): Promise<EntryHead> {
  for (const wait of [...WAITS_MS, undefined]) {
    const created = await tryCreate(aws, write);
    if (typeof created === 'object') return created;
    const facts = await findSecret(aws, write.name, 'write', write.signal);
    if (facts) return overExisting(aws, write, facts);
    // It exists and cannot be seen yet.
    if (created === 'ResourceExistsException') throw new VaultError('version_conflict', 'write');
    await pause(wait, write.signal);
  }
  throw new VaultError('unavailable', 'write');
}

async function overExisting(aws: AwsClient, write: Write, facts: SecretFacts): Promise<EntryHead> {
  demandRoom(write, facts);
  const repeated = facts.versions.get(write.token);
  if (facts.removed) {
    // What was written and removed since stays removed.
    if (repeated?.includes(CURRENT)) return { path: write.path, version: write.token, labels: labelsOf(facts.tags) };
    if (!(await restore(aws, write.name, 'write', write.signal))) throw new VaultError('unavailable', 'write');
    await afterRestore(replaceVersion(aws, write, facts.current));
    return settled(aws, write, facts);
  }
  if (facts.current === undefined) {
    // Made without content, for somebody to fill.
    await replaceVersion(aws, write, undefined);
    return settled(aws, write, facts);
  }
  if (repeated === undefined) throw new VaultError('version_conflict', 'write');
  return repeat(aws, write, facts);
}

/** The restored secret is a change, unless another writer's version is on it now. */
async function afterRestore(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof VaultError && error.code === 'version_conflict') throw error;
    await findAfter(Promise.reject(error), 'write');
  }
}

/** Too many tags are refused before the version is written, which could not be taken back. */
function demandRoom({ labelTags }: Write, facts: SecretFacts): void {
  if (labelTags) changeTags(facts.tags, labelTags, 'write');
}

/** The secret is there and its version is known: nothing is written again, and nothing that came later is undone. */
async function repeat(aws: AwsClient, write: Write, facts: SecretFacts): Promise<EntryHead> {
  await putVersion(aws, write, 'pending');
  if (facts.current === write.token) return settled(aws, write, facts);
  if (facts.versions.get(write.token)?.includes('AWSPREVIOUS')) {
    return { path: write.path, version: write.token, labels: labelsOf(facts.tags) };
  }
  // It lost, or it was current long ago: nobody can tell.
  throw new VaultError('version_conflict', 'write', { maybeApplied: true });
}

async function replace(aws: AwsClient, write: Write, ifVersion: string): Promise<EntryHead> {
  const facts = await findSecret(aws, write.name, 'write', write.signal);
  const repeated = facts?.versions.get(write.token);
  if (facts?.removed) throw new VaultError('version_conflict', 'write');
  if (facts && repeated && facts.current !== ifVersion) return repeat(aws, write, facts);
  // A version that is known and not current is old. One that is not known may be too new to be seen: AWS decides.
  const old = facts?.versions.has(ifVersion) === true && facts.current !== ifVersion;
  if (old) throw new VaultError('version_conflict', 'write');
  if (facts) demandRoom(write, facts);
  await replaceVersion(aws, write, ifVersion);
  return settled(aws, write, facts ?? (await afterwards(aws, write)));
}

/** No condition: `PutSecretValue` makes the version current at once. */
async function overwrite(aws: AwsClient, write: Write): Promise<EntryHead> {
  for (const wait of [...WAITS_MS, undefined]) {
    const put = await putVersion(aws, write, 'current');
    if (!put.refused) return overwritten(aws, write, put.stages);
    if (put.refused === 'ResourceNotFoundException') {
      const created = await tryCreate(aws, write);
      if (typeof created === 'object') return created;
    }
    const facts = await findSecret(aws, write.name, 'write', write.signal);
    if (facts?.removed) {
      const repeated = facts.versions.get(write.token)?.includes(CURRENT);
      if (repeated) return { path: write.path, version: write.token, labels: labelsOf(facts.tags) };
      await restore(aws, write.name, 'write', write.signal);
    } else if (facts && put.refused === 'InvalidRequestException') throw new VaultError('invalid_argument', 'write');
    else if (!facts) await pause(wait, write.signal);
  }
  throw new VaultError('unavailable', 'write');
}

async function overwritten(aws: AwsClient, write: Write, stages: readonly string[]): Promise<EntryHead> {
  const facts = await afterwards(aws, write);
  const later = !stages.includes(CURRENT) || (facts.current !== write.token && facts.versions.has(write.token));
  if (later) return { path: write.path, version: write.token, labels: labelsOf(facts.tags) };
  return settled(aws, write, facts);
}

async function afterwards(aws: AwsClient, { name, signal }: Write): Promise<SecretFacts> {
  const facts = await findAfter(findSecret(aws, name, 'write', signal), 'write');
  if (!facts) throw new VaultError('unavailable', 'write', { maybeApplied: true });
  return facts;
}

/** The head after the version became current: with the labels that were given, or those that are there. */
async function settled(aws: AwsClient, write: Write, facts: SecretFacts): Promise<EntryHead> {
  const { path, name, token: version, labels, labelTags, signal } = write;
  if (!labels || !labelTags) return { path, version, labels: labelsOf(facts.tags) };
  const apply = async () => {
    const change = changeTags(facts.tags, labelTags, 'write');
    await applyTags(aws, name, facts.tags, change, 'write', signal);
  };
  await findAfter(apply(), 'write');
  return { path, version, labels };
}

async function tryCreate(
  aws: AwsClient,
  write: Write,
): Promise<EntryHead | 'ResourceExistsException' | 'InvalidRequestException'> {
  const { path, name, token, content, labels = {}, labelTags, tags, kmsKeyId, signal } = write;
  const all = changeTags(new Map(), new Map([...tags, ...(labelTags ?? [])]), 'write').set;
  const input = {
    Name: name,
    ClientRequestToken: token,
    ...content,
    ...(all.size > 0 && { Tags: tagList(all) }),
    ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
  };
  const created = await aws.change(
    'write',
    signal,
    (client, options) => client.send(new CreateSecretCommand(input), options),
    ['ResourceExistsException', 'InvalidRequestException'],
  );
  if (created.refused) return created.refused;
  if (created.answer.VersionId !== token) throw new VaultError('unknown', 'write', { maybeApplied: true });
  return { path, version: token, labels };
}

/** Waits unless this was the last time. */
async function pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
  if (ms !== undefined) await sleep(ms, undefined, { signal });
}
