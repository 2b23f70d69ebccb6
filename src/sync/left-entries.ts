import { VaultError } from '../../adapters/vault-error.ts';
import { systemActor } from '../access/actor.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import { pushDelay } from '../secrets/retry-delay.ts';
import { entryOrAbsent, vaultRefOf } from '../secrets/vault-ref.ts';
import type { VaultPool } from '../vaults/vault.ts';
import { fingerprintsOf, observedAs } from './converge-target.ts';
import { claimLeftEntries, deferLeftEntry, forgetLeftEntry, type LeftEntry, mayClear } from './left-entry-store.ts';
import { versionsWith } from './plan-store.ts';
import { planTarget } from './sync-plan.ts';

export interface LeftEntriesDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly vaults: VaultPool;
  readonly leaseMs: number;
}

const BATCH = 20;

/** `removed`: it was ours and is gone; `left`: it is somebody else's, or nobody may say. */
type Ending = 'removed' | 'left' | 'later';

/**
 * Removes entries that targets and sources have left, once what was there is proved at the new place. The same rules decide as for any other
 * removal, so what somebody else put there stays; it does not count towards the profile's fuse, because nothing is lost.
 */
export function createLeftEntries(deps: LeftEntriesDeps) {
  const { db, keyring, vaults } = deps;

  const clear = async (entry: LeftEntry): Promise<Ending> => {
    if (entry.orphaned) return 'left';
    const vault = await vaults.open(vaultRefOf(entry.profile));
    const seen = await entryOrAbsent(vault.read(entry.path));
    if (seen === undefined) return 'removed';
    const matches = await versionsWith(db, entry.secretId, fingerprintsOf(deps, entry, seen));
    const decision = planTarget(observedAs(vault, seen, entry, matches), {
      desiredVersion: null,
      observedVersion: null,
      remoteVersion: entry.remoteVersion,
      owned: true,
      claimed: false,
      onConflict: 'fail',
      headVersion: Number.MAX_SAFE_INTEGER,
      wary: false,
    });
    if (decision.action !== 'remove') return 'left';
    if (!(await mayClear(db, entry))) return 'later';
    await vault.remove(entry.path, {
      mode: 'permanent',
      ...(vault.capabilities.compareAndSet ? { ifVersion: decision.ifVersion } : {}),
    });
    return (await entryOrAbsent(vault.head(entry.path))) === undefined ? 'removed' : 'later';
  };

  const settle = async (entry: LeftEntry): Promise<void> => {
    let ending: Ending;
    try {
      ending = await clear(entry);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      return deferLeftEntry(db, entry, pushDelay(entry.attempts, error.retryAfterMs));
    }
    if (ending === 'later') return deferLeftEntry(db, entry, pushDelay(entry.attempts));
    await db.transaction(async (tx) => {
      if (!(await forgetLeftEntry(tx, entry))) return;
      const { targetId, secretId, profileId, path } = entry;
      await appendAudit(tx, keyring, systemActor(entry.organizationId, 'sync'), [
        {
          ...(targetId === null
            ? { action: 'secret.entry_cleared' as const, objectType: 'secret', objectId: secretId }
            : { action: 'target.moved' as const, objectType: 'target', objectId: targetId }),
          details: { secretId, profileId, from: path, oldEntry: ending },
        },
      ]);
    });
  };

  return {
    /** Any number of processes may do this at once; one that dies leaves its entries to the next when its lease is over. */
    async clearDue(): Promise<void> {
      const claimed = await claimLeftEntries(db, BATCH, deps.leaseMs);
      await Promise.all(claimed.map(settle));
    },
  };
}
