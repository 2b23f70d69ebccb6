import type { Entry } from '../../adapters/adapter.ts';
import type { SecretFields } from '../../adapters/secret-value.ts';
import { type RemovedEntry, VaultError } from '../../adapters/vault-error.ts';
import { fingerprint } from '../crypto/fingerprint.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import type { Failpoint } from '../ports.ts';
import { markerOwner, ownershipLabels } from '../secrets/ownership.ts';
import { canonicalBytes } from '../secrets/payload/canonical-bytes.ts';
import { entryOrAbsent } from '../secrets/vault-ref.ts';
import type { Vault } from '../vaults/vault.ts';
import type { SourceValues } from './source-values.ts';
import { type Observed, planTarget, type SyncDecision } from './sync-plan.ts';
import { type ClaimedTarget, claimCreation, recheckTarget, type TargetResult } from './target-store.ts';

export interface ConvergeTools {
  readonly db: Sql;
  readonly keyring: Keyring;
  readonly sources: SourceValues;
  readonly failpoint: Failpoint;
}

/** The desired state moved, the lease ended or the profile was disabled: whoever holds the row next starts afresh. */
class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** What was proved, or what to do instead of writing. */
type Ending = Pick<TargetResult, 'state' | 'code' | 'proved'>;

/**
 * Brings one claimed target to its desired state: observe, look again, write under compare-and-set on what was observed, read
 * back. Throws `VaultError`, `SourceUnavailable` or nothing; nothing is recorded here.
 *
 * Looking first is never skipped for an entry that may exist: its version alone does not say that it is still ours, since
 * somebody may have removed it and made another, whose numbers start anew.
 */
export async function convergeTarget(tools: ConvergeTools, vault: Vault, target: ClaimedTarget): Promise<Ending> {
  try {
    if (target.desiredVersion !== null && target.version?.state !== 'enabled') {
      return { state: 'parked', code: `version_${target.version?.state ?? 'missing'}`, proved: null };
    }
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
  const { desiredVersion, owned, claimed, remoteVersion, onConflict } = target;
  const fresh = !owned && !claimed && remoteVersion === null && onConflict === 'fail';
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
  const observed: Observed =
    entry === undefined
      ? { kind: 'absent' }
      : { kind: 'present', version: entry.version, marker: markerOf(vault, entry, target), matches };
  return act(tools, vault, target, planTarget(observed, target), atHand);
}

/** `value`: the content to write, when it was at hand before the last look at the row. */
async function act(
  tools: ConvergeTools,
  vault: Vault,
  target: ClaimedTarget,
  decision: SyncDecision,
  value?: SecretFields,
): Promise<Ending> {
  const { desiredVersion } = target;
  switch (decision.action) {
    case 'conflict':
    case 'drifted':
      return { state: decision.action, code: decision.code, proved: null };
    case 'forget':
      return forget(tools, vault, target);
    case 'remove':
      return remove(tools, vault, target, decision.ifVersion);
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
  const fields = value ?? (await tools.sources.valueOf(target, version));
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
    ...((create || decision.label) && vault.capabilities.labels ? { labels: labelsOf(target) } : {}),
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

async function remove(tools: ConvergeTools, vault: Vault, target: ClaimedTarget, version: string): Promise<Ending> {
  if (!(await recheckTarget(tools.db, target, [])).current) throw new Abandoned();
  await tools.failpoint('sync.before-write');
  const recoverable = target.onRemove === 'delete-until-restore' && vault.capabilities.softDelete;
  await vault.remove(target.remotePath, { mode: recoverable ? 'recoverable' : 'permanent', ...guard(vault, version) });
  await tools.failpoint('sync.after-write');
  const left = await entryOrAbsent(vault.head(target.remotePath));
  return left === undefined
    ? { state: 'removed', code: null, proved: null }
    : { state: 'removing', code: 'not_verified', proved: null };
}

function markerOf(vault: Vault, entry: Entry, target: ClaimedTarget) {
  return vault.capabilities.labels ? markerOwner(entry.labels, target.secretId) : 'unsupported';
}

/** Nothing of ours is live there. What was only removed recoverably goes for good when no restore may want it any more. */
async function forget(tools: ConvergeTools, vault: Vault, target: ClaimedTarget): Promise<Ending> {
  const forgotten = { state: 'removed', code: null, proved: null } as const;
  if (target.onRemove !== 'delete' || !vault.capabilities.softDelete) return forgotten;
  const removed = await removedOrUndefined(vault.head(target.remotePath));
  if (removed === undefined || markerOwner(removed.labels, target.secretId) !== 'ours') return forgotten;
  if (!(await recheckTarget(tools.db, target, [])).current) throw new Abandoned();
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
function fingerprintsOf(tools: ConvergeTools, target: ClaimedTarget, entry: Entry): string[] {
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
  return ownershipLabels(target.secretId, target.profileId);
}

function guard(vault: Vault, version: string): { ifVersion?: string } {
  return vault.capabilities.compareAndSet ? { ifVersion: version } : {};
}
