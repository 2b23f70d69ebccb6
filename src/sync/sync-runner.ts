import type { Db } from '../db.ts';
import type { Failpoint } from '../ports.ts';
import { vaultRefOf } from '../secrets/vault-ref.ts';
import type { VaultPool } from '../vaults/vault.ts';
import type { TargetRuns } from './target-runs.ts';
import { claimTargets, findRunProfile, type RunProfile } from './target-store.ts';
import type { WatchTarget } from './watched-target.ts';

export interface SyncRunnerDeps {
  readonly db: Db;
  readonly vaults: VaultPool;
  readonly runs: TargetRuns;
  readonly failpoint: Failpoint;
  readonly watch: WatchTarget;
}

/** Converges the due targets of vault profiles. A job only says which profile to look at; the rows say what to do. */
export function createSyncRunner(deps: SyncRunnerDeps) {
  const { db, vaults, runs } = deps;
  const { recorder, timing } = runs;
  /** Profiles this process works on, and how to tell their run that somebody rang again. */
  const running = new Map<string, Bell>();

  /** Claims and converges until nothing is due; a place freed by one target is taken by the next at once. */
  const runOnce = async (profile: RunProfile, bell: Bell, signal: AbortSignal): Promise<void> => {
    const openVault = () => vaults.open(vaultRefOf(profile));
    const active = new Set<Promise<void>>();
    let run: ReturnType<typeof recorder.start> | undefined;
    while (!signal.aborted) {
      if (bell.rung && active.size < profile.concurrency) {
        bell.rung = false;
        const limit = profile.concurrency * 2 - active.size;
        const claimedAt = performance.now();
        const claimed = await claimTargets(db, profile, limit, timing);
        await deps.failpoint('sync.after-claim');
        if (claimed.length === limit) bell.rung = true;
        for (const target of claimed) {
          run ??= recorder.start(target.organizationId);
          const { add } = run;
          const claim = { profile, openVault, claimedAt, scan: false };
          const work: Promise<void> = deps
            .watch(profile, target, async () => (await runs.run(target, claim)).result)
            .then(add)
            .finally(() => active.delete(work));
          active.add(work);
        }
      }
      const full = active.size >= profile.concurrency;
      if (bell.rung && !full) continue;
      if (active.size === 0) break;
      await Promise.race(full ? active : [...active, bell.ringing()]);
    }
    await Promise.all(active);
    await run?.flush();
    await deps.failpoint('sync.after-record');
  };

  return {
    /**
     * Runs until the profile has no due target left or `signal` fires; what is under way is finished and recorded first.
     * Rung for a profile that this process already works on, it makes that run look once more.
     */
    async run(profileId: string, signal: AbortSignal): Promise<void> {
      const known = running.get(profileId);
      if (known !== undefined) return known.ring();
      const bell = createBell();
      running.set(profileId, bell);
      try {
        while (bell.rung && !signal.aborted) {
          const profile = await findRunProfile(db, profileId);
          if (profile?.enabled !== true) break;
          await runOnce(profile, bell, signal);
        }
      } finally {
        running.delete(profileId);
      }
    },
  };
}

interface Bell {
  rung: boolean;
  ring(): void;
  /** Resolves at the next ring, at once if it has rung. */
  ringing(): Promise<void>;
}

function createBell(): Bell {
  let wake: (() => void) | undefined;
  let ringing: Promise<void> | undefined;
  return {
    rung: true,
    ring() {
      this.rung = true;
      wake?.();
    },
    ringing() {
      if (this.rung) return Promise.resolve();
      ringing ??= new Promise((resolve) => {
        wake = () => {
          ringing = undefined;
          resolve();
        };
      });
      return ringing;
    },
  };
}
