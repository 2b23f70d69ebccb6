import type { Db } from '../db.ts';
import type { Change } from './change.ts';
import { isAdministrative } from './change-operation.ts';
import { deferChange, leaseChange, lockChangeById } from './change-store.ts';
import type { ChangeSubject } from './change-subject.ts';
import type { GrantCheck } from './grant-check.ts';
import { waitsForGroup, wakeGroup } from './group-store.ts';

/** A change that may now take effect: whoever holds it has the lease and must end or postpone it. */
export interface Grant {
  readonly change: Change;
  /** Somebody began before and did not come back: look what happened at the vault before doing anything. */
  readonly recovering: boolean;
}

export interface ExecutionServiceDeps {
  readonly db: Db;
  readonly subject: ChangeSubject;
  readonly grants: GrantCheck;
  /** Carries out an approved change of what is no secret, checks included. */
  readonly applyAction: (changeId: string) => Promise<void>;
  readonly leaseMs: number;
}

const WAIT_MS = 5_000;

/** Turns approved changes into grants, checking everything again in the transaction that begins the execution. */
export function createExecutionService({ db, subject, grants, applyAction, leaseMs }: ExecutionServiceDeps) {
  const take = (changeId: string): Promise<Grant | 'action' | undefined> =>
    db.transaction(async (tx) => {
      const change = await lockChangeById(tx, changeId);
      if (change === undefined || change.leased) return undefined;
      if (change.state === 'executing' || change.state === 'indeterminate') {
        // It was granted and begun, so nothing but a pause stops it: what happened at the vault must be found out.
        const pause = await subject.obstacle(tx, change);
        if (pause?.kind === 'wait') {
          await deferChange(tx, change.id, pause.code, WAIT_MS);
          return undefined;
        }
        return { change: await leaseChange(tx, changeId, leaseMs), recovering: true };
      }
      if (change.state !== 'approved') return undefined;
      if (isAdministrative(change.operation)) return 'action';
      const granted = await grants.check(tx, change);
      if (granted === undefined) return undefined;
      const wait = granted.wait ?? ((await waitsForGroup(tx, change)) ? 'group_waits' : undefined);
      if (wait !== undefined) {
        await deferChange(tx, change.id, wait, WAIT_MS);
        return undefined;
      }
      await wakeGroup(tx, change);
      return { change: await leaseChange(tx, changeId, leaseMs), recovering: change.attempts > 0 };
    });

  return {
    /**
     * Takes a due change: an approved one if every check still holds, or one whose process is gone. Undefined when there is
     * nothing left to do: somebody else works on it, it ended or went back to waiting here, or it took effect at once.
     */
    async begin(changeId: string): Promise<Grant | undefined> {
      const taken = await take(changeId);
      if (taken !== 'action') return taken;
      await applyAction(changeId);
      return undefined;
    },
  };
}
