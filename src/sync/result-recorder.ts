import { systemActor } from '../access/actor.ts';
import type { AuditAction, AuditEventInput } from '../audit/audit-event.ts';
import { appendAuditAndCommit, lockAuditHead } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { type Db, together } from '../db.ts';
import { createGather } from '../gather.ts';
import { markAhead } from './restore-store.ts';
import type { TargetState } from './target-state.ts';
import { type RecordedTarget, recordTargets, releaseRemoved, type TargetResult } from './target-store.ts';

const MAX_BATCH = 200;

/**
 * Records results of many targets in one statement, whichever profiles they belong to. While one batch is being committed the
 * next one gathers, so recording never holds back the calls to the vaults.
 */
export function createResultRecorder(deps: { readonly db: Db; readonly keyring: Keyring; readonly settleMs: number }) {
  const { db, keyring, settleMs } = deps;

  const write = (organizationId: string, results: readonly TargetResult[]): Promise<void> =>
    db.transaction(async (tx) => {
      const [recorded, head] = await together(recordTargets(tx, results, settleMs), lockAuditHead(tx, organizationId));
      const removed = recorded.filter((target) => target.state === 'removed').map((target) => target.id);
      if (removed.length > 0) await releaseRemoved(tx, removed);
      const byId = new Map(results.map((result) => [result.id, result]));
      const events = recorded.flatMap((target) => eventOf(target, byId.get(target.id)));
      const ahead = recorded.filter(({ id }) => byId.get(id)?.aheadVersion != null);
      for (const id of ahead.length === 0
        ? []
        : await markAhead(
            tx,
            ahead.map((target) => target.profileId),
          )) {
        events.push({ action: 'vault_profile.restore_suspected', objectType: 'vault_profile', objectId: id });
      }
      if (events.length === 0) return;
      await appendAuditAndCommit(tx, keyring, systemActor(organizationId, 'sync'), head, events);
    });

  const record = createGather(MAX_BATCH, write);

  return {
    /** A recorder for one run; all its targets belong to one organization. */
    start(organizationId: string) {
      const underWay = new Set<Promise<void>>();
      let failure: unknown;
      return {
        add(result: TargetResult): void {
          const recording = record(organizationId, result)
            .catch((error: unknown) => {
              failure ??= error;
            })
            .finally(() => underWay.delete(recording));
          underWay.add(recording);
        },
        /** Resolves when everything added so far is committed. Throws when some of it could not be: leases then run out. */
        async flush(): Promise<void> {
          await Promise.all(underWay);
          if (failure !== undefined) throw failure;
        },
      };
    },
  };
}

const ACTION_OF_STATE: Partial<Record<TargetState, AuditAction>> = {
  synced: 'target.synced',
  removed: 'target.removed',
  failed: 'target.failed',
  removing: 'target.failed',
  parked: 'target.failed',
  drifted: 'target.drifted',
  conflict: 'target.conflict',
};

/** A failure is recorded when it begins or changes its kind, not at every attempt. */
function eventOf(target: RecordedTarget, result: TargetResult | undefined): AuditEventInput[] {
  const left = result?.code === 'foreign_left' || result?.code === 'change_left';
  const action = left ? 'target.left' : result?.repaired ? 'target.repaired' : ACTION_OF_STATE[target.state];
  if (action === undefined || result === undefined || result.code === 'settling') return [];
  if (isStill(target, result)) return [];
  if (result.code !== null && result.code === target.previousCode) return [];
  if (target.state === 'removing' && result.code === null) return [];
  return [
    {
      action,
      objectType: 'target',
      objectId: target.id,
      details: {
        secretId: target.secretId,
        profileId: target.profileId,
        version: result.proved?.version,
        code: result.code ?? result.repaired ?? undefined,
      },
    },
  ];
}

/** Somebody looked again and found what was recorded already. */
function isStill(target: RecordedTarget, { proved, written }: TargetResult): boolean {
  const same = target.state === target.previousState && written === null;
  if (target.state === 'synced') return same && proved?.version === target.previousVersion;
  return target.state === 'removed' && same;
}
