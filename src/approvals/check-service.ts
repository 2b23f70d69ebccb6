import type { Actor } from '../access/actor.ts';
import { authorize, can } from '../access/permissions.ts';
import type { AuditEventInput } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { checksMissing, votesSuffice } from './approval-count.ts';
import type { Change } from './change.ts';
import { type ChangeServiceDeps, changeEvent } from './change-service.ts';
import { findChange, isExpired, listEditors, moveWaitingChange } from './change-store.ts';
import type { Check } from './check.ts';
import { listChecks, putCheck } from './check-store.ts';
import type { OpenText } from './open-text.ts';
import { requiredPolicies } from './required-policies.ts';

/** A result of a check, with the digest of what was checked. */
export type CheckReport = Pick<Check, 'name' | 'conclusion' | 'summary' | 'url' | 'digest'>;

export interface CheckServiceDeps extends Pick<ChangeServiceDeps, 'db' | 'keyring' | 'doorbell' | 'subject'> {
  readonly openText: OpenText;
}

export type CheckService = ReturnType<typeof createCheckService>;

/** Names that results are kept under, on one change. */
const MOST_NAMES = 50;

/** Where something can still come of a result. */
const TAKING: readonly Change['state'][] = ['draft', 'pending_approval', 'approved'];

/** Results of checks that others make of a change: they stand beside the evidence, and policies may ask for them. */
export function createCheckService(deps: CheckServiceDeps) {
  const { db, keyring, subject } = deps;

  /** What came of the last missing result: votes that were there already count now. */
  const settle = async (tx: Sql, change: Change): Promise<AuditEventInput[]> => {
    if (change.state !== 'pending_approval' || (await isExpired(tx, change.id))) return [];
    const policies = await requiredPolicies(tx, subject, change);
    if ((await checksMissing(tx, change, policies)).length > 0) return [];
    if (!(await votesSuffice(tx, change, policies))) return [];
    await moveWaitingChange(tx, change.id, 'approved', { dueInMs: 0 });
    return [changeEvent('change.approved', change)];
  };

  const put = async (tx: Sql, actor: Actor, change: Change, report: CheckReport): Promise<Outcome> => {
    const reason = await refusalOf(tx, actor, change);
    if (reason !== undefined) {
      await appendAudit(tx, keyring, actor, [changeEvent('change.check_refused', change, { reason })]);
      return { refused: reason, projectId: change.projectId };
    }
    if (!TAKING.includes(change.state)) {
      const facts = { state: change.state };
      throw new AppError('invalid_transition', `The change request is ${change.state}.`, { facts });
    }
    if (report.digest !== change.digest) {
      throw new AppError('digest_mismatch', 'The change request is no longer what was checked; check it again.', {
        facts: { revision: change.revision },
      });
    }
    for (const field of ['name', 'summary', 'url'] as const) {
      if (!(await deps.openText(tx, actor, change, report[field] ?? '')))
        throw invalidField(`/${field}`, 'no value of the payload');
    }
    const check = await putCheck(tx, change, actor, report, MOST_NAMES);
    if (check === undefined) throw invalidField('/name', `one of at most ${MOST_NAMES} names on a change request`);
    const { name, conclusion } = report;
    const ended = await settle(tx, change);
    await appendAudit(tx, keyring, actor, [
      changeEvent('change.check_reported', change, { name, conclusion }),
      ...ended,
    ]);
    return { check, approved: ended.length > 0 };
  };

  return {
    /**
     * Records what a check of the change came to, in the place of what was said under that name before. Only machines report,
     * and not those of its requester or an editor. The last result that was missing approves a change that has its votes.
     * Throws `forbidden` and `not_eligible` (both recorded in the audit trail), `digest_mismatch` when something else is up
     * for decision than what was checked, `invalid_transition`, and `invalid_input` for a text that shows its value.
     */
    async report(actor: Actor, changeId: string, report: CheckReport): Promise<Check> {
      const outcome = await db.transaction(async (tx) => {
        const change = await findChange(tx, actor.organizationId, changeId, 'lock');
        if (change === undefined) throw notFound('change request');
        return put(tx, actor, change, report);
      });
      if ('refused' in outcome) {
        authorize(actor, 'compliance.report', outcome.projectId ?? undefined);
        throw notEligible(outcome.refused);
      }
      if (outcome.approved) deps.doorbell.ring({ name: 'run-change', data: { changeId } });
      return outcome.check;
    },

    /** The newest result of each name. */
    async list(
      actor: Actor,
      changeId: string,
    ): Promise<{ readonly change: Change; readonly checks: readonly Check[] }> {
      const change = await findChange(db, actor.organizationId, changeId);
      if (change === undefined) throw notFound('change request');
      authorize(actor, 'change.read', change.projectId ?? undefined);
      return { change, checks: await listChecks(db, changeId) };
    },
  };
}

type Outcome =
  | { readonly check: Check; readonly approved: boolean }
  | { readonly refused: string; readonly projectId: string | null };

/** A check is no opinion: no person reports one, and nobody vouches for what they asked for through a machine. */
async function refusalOf(tx: Sql, actor: Actor, change: Change): Promise<string | undefined> {
  if (!can(actor, 'compliance.report', change.projectId ?? undefined)) return 'forbidden';
  if (actor.type !== 'machine') return 'not_a_machine';
  return (await listEditors(tx, change.id)).includes(actor.personId) ? 'requester_or_editor' : undefined;
}

function notEligible(reason: string): AppError {
  const message =
    reason === 'not_a_machine'
      ? 'Results of checks are reported by machines.'
      : 'A machine of whoever requested or edited a change does not report on it.';
  return new AppError('not_eligible', message, { facts: { reason } });
}
