import type { Actor } from '../access/actor.ts';
import { rightHolders } from '../access/right-holder-store.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { SealError } from '../crypto/seal.ts';
import type { Sql } from '../db.ts';
import { evaluatePolicy, type PolicySnapshot } from './approval-policy.ts';
import type { Change } from './change.ts';
import { digestMatches } from './change-digest.ts';
import { changeEvent, openPayload, requesterSubject } from './change-service.ts';
import { endChange, listReviews, moveWaitingChange } from './change-store.ts';
import type { ChangeSubject } from './change-subject.ts';
import { overrideCovers } from './override.ts';
import { requiredPolicies } from './required-policies.ts';
import { loadVoters } from './voter-store.ts';

export interface GrantCheckDeps {
  readonly keyring: Keyring;
  readonly subject: ChangeSubject;
  /** The requester with the rights held now; undefined when disabled or gone. */
  readonly currentActor: (
    tx: Sql,
    organizationId: string,
    requester: Change['requester'],
  ) => Promise<Actor | undefined>;
}

/** An approved change that may take effect. */
export interface Granted {
  readonly requester: Actor;
  /** It may, but not yet: the code says why. */
  readonly wait?: string;
}

export interface GrantCheck {
  /** Undefined when it ended or went back to waiting here. */
  check(tx: Sql, change: Change): Promise<Granted | undefined>;
  /** Ends a locked change without effect. */
  stop(tx: Sql, change: Change, state: 'failed' | 'conflict', code: string): Promise<undefined>;
}

/** Was this very revision put through by somebody who may still do that? */
async function isOverridden(tx: Sql, change: Change): Promise<boolean> {
  if (!overrideCovers(change.override, change)) return false;
  const { personId } = change.override.by;
  return (await rightHolders(tx, change.organizationId, 'change.override', change.projectId)).includes(personId);
}

/** Is it what was approved? A payload that does not open in its place is not. */
function isIntact(keyring: Keyring, change: Change): boolean {
  try {
    return digestMatches(keyring, change, openPayload(keyring, change), change.digest);
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

/** Checks a locked, approved change in the transaction that begins its execution: everything, as it is at that moment. */
export function createGrantCheck({ keyring, subject, currentActor }: GrantCheckDeps): GrantCheck {
  const stop: GrantCheck['stop'] = async (tx, change, state, code) => {
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
    stop,
    async check(tx, change) {
      const requester = await currentActor(tx, change.organizationId, change.requester);
      if (requester === undefined || !subject.mayStill(requester, change)) {
        return stop(tx, change, 'failed', 'requester_not_authorized');
      }
      if (!isIntact(keyring, change)) return stop(tx, change, 'failed', 'digest_mismatch');
      const obstacle = await subject.obstacle(tx, change);
      if (obstacle?.kind === 'moved') return stop(tx, change, 'conflict', obstacle.code);
      const policies = await requiredPolicies(tx, subject, change);
      if (!(await isOverridden(tx, change)) && !(await votesSuffice(tx, change, policies))) {
        await moveWaitingChange(tx, change.id, 'pending_approval', { dueInMs: null, code: 'votes_lost' });
        await appendAudit(tx, keyring, requesterSubject(change), [changeEvent('change.returned', change)]);
        return undefined;
      }
      return obstacle === undefined ? { requester } : { requester, wait: obstacle.code };
    },
  };
}
