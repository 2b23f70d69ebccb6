import type { Actor } from '../access/actor.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { SealError } from '../crypto/seal.ts';
import type { Sql } from '../db.ts';
import { evaluatePolicy, type PolicySnapshot } from './approval-policy.ts';
import type { Change } from './change.ts';
import { digestMatches } from './change-digest.ts';
import { type ChangeServiceDeps, changeEvent, openPayload, requesterSubject } from './change-service.ts';
import { deferChange, endChange, leaseChange, listReviews, lockChangeById, moveWaitingChange } from './change-store.ts';
import { requiredPolicies } from './required-policies.ts';
import { loadVoters } from './voter-store.ts';

/** A change that may now take effect: whoever holds it has the lease and must end or postpone it. */
export interface Grant {
  readonly change: Change;
  /** Somebody began before and did not come back: look what happened at the vault before doing anything. */
  readonly recovering: boolean;
}

export interface ExecutionServiceDeps extends ChangeServiceDeps {
  /** The requester with the rights held now; undefined when disabled or gone. */
  readonly currentActor: (
    tx: Sql,
    organizationId: string,
    requester: Change['requester'],
  ) => Promise<Actor | undefined>;
}

const WAIT_MS = 5_000;

/** Is it what was approved? A payload that does not open in its place is not. */
function isIntact(keyring: Keyring, change: Change): boolean {
  try {
    return digestMatches(keyring, change, openPayload(keyring, change), change.digest);
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

/** Turns approved changes into grants, checking everything again in the transaction that begins the execution. */
export function createExecutionService(deps: ExecutionServiceDeps) {
  const { db, keyring, subject, leaseMs } = deps;

  const fail = async (tx: Sql, change: Change, state: 'failed' | 'conflict', code: string): Promise<undefined> => {
    await endChange(tx, change.id, { state, code });
    await subject.released(tx, change);
    const action = state === 'failed' ? 'change.failed' : 'change.conflict';
    await appendAudit(tx, keyring, requesterSubject(change), [changeEvent(action, change, { code })]);
    return undefined;
  };

  const votesSuffice = async (tx: Sql, change: Change, policies: readonly PolicySnapshot[]): Promise<boolean> => {
    const reviews = await listReviews(tx, change.id);
    const approvers = reviews.filter((review) => review.revision === change.revision && review.decision === 'approve');
    const voters = await loadVoters(
      tx,
      change.organizationId,
      change.projectId,
      approvers.map((review) => review.personId),
    );
    return policies.every((policy) => evaluatePolicy(policy, voters).satisfied);
  };

  return {
    /**
     * Takes a due change: an approved one if every check still holds, or one whose process is gone. Undefined when there is
     * nothing to do, when somebody else works on it, or when it ended or went back to waiting here.
     */
    async begin(changeId: string): Promise<Grant | undefined> {
      return db.transaction(async (tx) => {
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
        const requester = await deps.currentActor(tx, change.organizationId, change.requester);
        if (requester === undefined || !subject.mayStill(requester, change)) {
          return fail(tx, change, 'failed', 'requester_not_authorized');
        }
        if (!isIntact(keyring, change)) {
          return fail(tx, change, 'failed', 'digest_mismatch');
        }
        const obstacle = await subject.obstacle(tx, change);
        if (obstacle?.kind === 'moved') return fail(tx, change, 'conflict', obstacle.code);
        const policies = await requiredPolicies(tx, subject, change);
        if (!(await votesSuffice(tx, change, policies))) {
          await moveWaitingChange(tx, change.id, 'pending_approval', { dueInMs: null, code: 'votes_lost' });
          await appendAudit(tx, keyring, requesterSubject(change), [changeEvent('change.returned', change)]);
          return undefined;
        }
        if (obstacle !== undefined) {
          await deferChange(tx, change.id, obstacle.code, WAIT_MS);
          return undefined;
        }
        return { change: await leaseChange(tx, changeId, leaseMs), recovering: change.attempts > 0 };
      });
    },
  };
}
