import type { SecretFields } from '../../adapters/secret-value.ts';
import type { Actor } from '../access/actor.ts';
import { can } from '../access/permissions.ts';
import type { Change } from '../approvals/change.ts';
import { changeEvent, payloadPlace } from '../approvals/change-service.ts';
import { findChange, findOpenChange, reopenChange } from '../approvals/change-store.ts';
import { payloadAuthor } from '../approvals/revision-store.ts';
import { appendAudit } from '../audit/audit-log.ts';
import { fingerprint, fingerprintKeyId } from '../crypto/fingerprint.ts';
import { seal } from '../crypto/seal.ts';
import { type Db, isUniqueViolation, type Sql } from '../db.ts';
import { AppError, invalidField } from '../errors.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import type { ContentPlan } from './change-plan.ts';
import { canonicalBytes } from './payload/canonical-bytes.ts';
import { type ChangeEdit, lockForRevision, type RevisionDeps, reviseIn, submitIn } from './revision.ts';
import type { SecretChange } from './secret-change.ts';
import { secretSubject } from './secret-subject.ts';

export interface ResubmissionServiceDeps extends RevisionDeps {
  readonly db: Db;
  readonly doorbell: Doorbell;
}

export type ResubmissionService = ReturnType<typeof createResubmissionService>;

/** Drafts and second chances of a change request: a new revision, or the same one again after a failure. */
export function createResubmissionService(deps: ResubmissionServiceDeps) {
  const { db, doorbell } = deps;

  return {
    /**
     * Makes a new revision of a draft, a waiting or a rejected change, based on the secret as it is now. Votes of earlier
     * revisions no longer count, and the editor may not decide.
     */
    edit: (actor: Actor, tx: Sql, changeId: string, edit: ChangeEdit): Promise<Change> =>
      reviseIn(deps, tx, actor, changeId, edit, 'edit'),

    /** The same for a change that ended as a conflict, a draft or a waiting one: onto the secret as it is now. */
    rebase: (actor: Actor, tx: Sql, changeId: string, edit: ChangeEdit): Promise<Change> =>
      reviseIn(deps, tx, actor, changeId, edit, 'rebase'),

    /** Asks for what a draft says. */
    submit: (actor: Actor, tx: Sql, changeId: string): Promise<Change> => submitIn(deps, tx, actor, changeId),

    /** Runs a failed change again. Its grant is counted anew; its content must be given again, unchanged. */
    retry: (actor: Actor, tx: Sql, changeId: string, fields: SecretFields | undefined): Promise<Change> =>
      retryIn(deps, tx, actor, changeId, fields),

    /** Runs one of the above with its transaction: says what was in the way, and rings when nobody needs to agree. */
    async settle<T extends { readonly body?: unknown }>(
      actor: Actor,
      changeId: string,
      transaction: () => Promise<T>,
    ): Promise<T> {
      try {
        const reply = await transaction();
        const { state } = reply.body as Pick<Change, 'state'>;
        if (state === 'approved') doorbell.ring({ name: 'run-change', data: { changeId } });
        return reply;
      } catch (error) {
        if (isUniqueViolation(error, 'change_requests_one_open')) throw await anotherOpen(db, actor, changeId);
        if (isUniqueViolation(error, 'secrets_live_name'))
          throw new AppError('already_exists', 'The name is in use by now.');
        throw error;
      }
    },
  };
}

/** Says which change is in the way. */
async function anotherOpen(db: Sql, actor: Actor, changeId: string): Promise<AppError> {
  const change = await findChange(db, actor.organizationId, changeId);
  const open = change === undefined ? undefined : await findOpenChange(db, change.subjectType, change.subjectId);
  return new AppError('change_in_progress', 'Another change of the same thing is open; it must end first.', {
    facts: { changeRequestId: open ?? null },
  });
}

async function retryIn(
  { tools: { keyring } }: RevisionDeps,
  tx: Sql,
  actor: Actor,
  changeId: string,
  fields: SecretFields | undefined,
): Promise<Change> {
  const { change, context } = await lockForRevision(tx, actor, changeId, 'retry');
  const planned = (change.plan as unknown as { content?: ContentPlan | null }).content;
  const canonical = fields === undefined ? undefined : canonicalBytes(fields);
  if (planned != null) {
    await assertKnows(tx, actor, change);
    const same =
      canonical !== undefined &&
      fingerprint(keyring, context.secret, canonical, fingerprintKeyId(planned.fingerprint)) === planned.fingerprint;
    if (!same)
      throw invalidField('/payload', 'the very payload that was approved; it was erased when the change failed');
  } else if (canonical !== undefined) throw invalidField('/payload', 'no payload: this change carries none');
  await secretSubject.reopened(tx, change);
  await reopenChange(tx, change.id, canonical === undefined ? null : seal(keyring, payloadPlace(change), canonical));
  await appendAudit(tx, keyring, actor, [changeEvent('change.retried', change)]);
  return { ...change, state: 'approved', code: null, endedAt: null };
}

/** Being told whether a payload is the approved one would let others find it by trying. */
async function assertKnows(tx: Sql, actor: Actor, change: SecretChange): Promise<void> {
  if (can(actor, 'secret.read_value', change)) return;
  if ((await payloadAuthor(tx, change.id)) === actor.personId) return;
  throw new AppError('not_eligible', 'Only who gave its content, or may read it, runs this change again.', {
    facts: { reason: 'not_an_author' },
  });
}
