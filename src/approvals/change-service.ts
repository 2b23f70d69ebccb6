import { type Actor, actorRef, systemActor } from '../access/actor.ts';
import type { AuditEventInput } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { type SealPlace, seal, unseal } from '../crypto/seal.ts';
import { type Db, isUniqueViolation, type Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import type { Change, ChangeDraft } from './change.ts';
import { changeDigest } from './change-digest.ts';
import { nextState } from './change-request.ts';
import {
  type ChangeEnd,
  endChange,
  expiredChanges,
  insertChange,
  isExpired,
  lockChangeById,
  lockSecretOf,
  postponeChange,
} from './change-store.ts';
import type { ChangeSubject } from './change-subject.ts';
import { isStranded, strandedChanges } from './group-store.ts';
import { assertSatisfiable } from './satisfiable-change.ts';

export interface ChangeServiceDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly doorbell: Doorbell;
  readonly subject: ChangeSubject;
  readonly leaseMs: number;
  /** Used when no policy says otherwise. */
  readonly defaultExpiryHours: number;
}

/** Where a change's payload is sealed: bound to the change and its revision. */
export function payloadPlace(change: Pick<Change, 'organizationId' | 'id' | 'revision'>): SealPlace {
  return {
    purpose: 'change-payload',
    organizationId: change.organizationId,
    table: 'change_requests',
    rowId: change.id,
    detail: `revision ${change.revision}`,
  };
}

/** The payload's canonical bytes, or undefined when the change carries none. */
export function openPayload(keyring: Keyring, change: Change): Buffer | undefined {
  return change.sealedPayload === null ? undefined : unseal(keyring, payloadPlace(change), change.sealedPayload);
}

/** Shortest expiry of the policies, in hours. */
export function expiryOf(policies: ChangeDraft['policies'], defaultHours: number): number {
  return Math.min(
    ...policies.map((policy) => policy.expiresAfterHours),
    policies.length === 0 ? defaultHours : Infinity,
  );
}

/** What every audit event about a change says. */
export function changeEvent(
  action: AuditEventInput['action'],
  change: Change,
  details: AuditEventInput['details'] = {},
): AuditEventInput {
  const { operation, subjectType, subjectId, revision, digest } = change;
  const about = subjectType === 'secret' ? { secretId: subjectId } : { subjectType, subjectId };
  return {
    action,
    objectType: 'change_request',
    objectId: change.id,
    details: { operation, ...about, revision, digest, ...details },
  };
}

const EVENT_OF_STATE = {
  applied: 'change.applied',
  failed: 'change.failed',
  conflict: 'change.conflict',
  rejected: 'change.rejected',
  cancelled: 'change.cancelled',
  expired: 'change.expired',
} as const satisfies Record<ChangeEnd['state'], AuditEventInput['action']>;

export type ChangeService = ReturnType<typeof createChangeService>;

/** Opens and ends change requests: the one door every mutation of a secret goes through. */
export function createChangeService(deps: ChangeServiceDeps) {
  const { db, keyring, subject } = deps;

  return {
    /**
     * Records a change in the caller's transaction. Without policies it is approved by policy and the caller holds its
     * lease (one of a group is left to the workers); otherwise it waits. Throws `policy_unsatisfiable` when nobody else could approve it, and `change_in_progress`
     * (after which the transaction is unusable) when the subject already has an open one. The caller appends
     * {@link changeEvent}s of its own last.
     */
    async open(tx: Sql, actor: Actor, draft: ChangeDraft): Promise<Change> {
      const { payload, payloadUnseen = false, asDraft = false, ...rest } = draft;
      const change = { conditionFacts: [{}], ...rest, revision: 1, requesterPersonId: actor.personId };
      const waits = draft.policies.length > 0;
      const held = waits || asDraft || draft.groupId !== undefined;
      if (waits && !asDraft) await assertSatisfiable(tx, draft, [actor.personId]);
      try {
        return await insertChange(tx, {
          ...change,
          groupId: draft.groupId ?? null,
          state: asDraft ? 'draft' : waits ? 'pending_approval' : held ? 'approved' : 'executing',
          requester: actorRef(actor),
          sealedPayload: payload === undefined ? null : seal(keyring, payloadPlace(change), payload),
          digest: changeDigest(keyring, change, payload),
          wrotePayload: payload !== undefined && !payloadUnseen,
          expiresInHours: waits || asDraft ? expiryOf(draft.policies, deps.defaultExpiryHours) : null,
          leaseMs: held ? null : deps.leaseMs,
        });
      } catch (error) {
        if (isUniqueViolation(error, 'change_requests_one_open')) throw changeInProgress();
        throw error;
      }
    },

    /** The audit events that say a change was opened, for {@link appendAudit} in the same transaction. */
    openedEvents(change: Change): AuditEventInput[] {
      if (change.state === 'draft') return [changeEvent('change.drafted', change, { baseVersion: change.baseVersion })];
      const opened = changeEvent('change.opened', change, { baseVersion: change.baseVersion });
      return change.state !== 'pending_approval'
        ? [opened, changeEvent('change.approved_by_policy', change)]
        : [opened];
    },

    /**
     * Ends a change inside the caller's transaction and answers with it as it ended. Undefined when somebody else ended it
     * or took it over: then nothing was changed and the caller must roll back. A change that ends without effect gives its
     * secret back.
     */
    async end(tx: Sql, change: Change, end: ChangeEnd, leaseToken?: number): Promise<Change | undefined> {
      const ended = await endChange(tx, change.id, end, leaseToken);
      if (ended !== undefined && end.state !== 'applied') await subject.released(tx, change);
      return ended;
    },

    /** Ends a running change without effect, in a transaction of its own. */
    async endWithoutEffect(change: Change, end: ChangeEnd): Promise<boolean> {
      return db.transaction(async (tx) => {
        await lockSecretOf(tx, change.id);
        if (!(await endChange(tx, change.id, end, change.leaseToken))) return false;
        await subject.released(tx, change);
        await appendAudit(tx, keyring, requesterSubject(change), [
          changeEvent(EVENT_OF_STATE[end.state], change, { code: end.code }),
        ]);
        return true;
      });
    },

    /** Lets a running change rest; the scanner rings for it when its time has come. */
    async postpone(change: Change, later: Parameters<typeof postponeChange>[3]): Promise<void> {
      const ours = await postponeChange(db, change.id, change.leaseToken, later);
      if (!ours || later.state !== 'indeterminate' || change.state === 'indeterminate') return;
      await db.transaction((tx) =>
        appendAudit(tx, keyring, requesterSubject(change), [
          changeEvent('change.indeterminate', change, { code: later.code }),
        ]),
      );
    },

    /** Ends waiting changes whose time has run out. Safe to run anywhere, any number of times. */
    async expireDue(limit = 100): Promise<number> {
      let expired = 0;
      for (const id of await expiredChanges(db, limit)) {
        expired += await db.transaction(async (tx) => {
          const change = await lockChangeById(tx, id);
          if (change === undefined || nextState(change.state, 'expire') === undefined) return 0;
          if (!(await isExpired(tx, id))) return 0;
          await endChange(tx, id, { state: 'expired', code: 'expired' });
          await subject.released(tx, change);
          await appendAudit(tx, keyring, systemActor(change.organizationId, 'expiry'), [
            changeEvent('change.expired', change),
          ]);
          return 1;
        });
      }
      return expired;
    },

    /** Ends what can no longer take effect because another change of its call will not. Safe to run anywhere. */
    async endStranded(limit = 100): Promise<void> {
      for (const id of await strandedChanges(db, limit)) {
        await db.transaction(async (tx) => {
          const change = await lockChangeById(tx, id);
          if (change === undefined || !(await isStranded(tx, id))) return;
          await endChange(tx, id, { state: 'conflict', code: 'group_ended' });
          await subject.released(tx, change);
          await appendAudit(tx, keyring, systemActor(change.organizationId, 'groups'), [
            changeEvent('change.conflict', change, { code: 'group_ended' }),
          ]);
        });
      }
    },
  };
}

/** Background work on a change is recorded as its requester's, who answers for it. */
export function requesterSubject(change: Change) {
  return { ...change.requester, organizationId: change.organizationId, requestId: null };
}

export function changeInProgress(): AppError {
  return new AppError('change_in_progress', 'Another change of the same thing is open; it must end first.');
}
