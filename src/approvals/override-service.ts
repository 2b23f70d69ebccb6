import type { Actor } from '../access/actor.ts';
import { authorize, can } from '../access/permissions.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { checksMissing } from './approval-count.ts';
import { mayReject } from './approval-policy.ts';
import type { Change } from './change.ts';
import { isOpen, transition } from './change-request.ts';
import { type ChangeServiceDeps, changeEvent } from './change-service.ts';
import { findChange, isExpired, listEditors } from './change-store.ts';
import type { OpenText } from './open-text.ts';
import type { CreateOverride, ReviewOverride } from './override-schemas.ts';
import { storeOverride, storeOverrideReview } from './override-store.ts';
import { requiredPolicies } from './required-policies.ts';
import { assertShown } from './shown-change.ts';
import { loadVoters } from './voter-store.ts';

export interface OverrideServiceDeps extends Pick<ChangeServiceDeps, 'db' | 'keyring' | 'doorbell' | 'subject'> {
  readonly openText: OpenText;
}

export type OverrideService = ReturnType<typeof createOverrideService>;

/** Changes put through without the votes, by a right of its own, and what comes of it afterwards. */
export function createOverrideService(deps: OverrideServiceDeps) {
  const { db, keyring, subject } = deps;

  const override = async (tx: Sql, actor: Actor, change: Change, input: CreateOverride): Promise<Outcome> => {
    const reason = await refusalOf(tx, actor, change);
    if (reason !== undefined) {
      await appendAudit(tx, keyring, actor, [changeEvent('change.override_refused', change, { reason })]);
      return { refused: reason, projectId: change.projectId };
    }
    if (change.state !== 'pending_approval' && isRepeated(actor, change, input)) return { change };
    assertShown(change, input);
    transition(change.state, 'override');
    if (await isExpired(tx, change.id)) {
      throw new AppError('invalid_transition', 'The change request has expired.', { facts: { state: 'expired' } });
    }
    if (!(await deps.openText(tx, actor, change, input.reason)))
      throw invalidField('/reason', 'no value of the payload');
    const policies = await requiredPolicies(tx, subject, change);
    const unchecked = (await checksMissing(tx, change, policies)).map(({ name }) => name);
    await storeOverride(tx, change, actor, input.reason);
    const after = await stored(tx, change);
    await appendAudit(tx, keyring, actor, [
      changeEvent('change.overridden', change, {
        reason: input.reason,
        approvalProfiles: policies.map((policy) => policy.profileId),
        ...(unchecked.length === 0 ? {} : { missingChecks: [...new Set(unchecked)] }),
      }),
    ]);
    return { change: after };
  };

  /** Why this person's look does not count; undefined when it does. */
  const unableToReview = async (tx: Sql, actor: Actor, change: Change): Promise<string | undefined> => {
    if ((await listEditors(tx, change.id)).includes(actor.personId)) return 'requester_or_editor';
    if (change.override?.by.personId === actor.personId) return 'overrode_it';
    const [voter] = await loadVoters(tx, change.organizationId, change.projectId, [actor.personId]);
    const policies = isOpen(change.state) ? await requiredPolicies(tx, subject, change) : change.policies;
    return voter !== undefined && mayReject(policies, voter) ? undefined : 'not_an_approver';
  };

  return {
    /**
     * Puts a waiting change through without the votes. The same again by the same person changes nothing. Throws
     * `forbidden` and `not_eligible` (requester, editors of any revision, machines), both recorded in the audit trail,
     * `digest_mismatch` when something else waits than what was shown, and `invalid_transition`.
     */
    async override(actor: Actor, changeId: string, input: CreateOverride): Promise<Change> {
      const outcome = await db.transaction(async (tx) => override(tx, actor, await locked(tx, actor, changeId), input));
      if ('refused' in outcome) {
        authorize(actor, 'change.override', outcome.projectId ?? undefined);
        throw notEligible(outcome.refused);
      }
      if (outcome.change.state === 'approved') deps.doorbell.ring({ name: 'run-change', data: { changeId } });
      return outcome.change;
    },

    /**
     * Records that somebody who could have approved has looked at the override. Throws `not_eligible` for everybody else
     * and `invalid_transition` when there is no override or it was looked at before.
     */
    async review(actor: Actor, changeId: string, { comment }: ReviewOverride): Promise<Change> {
      return db.transaction(async (tx) => {
        const change = await locked(tx, actor, changeId);
        authorize(actor, 'change.review', change.projectId ?? undefined);
        if (change.override === null) throw new AppError('invalid_transition', 'The change was not overridden.');
        const seen = change.overrideReview;
        if (seen?.by.personId === actor.personId && seen.comment === comment) return change;
        if (seen !== null) throw new AppError('invalid_transition', 'Somebody has reviewed the override already.');
        const reason = await unableToReview(tx, actor, change);
        if (reason !== undefined) throw notEligible(reason);
        if (!(await deps.openText(tx, actor, change, comment)))
          throw invalidField('/comment', 'no value of the payload');
        await storeOverrideReview(tx, change.id, actor, comment);
        const after = await stored(tx, change);
        await appendAudit(tx, keyring, actor, [changeEvent('change.override_reviewed', change)]);
        return after;
      });
    },
  };
}

type Outcome = { readonly change: Change } | { readonly refused: string; readonly projectId: string | null };

/** However the request reached us: requester and editors are barred as persons, and a machine answers for nothing. */
async function refusalOf(tx: Sql, actor: Actor, change: Change): Promise<string | undefined> {
  if (!can(actor, 'change.override', change.projectId ?? undefined)) return 'forbidden';
  if ((await listEditors(tx, change.id)).includes(actor.personId)) return 'requester_or_editor';
  return actor.type === 'person' ? undefined : 'machine';
}

function isRepeated(actor: Actor, { override }: Change, input: CreateOverride): boolean {
  return (
    override?.by.personId === actor.personId &&
    override.revision === input.revision &&
    override.digest === input.digest &&
    override.reason === input.reason
  );
}

async function locked(tx: Sql, actor: Actor, changeId: string): Promise<Change> {
  const change = await findChange(tx, actor.organizationId, changeId, 'lock');
  if (change === undefined) throw notFound('change request');
  return change;
}

async function stored(tx: Sql, { organizationId, id }: Change): Promise<Change> {
  const change = await findChange(tx, organizationId, id);
  if (change === undefined) throw new Error('change vanished');
  return change;
}

const WHY = {
  requester_or_editor: 'Whoever requested or edited a change cannot override it, nor review that it was overridden.',
  machine: 'Only people override.',
  overrode_it: 'Somebody else has to look at it.',
} as const;

function notEligible(reason: string): AppError {
  const why: Readonly<Record<string, string>> = WHY;
  return new AppError('not_eligible', why[reason] ?? 'Only those who could have approved review an override.', {
    facts: { reason },
  });
}
