import type { SecretFields } from '../../adapters/secret-value.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import type { Failpoint } from '../ports.ts';
import type { ValueCache } from '../secrets/value-cache.ts';
import type { Vault, VaultPool } from '../vaults/vault.ts';
import { Abandoned, type ConvergeTools, convergeTarget } from './converge-target.ts';
import { permitRemoval } from './delete-fuse-store.ts';
import { nextScanIn } from './drift.ts';
import type { Ending } from './prove-target.ts';
import { createRemovedCopies } from './removed-copies.ts';
import { createResultRecorder } from './result-recorder.ts';
import { lookAgainIn } from './settling.ts';
import { createSourceValues } from './source-values.ts';
import { failureOf } from './target-failure.ts';
import type { ClaimedTarget, RunProfile, SyncTiming, TargetResult } from './target-store.ts';

export interface TargetRunsDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly vaults: VaultPool;
  readonly values: ValueCache;
  readonly failpoint: Failpoint;
  readonly timing: SyncTiming;
}

/** What the runs of one claim have in common. */
export interface Claim {
  readonly profile: RunProfile;
  readonly openVault: () => Promise<Vault>;
  /** When the claim was asked for, on the clock of `performance.now()`: its lease began later. */
  readonly claimedAt: number;
  readonly scan: boolean;
}

/** How a run on one target came out. `outside` is a value: it is handed on in memory, never stored or logged. */
export interface TargetRun {
  readonly result: TargetResult;
  readonly outside?: SecretFields;
}

/** A scan that could not look tries again within this time. */
const SCAN_AGAIN_MS = 5 * 60_000;

export type TargetRuns = ReturnType<typeof createTargetRuns>;

/** Runs on claimed targets: what came of them, ready to be recorded, and the recorder. */
export function createTargetRuns(deps: TargetRunsDeps) {
  const { timing } = deps;
  const tools: ConvergeTools = {
    ...deps,
    sources: createSourceValues(deps),
    removedCopies: createRemovedCopies(deps),
    permitRemoval: (removal, what) => permitRemoval(deps.db, deps.keyring, removal, what),
  };

  return {
    timing,
    recorder: createResultRecorder({ ...deps, settleMs: timing.settleMs }),

    /** Never throws: what went wrong is part of the result. */
    async run(target: ClaimedTarget, { profile, openVault, claimedAt, scan }: Claim): Promise<TargetRun> {
      let written: TargetResult['written'] = null;
      const { id, leaseToken, generation } = target;
      const base = () => ({ id, leaseToken, generation, written, unclear: false, repaired: null });
      try {
        const vault = await openVault();
        const {
          outside,
          repaired = null,
          ...ending
        } = await convergeTarget(tools, vault, target, {
          scan,
          policy: profile.drift.policy,
          notAfter: claimedAt + timing.leaseMs,
          onWritten: (version) => {
            written = { version };
          },
        });
        const scanInMs = scanAfter(ending.state, target, profile, vault);
        if (ending.code === 'not_verified') return { result: { ...base(), ...notVerified(target), scanInMs } };
        const result = { ...base(), ...settled(ending, target, written !== null), scanInMs, repaired };
        return outside === undefined ? { result } : { result, outside };
      } catch (error) {
        const unclear = error instanceof VaultError && error.maybeApplied;
        return { result: { ...base(), ...failed(error, target, scan), unclear } };
      }
    },
  };
}

type Recorded = Pick<TargetResult, 'state' | 'code' | 'proved' | 'aheadVersion' | 'retryInMs' | 'attempt'>;

/** An ending that says "as desired" is looked at again while the destination may still change by itself. */
function settled(ending: Ending, target: ClaimedTarget, wrote: boolean): Recorded {
  const later = lookAgainIn({ state: ending.state, wrote }, target);
  const recorded = { ...ending, retryInMs: later > 0 ? later : null, attempt: false };
  if (ending.state === 'removed' && later > 0) return { ...recorded, state: 'removing', code: 'settling' };
  return ending.state === 'removing' && ending.code === null ? { ...recorded, retryInMs: 0 } : recorded;
}

/** A scan that fails says nothing about the copy: that stays what it was, and somebody looks again soon. */
function failed(error: unknown, target: ClaimedTarget, scan: boolean): Recorded & Pick<TargetResult, 'scanInMs'> {
  if (scan) {
    const { state, code } = target;
    const kept = { state: state as TargetResult['state'], code, proved: null, retryInMs: null, attempt: false };
    return { ...kept, scanInMs: Math.round(SCAN_AGAIN_MS * (0.1 + 0.9 * Math.random())) };
  }
  if (!(error instanceof Abandoned)) return { ...failureOf(error, target), scanInMs: null };
  const state = target.desiredVersion === null ? 'removing' : 'pending';
  return { state, code: null, proved: null, retryInMs: 0, attempt: false, scanInMs: null };
}

function notVerified(target: ClaimedTarget): Recorded {
  return { ...failureOf(new NotVerified(), target), code: 'not_verified' };
}

/**
 * When the drift scan looks at a copy. Without compare-and-set also once at one that is gone: a request that comes later than
 * anybody expects would bring it back.
 */
function scanAfter(
  state: TargetResult['state'],
  target: ClaimedTarget,
  { drift }: RunProfile,
  vault: Vault,
): number | null {
  const next = nextScanIn(drift.intervalMinutes);
  if (state === 'synced' || state === 'drifted') return next;
  return state === 'removed' && target.state !== 'removed' && !vault.capabilities.compareAndSet ? next : null;
}

class NotVerified extends Error {
  override readonly name = 'NotVerified';
}
