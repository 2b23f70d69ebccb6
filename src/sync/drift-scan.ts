import type { Db } from '../db.ts';
import { vaultRefOf } from '../secrets/vault-ref.ts';
import { remoteEntryOf } from '../vaults/remote-entry.ts';
import type { VaultPool } from '../vaults/vault.ts';
import { reclaimRemoved, takeScanTurn } from './drift-store.ts';
import type { OutsideValues } from './outside-values.ts';
import type { Claim, TargetRun, TargetRuns } from './target-runs.ts';
import { type ClaimedTarget, claimTargets, findRunProfile, type RunProfile } from './target-store.ts';

export interface DriftScanDeps {
  readonly db: Db;
  readonly vaults: VaultPool;
  readonly runs: TargetRuns;
  readonly outside: OutsideValues;
}

/** Between two turns of one profile. */
const TURN_MS = 5_000;
/** Looks at once: a scan leaves the profile's calls to those who carry something. */
const AT_ONCE = 4;

/**
 * Looks at copies that are in step, a few at a time. Each profile has a turn every few seconds, taken in its row, so that the
 * rate holds over all processes and however often somebody rings.
 */
export function createDriftScan({ db, vaults, runs, outside }: DriftScanDeps) {
  /** Profiles this process looks at: a vault that hangs makes a turn longer than the time to the next. */
  const turns = new Set<string>();

  /** What came of one look. A removed copy that is back is to be removed anew, if its place is not somebody else's by now. */
  const look = async (target: ClaimedTarget, claim: Claim): Promise<TargetRun> => {
    const run = await runs.run(target, claim);
    if (target.state !== 'removed' || run.result.state !== 'removing') return run;
    const { place } = claim.profile;
    const entry = await remoteEntryOf(claim.profile, target.remotePath, '/remotePath');
    if (await reclaimRemoved(db, target, { place, entry })) return run;
    return { result: { ...run.result, state: 'removed', retryInMs: null } };
  };

  const lookAtAll = async (targets: readonly ClaimedTarget[], claim: Claim): Promise<void> => {
    const [first] = targets;
    if (first === undefined) return;
    const recording = runs.recorder.start(first.organizationId);
    const looks = await Promise.all(targets.map(async (target) => ({ target, run: await look(target, claim) })));
    for (const { run } of looks) recording.add(run.result);
    await recording.flush();
    for (const { target, run } of looks) {
      if (run.outside !== undefined) await outside.propose(target, run.outside, claim.profile);
    }
  };

  const takeTurn = async (profileId: string, signal: AbortSignal): Promise<void> => {
    if (!(await takeScanTurn(db, profileId, TURN_MS))) return;
    const profile = await findRunProfile(db, profileId);
    if (profile === undefined) return;
    const openVault = () => vaults.open(vaultRefOf(profile));
    let left = looksPerTurn(profile);
    while (left > 0 && !signal.aborted) {
      const limit = Math.min(left, AT_ONCE, profile.concurrency);
      const claimedAt = performance.now();
      const claimed = await claimTargets(db, profile, limit, runs.timing, 'scan');
      await lookAtAll(claimed, { profile, openVault, claimedAt, scan: true });
      left = claimed.length < limit ? 0 : left - limit;
    }
  };

  return {
    /**
     * One turn of the profile, if it is its time and this process is not on it: as many looks as its rate allows, while `signal`
     * does not fire.
     */
    async scan(profileId: string, signal: AbortSignal): Promise<void> {
      if (turns.has(profileId)) return;
      turns.add(profileId);
      try {
        await takeTurn(profileId, signal);
      } finally {
        turns.delete(profileId);
      }
    },
  };
}

export type DriftScan = ReturnType<typeof createDriftScan>;

function looksPerTurn({ drift }: RunProfile): number {
  return Math.max(1, Math.round((drift.looksPerMinute * TURN_MS) / 60_000));
}
