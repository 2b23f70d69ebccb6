import type { EntryHead, EntryPath, Labels, WriteOptions } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { writtenFacts } from './answers.ts';
import { demandAnswer, type Kv } from './kv.ts';

/**
 * One new version: a single request, because its answer also tells the labels (`custom_metadata`). A second request
 * follows only when they have to change; when that one fails the version stands, so `maybeApplied` is true then.
 * `cas`: the newest version's number, 0 for a key that never existed, `undefined` for no condition.
 */
export async function writeEntry(
  kv: Kv,
  path: EntryPath,
  data: Readonly<Record<string, string>>,
  cas: number | undefined,
  { labels, signal }: WriteOptions,
): Promise<EntryHead> {
  if (labels && !areStorable(labels)) throw new VaultError('invalid_argument', 'write');
  const request = cas === undefined ? { data } : { options: { cas }, data };
  const body = await kv.change('write', signal, (vault, context) =>
    vault.post(kv.path('data', path), request, context),
  );
  const facts = demandAnswer(writtenFacts(body), 'write', true);
  const head = { path, version: String(facts.version) };
  if (!labels || areEqual(labels, facts.labels)) return { ...head, labels: facts.labels };
  await labelWritten(kv, path, labels, signal);
  return { ...head, labels };
}

/** Replaces `custom_metadata`. It belongs to the key and not to a version, and Vault has no condition for it. */
export async function replaceLabels(
  kv: Kv,
  path: EntryPath,
  labels: Labels,
  operation: string,
  signal: AbortSignal,
): Promise<void> {
  if (!areStorable(labels)) throw new VaultError('invalid_argument', operation);
  const metadata = { custom_metadata: labels };
  await kv.change(operation, signal, (vault, context) => vault.post(kv.path('metadata', path), metadata, context));
}

async function labelWritten(kv: Kv, path: EntryPath, labels: Labels, signal: AbortSignal): Promise<void> {
  try {
    await replaceLabels(kv, path, labels, 'write', signal);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new VaultError(error.code, 'write', { maybeApplied: true, retryAfterMs: error.retryAfterMs });
  }
}

function areEqual(one: Labels, other: Labels): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/**
 * Limits of `custom_metadata` (KV version 2, "Create/Update metadata"): 64 keys of up to 128 bytes, values of up to 512,
 * neither empty nor unprintable. Checked before the version is written, which could not be taken back.
 */
function areStorable(labels: Labels): boolean {
  const entries = Object.entries(labels);
  return entries.length <= 64 && entries.every(([name, value]) => isText(name, 128) && isText(value, 512));
}

function isText(text: string, limit: number): boolean {
  return text !== '' && Buffer.byteLength(text) <= limit && !/\p{C}|[^\S ]/u.test(text);
}
