import type { Entry } from '../../adapters/adapter.ts';
import type { SecretFields } from '../../adapters/secret-value.ts';
import { type RemovedEntry, VaultError } from '../../adapters/vault-error.ts';
import { fingerprint } from '../crypto/fingerprint.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import type { Failpoint } from '../ports.ts';
import { markedVersion, markerOwner, ownershipLabels } from '../secrets/ownership.ts';
import { canonicalBytes } from '../secrets/payload/canonical-bytes.ts';
import { entryOrAbsent } from '../secrets/vault-ref.ts';
import type { Vault } from '../vaults/vault.ts';
import type { Removal } from './delete-fuse-store.ts';
import type { RemovedCopies } from './removed-copies.ts';
import { SourceUnavailable, type SourceValues } from './source-values.ts';
import { type Observed, planTarget, type SyncDecision, withheld } from './sync-plan.ts';
import { type ClaimedTarget, claimCreation, recheckTarget, type TargetResult } from './target-store.ts';

export interface ConvergeTools {
  readonly db: Sql;
  readonly keyring: Keyring;
  readonly sources: SourceValues;
  readonly failpoint: Failpoint;
  /** Asked right before an entry is removed; false: the profile's fuse holds it. */
  readonly permitRemoval: (removal: Removal, what?: 'entry' | 'nothing') => Promise<boolean>;
  readonly removedCopies: Pick<RemovedCopies, 'keep' | 'find'>;
}

/** The desired state moved, the lease ended or the profile was disabled: whoever holds the row next starts afresh. */
class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** What was proved, or what to do instead of writing. */
type Ending = Pick<TargetResult, 'state' | 'code' | 'proved' | 'aheadVersion'>;

/**
 * Brings one claimed target to its desired state: observe, look again, write under compare-and-set on what was observed, read
 * back. Throws `VaultError`, `SourceUnavailable` or nothing; nothing is recorded here.
 *
 * Looking first is never skipped for an entry that may exist: its version alone does not say that it is still ours, since
 * somebody may have removed it and made another, whose numbers start anew.
 */
export async function convergeTarget(tools: ConvergeTools, vault: Vault, target: ClaimedTarget): Promise<Ending> {
  try {
    const held = withheld(target.desiredVersion, target.version);
    if (held !== undefined) return { state: 'parked', code: held, proved: null };
    if (isUntouched(vault, target)) {
      try {
        return await act(tools, vault, target, { action: 'create' });
      } catch (error) {
        if (!(error instanceof VaultError) || error.code !== 'version_conflict') throw error;
      }
    }
    return await observeAndAct(tools, vault, target);
  } catch (error) {
    if (!(error instanceof Abandoned)) throw error;
    return { state: target.desiredVersion === null ? 'removing' : 'pending', code: null, proved: null };
  }
}

/** A target we never wrote to: creating under "must be absent" looks and writes in one step. */
function isUntouched(vault: Vault, target: ClaimedTarget): boolean {
  const { desiredVersion, owned, claimed, remoteVersion, onConflict, wary } = target;
  const fresh = !owned && !wary && !claimed && remoteVersion === null && onConflict === 'fail';
  return fresh && desiredVersion !== null && vault.capabilities.compareAndSet;
}

async function observeAndAct(tools: ConvergeTools, vault: Vault, target: ClaimedTarget): Promise<Ending> {
  // Most likely needed: fetched while we look. A failure shows where the value is used.
  const value =
    target.desiredVersion !== null && target.desiredVersion !== target.observedVersion
      ? tools.sources.valueOf(target, target.desiredVersion).catch(() => undefined)
      : undefined;
  const entry = await entryOrAbsent(vault.read(target.remotePath));
  await tools.failpoint('sync.after-observe');
  const atHand = await value;
  const { current, matches } = await recheckTarget(tools.db, target, entry ? fingerprintsOf(tools, target, entry) : []);
  if (!current) throw new Abandoned();
  const observed: Observed = entry === undefined ? { kind: 'absent' } : observedAs(vault, entry, target, matches);
  const decision = planTarget(observed, target);
  if (decision.action !== 'remove') return act(tools, vault, target, decision, atHand);
  return entry === undefined ? forget(tools, vault, target) : remove(tools, vault, target, { ...entry, matches });
}

/** `value`: the content to write, when it was at hand before the last look at the row. */
async function act(
  tools: ConvergeTools,
  vault: Vault,
  target: ClaimedTarget,
  decision: Exclude<SyncDecision, { action: 'remove' }>,
  value?: SecretFields,
): Promise<Ending> {
  const { desiredVersion } = target;
  switch (decision.action) {
    case 'conflict':
      return { state: 'conflict', code: decision.code, proved: null };
    case 'drifted':
      return { state: 'drifted', code: decision.code, proved: null, aheadVersion: aheadOf(decision) };
    case 'leave':
      return { state: 'parked', code: decision.code, proved: null };
    case 'forget':
      return forget(tools, vault, target);
    case 'record':
      if (decision.label && vault.capabilities.labels) {
        await vault.label(target.remotePath, labelsOf(target), guard(vault, decision.version));
      }
      return { state: 'synced', code: null, proved: { version: desiredVersion ?? 0, remoteVersion: decision.version } };
    case 'create':
    case 'update':
      return push(tools, vault, target, decision, value);
  }
}

async function push(
  tools: ConvergeTools,
  vault: Vault,
  target: ClaimedTarget,
  decision: Extract<SyncDecision, { action: 'create' | 'update' }>,
  value: SecretFields | undefined,
): Promise<Ending> {
  const version = target.desiredVersion ?? 0;
  const fields = value ?? (await valueFor(tools, target, version));
  const create = decision.action === 'create';
  const current = create
    ? await claimCreation(tools.db, target)
    : value !== undefined || (await recheckTarget(tools.db, target, [])).current;
  if (!current) throw new Abandoned();
  await tools.failpoint('sync.before-write');
  const ifVersion = create ? 'absent' : decision.ifVersion;
  await vault.write(target.remotePath, fields, {
    operationId: `${target.id}-${target.generation}`,
    ...(vault.capabilities.compareAndSet ? { ifVersion } : {}),
    ...(vault.capabilities.labels ? { labels: labelsOf(target) } : {}),
  });
  await tools.failpoint('sync.after-write');
  return prove(vault, target, version, fields);
}

/** Only what is read back counts: a vault that answers "done" and stores nothing never makes a target synced. */
async function prove(vault: Vault, target: ClaimedTarget, version: number, expected: SecretFields): Promise<Ending> {
  const entry = await entryOrAbsent(vault.read(target.remotePath));
  if (entry === undefined || !sameFields(entry.fields, expected)) {
    return { state: 'failed', code: 'not_verified', proved: null };
  }
  return { state: 'synced', code: null, proved: { version, remoteVersion: entry.version } };
}

const HELD = { state: 'removing', code: 'delete_fuse', proved: null } as const;

/** From the source; while that is away, what was kept of the copy when it was removed. */
async function valueFor(tools: ConvergeTools, target: ClaimedTarget, version: number): Promise<SecretFields> {
  try {
    return await tools.sources.valueOf(target, version);
  } catch (error) {
    const kept = error instanceof SourceUnavailable ? await tools.removedCopies.find(target) : undefined;
    if (kept === undefined) throw error;
    return kept;
  }
}

async function remove(
  tools: ConvergeTools,
  vault: Vault,
  target: ClaimedTarget,
  entry: Entry & { readonly matches: readonly number[] },
): Promise<Ending> {
  if (!(await recheckTarget(tools.db, target, [])).current) throw new Abandoned();
  if (!(await tools.permitRemoval(target))) return HELD;
  await tools.failpoint('sync.before-write');
  const restorable = target.onRemove === 'delete-until-restore';
  const recoverable = restorable && vault.capabilities.softDelete;
  if (restorable && !recoverable) {
    await tools.removedCopies.keep(target, { fields: entry.fields, version: entry.matches.at(-1) ?? null });
  }
  await vault.remove(target.remotePath, {
    mode: recoverable ? 'recoverable' : 'permanent',
    ...guard(vault, entry.version),
  });
  await tools.failpoint('sync.after-write');
  const left = await entryOrAbsent(vault.head(target.remotePath));
  return left === undefined
    ? { state: 'removed', code: null, proved: null }
    : { state: 'removing', code: 'not_verified', proved: null };
}

/** The entry as the plan sees it. `matches`: versions of the secret with its content. */
export function observedAs(
  vault: Vault,
  entry: Entry,
  target: Pick<ClaimedTarget, 'secretId'>,
  matches: readonly number[],
): Observed {
  const marked = vault.capabilities.labels ? markedVersion(entry.labels) : null;
  return { kind: 'present', version: entry.version, marker: markerOf(vault, entry, target), marked, matches };
}

function aheadOf(decision: Extract<SyncDecision, { action: 'drifted' }>): number | null {
  return decision.code === 'remote_ahead' ? (decision.aheadVersion ?? null) : null;
}

/** Whose entry it is, as far as its vault can say. */
export function markerOf(vault: Vault, entry: Entry, target: Pick<ClaimedTarget, 'secretId'>) {
  return vault.capabilities.labels ? markerOwner(entry.labels, target.secretId) : 'unsupported';
}

/** Nothing of ours is live there. What was only removed recoverably goes for good when no restore may want it any more. */
async function forget(tools: ConvergeTools, vault: Vault, target: ClaimedTarget): Promise<Ending> {
  const forgotten = { state: 'removed', code: null, proved: null } as const;
  if (!(await tools.permitRemoval(target, 'nothing'))) return HELD;
  if (target.onRemove !== 'delete' || !vault.capabilities.softDelete) return forgotten;
  const removed = await removedOrUndefined(vault.head(target.remotePath));
  if (removed === undefined || markerOwner(removed.labels, target.secretId) !== 'ours') return forgotten;
  if (!(await recheckTarget(tools.db, target, [])).current) throw new Abandoned();
  if (!(await tools.permitRemoval(target))) return HELD;
  await vault.remove(target.remotePath, { mode: 'permanent' });
  return forgotten;
}

/** What is known of a recoverably removed entry; undefined when there is none, or a live one. */
async function removedOrUndefined(looking: Promise<unknown>): Promise<RemovedEntry | undefined> {
  try {
    await looking;
    return undefined;
  } catch (error) {
    if (error instanceof VaultError && error.code === 'not_found') return error.removed;
    throw error;
  }
}

/** The content's fingerprint under every key of the ring: older versions may have been fingerprinted with another. */
export function fingerprintsOf(
  tools: Pick<ConvergeTools, 'keyring'>,
  target: Pick<ClaimedTarget, 'secretId' | 'organizationId' | 'secretType'>,
  entry: Entry,
): string[] {
  const secret = { id: target.secretId, organizationId: target.organizationId, type: target.secretType };
  const canonical = canonicalBytes(entry.fields);
  return tools.keyring.keyIds.map((keyId) => fingerprint(tools.keyring, secret, canonical, keyId));
}

function sameFields(a: SecretFields, b: SecretFields): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (b.get(name)?.equals(value) !== true) return false;
  return true;
}

function labelsOf(target: ClaimedTarget) {
  return ownershipLabels(target.secretId, target.profileId, target.desiredVersion ?? 0);
}

function guard(vault: Vault, version: string): { ifVersion?: string } {
  return vault.capabilities.compareAndSet ? { ifVersion: version } : {};
}
