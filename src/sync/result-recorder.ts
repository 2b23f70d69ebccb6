import { systemActor } from '../access/actor.ts';
import type { AuditAction, AuditEventInput } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import type { TargetState } from './target-state.ts';
import { type RecordedTarget, recordTargets, releaseRemoved, type TargetResult } from './target-store.ts';

export type ResultRecorder = ReturnType<typeof createResultRecorder>;

const MAX_BATCH = 200;

/**
 * Records results of many targets in one statement. While one batch is being committed the next one gathers, so recording
 * never holds back the calls to the vault.
 */
export function createResultRecorder(deps: { readonly db: Db; readonly keyring: Keyring }) {
  const { db, keyring } = deps;

  const write = (organizationId: string, results: readonly TargetResult[]): Promise<void> =>
    db.transaction(async (tx) => {
      const recorded = await recordTargets(tx, results);
      const removed = recorded.filter((target) => target.state === 'removed').map((target) => target.id);
      if (removed.length > 0) await releaseRemoved(tx, removed);
      const byId = new Map(results.map((result) => [result.id, result]));
      const events = recorded.flatMap((target) => eventOf(target, byId.get(target.id)));
      await appendAudit(tx, keyring, systemActor(organizationId, 'sync'), events);
    });

  return {
    /** A recorder for one run; all its targets belong to one organization. */
    start(organizationId: string) {
      let waiting: TargetResult[] = [];
      let writing: Promise<void> | undefined;

      const drain = async (): Promise<void> => {
        while (waiting.length > 0) {
          const batch = waiting.slice(0, MAX_BATCH);
          waiting = waiting.slice(MAX_BATCH);
          await write(organizationId, batch);
        }
      };

      return {
        add(result: TargetResult): void {
          waiting.push(result);
          writing ??= Promise.resolve()
            .then(drain)
            .finally(() => {
              writing = undefined;
            });
          writing.catch(() => undefined);
        },
        /** Resolves when everything added so far is committed. Throws when it could not be: leases then run out. */
        async flush(): Promise<void> {
          while (writing !== undefined) await writing;
          await drain();
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
  const action = ACTION_OF_STATE[target.state];
  if (action === undefined || result === undefined) return [];
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
        code: result.code ?? undefined,
      },
    },
  ];
}
