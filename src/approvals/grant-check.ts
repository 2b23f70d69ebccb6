import type { Actor } from '../access/actor.ts';
import { rightHolders } from '../access/right-holder-store.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { SealError } from '../crypto/seal.ts';
import type { Sql } from '../db.ts';
import { checksMissing, votesSuffice } from './approval-count.ts';
import type { Change } from './change.ts';
import { digestMatches } from './change-digest.ts';
import { changeEvent, openPayload, requesterSubject } from './change-service.ts';
import { endChange, moveWaitingChange } from './change-store.ts';
import type { ChangeSubject } from './change-subject.ts';
import { overrideCovers } from './override.ts';
import { requiredPolicies } from './required-policies.ts';

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

  /** Why the grant does not hold any more; undefined when it does. An override stands for votes and checks alike. */
  const lost = async (tx: Sql, change: Change): Promise<'votes_lost' | 'checks_missing' | undefined> => {
    if (await isOverridden(tx, change)) return undefined;
    const policies = await requiredPolicies(tx, subject, change);
    if (!(await votesSuffice(tx, change, policies))) return 'votes_lost';
    return (await checksMissing(tx, change, policies)).length > 0 ? 'checks_missing' : undefined;
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
      const code = await lost(tx, change);
      if (code !== undefined) {
        await moveWaitingChange(tx, change.id, 'pending_approval', { dueInMs: null, code });
        await appendAudit(tx, keyring, requesterSubject(change), [changeEvent('change.returned', change)]);
        return undefined;
      }
      return obstacle === undefined ? { requester } : { requester, wait: obstacle.code };
    },
  };
}
