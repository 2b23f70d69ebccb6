import { setTimeout as sleep } from 'node:timers/promises';
import type { EntryHead } from '../../adapters/adapter.ts';
import type { SecretFields } from '../../adapters/secret-value.ts';
import { markedVersion, markerOwner, ownershipLabels } from '../secrets/ownership.ts';
import { entryOrAbsent } from '../secrets/vault-ref.ts';
import type { Vault } from '../vaults/vault.ts';
import type { ClaimedTarget, TargetResult } from './target-store.ts';

/** What was proved, or what to do instead of writing. */
export type Ending = Pick<TargetResult, 'state' | 'code' | 'proved' | 'aheadVersion'>;

/** What may be sent in one run, and who is told that the vault took it. */
export interface Sending {
  /** Nothing is sent after that, on the clock of `performance.now()`: the lease is over then. */
  readonly notAfter: number;
  readonly onWritten: (version: number | null) => void;
}

/**
 * Waits between looks at what was just written, in milliseconds. A read may show what was there before: "All Secrets Manager
 * operations are eventually consistent" (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html),
 * and so are most of https://cloud.google.com/secret-manager/docs/reference/consistency. What cannot be seen after all of
 * these is tried again later.
 */
const READ_BACK_WAITS_MS = [100, 300, 900];

/** Only what is read back counts: a vault that answers "done" and stores nothing never makes a target synced. */
export async function proveWritten(
  vault: Vault,
  target: ClaimedTarget,
  expected: SecretFields,
  sending: Sending,
): Promise<Ending> {
  const entry = await seen(
    () => entryOrAbsent(vault.read(target.remotePath)),
    (found) => found !== undefined && sameFields(found.fields, expected),
  );
  if (entry === undefined || !sameFields(entry.fields, expected)) return notVerified('failed');
  return isMarked(vault, target, entry) ? proved(target, entry) : mark(vault, target, entry, sending);
}

/** Puts our marker on an entry of ours that lacks it or has another, and looks whether it is there. */
export async function mark(
  vault: Vault,
  target: ClaimedTarget,
  { version }: Pick<EntryHead, 'version'>,
  { notAfter, onWritten }: Sending,
): Promise<Ending> {
  const labels = ownershipLabels(target.secretId, target.profileId, target.desiredVersion ?? 0);
  await vault.label(target.remotePath, labels, { ...guard(vault, version), notAfter });
  onWritten(target.desiredVersion);
  const head = await seen(
    () => entryOrAbsent(vault.head(target.remotePath)),
    (found) => found !== undefined && isMarked(vault, target, found),
  );
  return head !== undefined && isMarked(vault, target, head) ? proved(target, head) : notVerified('failed');
}

/** A removal is proved by the vault's own word that nothing is there any more. */
export async function proveRemoved(vault: Vault, target: ClaimedTarget): Promise<Ending> {
  const left = await seen(
    () => entryOrAbsent(vault.head(target.remotePath)),
    (found) => found === undefined,
  );
  return left === undefined ? { state: 'removed', code: null, proved: null } : notVerified('removing');
}

/** The condition under which an entry may be changed: that it is still what was looked at. */
export function guard(vault: Vault, version: string): { ifVersion?: string } {
  return vault.capabilities.compareAndSet ? { ifVersion: version } : {};
}

/** The marker that makes it ours is there, where one can be, and names what is there. */
function isMarked(vault: Vault, { secretId, desiredVersion }: ClaimedTarget, { labels }: EntryHead): boolean {
  if (!vault.capabilities.labels) return true;
  return markerOwner(labels, secretId) === 'ours' && markedVersion(labels) === desiredVersion;
}

async function seen<T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  let found = await look();
  for (const wait of READ_BACK_WAITS_MS) {
    if (isThere(found)) break;
    await sleep(wait);
    found = await look();
  }
  return found;
}

function proved({ desiredVersion }: ClaimedTarget, { version }: Pick<EntryHead, 'version'>): Ending {
  return { state: 'synced', code: null, proved: { version: desiredVersion ?? 0, remoteVersion: version } };
}

function notVerified(state: 'failed' | 'removing'): Ending {
  return { state, code: 'not_verified', proved: null };
}

function sameFields(a: SecretFields, b: SecretFields): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (b.get(name)?.equals(value) !== true) return false;
  return true;
}
