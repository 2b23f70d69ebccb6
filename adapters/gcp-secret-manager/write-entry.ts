import { setTimeout as sleep } from 'node:timers/promises';
import type { EntryHead, EntryPath, Labels, WriteOptions } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { type Annotations, areStorable, type Claim, labelsOf, withOurs } from './annotations.ts';
import { classify, isRefusal } from './errors.ts';
import type { SecretFacts } from './facts.ts';
import { type FoundEntry, findEntry, isLive } from './find-entry.ts';
import type { SecretService } from './service.ts';

/** A claim that is older belongs to a writer that is gone. */
export const CLAIM_LIFETIME_MS = 60_000;
/** How long a writer, and the server for it, tries each of its two steps: both together well within the above. */
const STEP_MS = 15_000;
/** Looking costs reads, of which a project has few. */
const FIRST_WAIT_MS = 125;
const LAST_WAIT_MS = 4_000;

/**
 * Adding a version takes no condition and no id of the operation; changing a secret takes its ETag
 * (https://cloud.google.com/secret-manager/docs/etags). So a write has two steps:
 *
 * 1. It claims the next version: an annotation with operation, newest version and time, set with the ETag of the secret on
 *    which the condition was looked at, or made with the secret. Of several writers one gets through; the others' ETag is old,
 *    and nothing of theirs was changed.
 * 2. It adds the version.
 *
 * A writer that ends in between leaves a claim without its version. A repetition of the same operation goes on at once. Any
 * other one cannot know whether the first still runs: a conditional write is a conflict until the claim is
 * {@link CLAIM_LIFETIME_MS} old, an unconditional one waits; then either takes over. A secret that was made and got no version
 * is such a claim on version 0: no entry for readers, and filled by the next write.
 *
 * What holds: of any number of writers that do this, one wins. Somebody who adds a version without asking, in the moment
 * between our look and our version, is not kept out; the number of our version tells, and the write is then `unknown` and not a
 * success (their version stays in the history).
 */
export async function writeEntry(
  service: SecretService,
  entry: { readonly path: EntryPath; readonly id: string },
  data: Uint8Array,
  options: WriteOptions,
): Promise<EntryHead> {
  const { ifVersion, labels, signal } = options;
  if (labels && !areStorable(labels)) throw new VaultError('invalid_argument', 'write');
  let mayBeMissing = ifVersion === undefined || ifVersion === 'absent';
  for (let wait = FIRST_WAIT_MS; ; ) {
    if (mayBeMissing) {
      const made = await create(service, entry.id, options);
      if (made) return add(service, entry, data, { secret: made, base: 0 }, options);
    }
    const found = await ask(findEntry(service, entry.id, { signal }));
    if (found && !mayProceed(found, options)) {
      mayBeMissing = false;
      wait = Math.min(2 * wait, LAST_WAIT_MS);
      await sleep(wait, undefined, { signal }).catch(() => Promise.reject(new VaultError('aborted', 'write')));
      continue;
    }
    const secret = found && (await claim(service, entry.id, found, options));
    if (secret) return add(service, entry, data, { secret, base: found.newest?.number ?? 0 }, options);
    // Gone, or changed by somebody else meanwhile.
    if (ifVersion !== undefined && ifVersion !== 'absent') throw new VaultError('version_conflict', 'write');
    if (found && ifVersion === 'absent') throw new VaultError('version_conflict', 'write');
    mayBeMissing = !found;
  }
}

/** True to go on, false to wait. Throws `version_conflict`; behind somebody's claim it says when that has lost its meaning. */
function mayProceed(found: FoundEntry, { ifVersion, operationId }: WriteOptions): boolean {
  const holds =
    ifVersion === undefined ||
    (ifVersion === 'absent' ? !isLive(found) : isLive(found) && String(found.newest.number) === ifVersion);
  const { pending } = found;
  if (!holds) throw new VaultError('version_conflict', 'write');
  const busy = isBusy(pending) && pending?.operationId !== operationId;
  if (!busy) return true;
  if (ifVersion === undefined) return false;
  const retryAfterMs = CLAIM_LIFETIME_MS - Math.abs(Date.now() - pending.at);
  throw new VaultError('version_conflict', 'write', { retryAfterMs: Math.max(1, retryAfterMs) });
}

/** Could the writer of this claim still add its version? Not when it is from long ago, nor when its clock was far ahead. */
export function isBusy(pending: Claim | undefined): pending is Claim {
  return pending !== undefined && Math.abs(Date.now() - pending.at) < CLAIM_LIFETIME_MS;
}

/** `undefined` when there is one already. */
async function create(
  service: SecretService,
  id: string,
  { operationId, labels, signal }: WriteOptions,
): Promise<SecretFacts | undefined> {
  const annotations = withOurs({}, labels, { operationId, base: 0, at: Date.now() });
  try {
    return await service.createSecret(id, annotations, { signal, timeoutMs: STEP_MS });
  } catch (error) {
    if (isRefusal(error, 'ALREADY_EXISTS')) return undefined;
    throw classify(error, 'write', true);
  }
}

/** `undefined` when the secret is gone or has changed. */
async function claim(
  service: SecretService,
  id: string,
  { secret, newest }: FoundEntry,
  { operationId, labels, signal }: WriteOptions,
): Promise<SecretFacts | undefined> {
  const ours = { operationId, base: newest?.number ?? 0, at: Date.now() };
  const annotations: Annotations = withOurs(secret.annotations, labels, ours);
  try {
    return await service.annotate(id, annotations, secret.etag, { signal, timeoutMs: STEP_MS });
  } catch (error) {
    if (isRefusal(error, 'FAILED_PRECONDITION', 'ABORTED', 'NOT_FOUND')) return undefined;
    throw classify(error, 'write', true);
  }
}

/** From here on something has changed in any case: the claim, and the labels with it. */
async function add(
  service: SecretService,
  { path, id }: { readonly path: EntryPath; readonly id: string },
  data: Uint8Array,
  claimed: { readonly secret: SecretFacts; readonly base: number },
  { ifVersion, signal }: WriteOptions,
): Promise<EntryHead> {
  const { number } = await service.addVersion(id, data, { signal, timeoutMs: STEP_MS }).catch((error: unknown) => {
    const { code, retryAfterMs } = classify(error, 'write', true);
    // The secret was there a moment ago: it was removed, which is no answer to a write.
    throw new VaultError(code === 'not_found' ? 'unknown' : code, 'write', { maybeApplied: true, retryAfterMs });
  });
  if (ifVersion !== undefined && number !== claimed.base + 1) {
    throw new VaultError('unknown', 'write', { maybeApplied: true });
  }
  return { path, version: String(number), labels: labelsOf(claimed.secret.annotations) };
}

/** Replaces all labels of what was found, with the ETag of its secret. */
export async function labelEntry(
  service: SecretService,
  id: string,
  { secret }: FoundEntry,
  labels: Labels,
  signal: AbortSignal,
): Promise<'done' | 'changed'> {
  try {
    await service.annotate(id, withOurs(secret.annotations, labels, undefined), secret.etag, { signal });
    return 'done';
  } catch (error) {
    if (isRefusal(error, 'FAILED_PRECONDITION', 'ABORTED')) return 'changed';
    throw classify(error, 'label', true);
  }
}

async function ask<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw classify(error, 'write', false);
  }
}
