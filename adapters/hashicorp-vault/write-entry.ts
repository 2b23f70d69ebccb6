import type { EntryHead, EntryPath, Labels, WriteOptions } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { writtenFacts } from './answers.ts';
import { demandAnswer, type Kv } from './kv.ts';
import { areStorable, labelPatch } from './labels.ts';

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
  if (!labels) return { ...head, labels: facts.labels };
  await labelWritten(kv, path, facts.labels, labels, signal);
  return { ...head, labels };
}

/**
 * Makes the labels those given. They belong to the key and not to a version, and Vault has no condition for them; a merge patch
 * leaves what others keep beside them alone.
 */
export async function replaceLabels(
  kv: Kv,
  path: EntryPath,
  before: Labels,
  after: Labels,
  operation: string,
  signal: AbortSignal,
): Promise<void> {
  if (!areStorable(after)) throw new VaultError('invalid_argument', operation);
  const patch = labelPatch(before, after);
  if (patch === undefined) return;
  const metadata = { custom_metadata: patch };
  await kv.change(operation, signal, (vault, context) => vault.patch(kv.path('metadata', path), metadata, context));
}

async function labelWritten(
  kv: Kv,
  path: EntryPath,
  before: Labels,
  after: Labels,
  signal: AbortSignal,
): Promise<void> {
  try {
    await replaceLabels(kv, path, before, after, 'write', signal);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new VaultError(error.code, 'write', { maybeApplied: true, retryAfterMs: error.retryAfterMs });
  }
}
