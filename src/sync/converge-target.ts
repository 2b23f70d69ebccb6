import type { Entry, Labels } from '../../adapters/adapter.ts';
import type { SecretFields } from '../../adapters/secret-value.ts';
import { type RemovedEntry, VaultError } from '../../adapters/vault-error.ts';
import { fingerprint } from '../crypto/fingerprint.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import type { Failpoint } from '../ports.ts';
import { markedVersion, markerOwner, ownershipLabels } from '../secrets/ownership.ts';
import { canonicalBytes } from '../secrets/payload/canonical-bytes.ts';
import { entryOrAbsent } from '../secrets/vault-ref.ts';
import type { DriftPolicy } from '../vaults/drift-policy.ts';
import type { Vault } from '../vaults/vault.ts';
import type { Removal } from './delete-fuse-store.ts';
import { type DriftCode, underPolicy } from './drift.ts';
import { type Ending, guard, mark, proveRemoved, proveWritten, type Sending } from './prove-target.ts';
import type { RemovedCopies } from './removed-copies.ts';
import { SourceUnavailable, type SourceValues } from './source-values.ts';
import { type Observed, planTarget, type SyncDecision, withheld } from './sync-plan.ts';
import { type ClaimedTarget, claimCreation, recheckTarget } from './target-store.ts';

export interface ConvergeTools {
  readonly db: Sql;
  readonly keyring: Keyring;
  readonly sources: SourceValues;
  readonly failpoint: Failpoint;
  /** Asked right before an entry is removed; false: the profile's fuse holds it. */
  readonly permitRemoval: (removal: Removal, what?: 'entry' | 'nothing') => Promise<boolean>;
  readonly removedCopies: Pick<RemovedCopies, 'keep' | 'find'>;
}

/** How one run goes about a target. */
export interface Run extends Sending {
  /** The drift scan looks: nothing has to be carried, and only what the policy says is put right. */
  readonly scan: boolean;
  readonly policy: DriftPolicy;
}

/** How a run ended. */
export interface Outcome extends Ending {
  /** What was found changed and written as it should be. */
  readonly repaired?: DriftCode | null;
  /** A content that somebody put in the place of ours; only ever in memory, for a profile that has it proposed. */
  readonly outside?: SecretFields;
}

/** The desired state moved, the lease ended or the profile was disabled: whoever holds the row next starts afresh. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/**
 * Brings one claimed target to its desired state: observe, look again, write under compare-and-set on what was observed, read
 * back. Throws `VaultError`, `SourceUnavailable` or `Abandoned`; nothing is recorded here.
 *
 * Looking first is never skipped for an entry that may exist: its version alone does not say that it is still ours, since
 * somebody may have removed it and made another, whose numbers start anew.
 */
export async function convergeTarget(
  tools: ConvergeTools,
  vault: Vault,
  target: ClaimedTarget,
  run: Run,
): Promise<Outcome> {
  const held = withheld(target.desiredVersion, target.version);
  if (held !== undefined && !run.scan) return { state: 'parked', code: held, proved: null };
  if (isUntouched(vault, target)) {
    try {
      return await act(tools, vault, target, run, { action: 'create' });
    } catch (error) {
      if (!(error instanceof VaultError) || error.code !== 'version_conflict') throw error;
    }
  }
  return observeAndAct(tools, vault, target, run);
}

/** A target we never wrote to: creating under "must be absent" looks and writes in one step. */
function isUntouched(vault: Vault, target: ClaimedTarget): boolean {
  const { desiredVersion, owned, claimed, remoteVersion, onConflict, wary } = target;
  const fresh = !owned && !wary && !claimed && remoteVersion === null && onConflict === 'fail';
  return fresh && desiredVersion !== null && vault.capabilities.compareAndSet;
}

async function observeAndAct(tools: ConvergeTools, vault: Vault, target: ClaimedTarget, run: Run): Promise<Outcome> {
  // Most likely needed: fetched while we look. A failure shows where the value is used.
  const value =
    target.desiredVersion !== null && target.desiredVersion !== target.observedVersion && !run.scan
      ? tools.sources.valueOf(target, target.desiredVersion).catch(() => undefined)
      : undefined;
  const entry = await entryOrAbsent(vault.read(target.remotePath));
  await tools.failpoint('sync.after-observe');
  const atHand = await value;
  const { current, matches } = await recheckTarget(tools.db, target, entry ? fingerprintsOf(tools, target, entry) : []);
  if (!current) throw new Abandoned();
  const observed: Observed = entry === undefined ? { kind: 'absent' } : observedAs(vault, entry, target, matches);
  const planned = planTarget(observed, target);
  if (target.state === 'removed') {
    // The place may be somebody else's by now: it is claimed anew before anything is removed there.
    return { state: planned.action === 'remove' ? 'removing' : 'removed', code: null, proved: null };
  }
  if (planned.action === 'remove') {
    return entry === undefined
      ? forget(tools, vault, target, run)
      : remove(tools, vault, target, run, { ...entry, matches });
  }
  const { decision, repaired } = decide(planned, { vault, target, run, entry });
  const ending = await act(tools, vault, target, run, decision, atHand);
  const changed = ending.code === 'content_changed' && entry !== undefined && proposes(target, run);
  return {
    ...ending,
    repaired: ending.state === 'synced' ? repaired : null,
    ...(changed ? { outside: entry.fields } : {}),
  };
}

type Undertaken = Exclude<SyncDecision, { action: 'remove' }>;

function decide(
  planned: Undertaken,
  on: {
    readonly vault: Vault;
    readonly target: ClaimedTarget;
    readonly run: Run;
    readonly entry: Entry | undefined;
  },
): { readonly decision: Undertaken; readonly repaired: DriftCode | null } {
  const { vault, target, run, entry } = on;
  const { labels, compareAndSet } = vault.capabilities;
  return underPolicy(planned, {
    scan: run.scan,
    policy: run.policy,
    mayRepair: isApproved(target) && !target.wary,
    observed: entry?.version ?? null,
    unmarked: entry !== undefined && labels && markerOwner(entry.labels, target.secretId) === 'none',
    labelsChanged: entry !== undefined && labels && !hasLabels(entry, labelsOf(target)),
    compareAndSet,
  });
}

/** A version is wanted there, and may be written. */
function isApproved({ desiredVersion, version }: ClaimedTarget): boolean {
  return desiredVersion !== null && withheld(desiredVersion, version) === undefined;
}

/** After a restore an unknown content may be one of ours that was forgotten: that is for a person to say. */
function proposes({ wary }: ClaimedTarget, { policy }: Run): boolean {
  return policy === 'propose' && !wary;
}

/** `value`: the content to write, when it was at hand before the last look at the row. */
async function act(
  tools: ConvergeTools,
  vault: Vault,
  target: ClaimedTarget,
  run: Run,
  decision: Undertaken,
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
      return forget(tools, vault, target, run);
    case 'record':
      if (decision.label && vault.capabilities.labels) return mark(vault, target, decision, run);
      return { state: 'synced', code: null, proved: { version: desiredVersion ?? 0, remoteVersion: decision.version } };
    case 'create':
    case 'update':
      return push(tools, vault, target, run, decision, value);
  }
}

async function push(
  tools: ConvergeTools,
  vault: Vault,
  target: ClaimedTarget,
  run: Run,
  decision: Extract<SyncDecision, { action: 'create' | 'update' }>,
  value: SecretFields | undefined,
): Promise<Ending> {
  const version = target.desiredVersion ?? 0;
  const fields = value ?? (await valueFor(tools, target, version));
  const create = decision.action === 'create';
  // Without a condition any write may turn out to create the entry.
  const current =
    create || !vault.capabilities.compareAndSet
      ? await claimCreation(tools.db, target)
      : value !== undefined || (await recheckTarget(tools.db, target, [])).current;
  if (!current) throw new Abandoned();
  await tools.failpoint('sync.before-write');
  const ifVersion = create ? 'absent' : decision.ifVersion;
  await vault.write(target.remotePath, fields, {
    operationId: `${target.id}-${target.generation}`,
    ...(vault.capabilities.compareAndSet ? { ifVersion } : {}),
    ...(vault.capabilities.labels ? { labels: labelsOf(target) } : {}),
    notAfter: run.notAfter,
  });
  run.onWritten(version);
  await tools.failpoint('sync.after-write');
  return proveWritten(vault, target, fields, run);
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
  run: Run,
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
  const mode = recoverable ? 'recoverable' : 'permanent';
  await vault.remove(target.remotePath, { mode, ...guard(vault, entry.version), notAfter: run.notAfter });
  run.onWritten(null);
  await tools.failpoint('sync.after-write');
  return proveRemoved(vault, target);
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
async function forget(tools: ConvergeTools, vault: Vault, target: ClaimedTarget, run: Run): Promise<Ending> {
  const forgotten = { state: 'removed', code: null, proved: null } as const;
  if (!(await tools.permitRemoval(target, 'nothing'))) return HELD;
  if (target.onRemove !== 'delete' || !vault.capabilities.softDelete) return forgotten;
  const removed = await removedOrUndefined(vault.head(target.remotePath));
  if (removed === undefined || markerOwner(removed.labels, target.secretId) !== 'ours') return forgotten;
  if (!(await recheckTarget(tools.db, target, [])).current) throw new Abandoned();
  if (!(await tools.permitRemoval(target))) return HELD;
  const { notAfter } = run;
  await vault.remove(target.remotePath, { mode: 'permanent', ...guard(vault, removed.version), notAfter });
  run.onWritten(null);
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

function labelsOf(target: ClaimedTarget) {
  return ownershipLabels(target.secretId, target.profileId, target.desiredVersion ?? 0);
}

function hasLabels(entry: Entry, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => entry.labels[name] === value);
}
